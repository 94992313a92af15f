// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/topic_list_feed.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// What comes within this time is compiled together.
constexpr absl::Duration kSettle = absl::Milliseconds(20);

}  // namespace

TopicListFeed::TopicListFeed(WatchlistTopicReader::Options options,
                             KafkaEvents* events)
    : options_(std::move(options)), events_(events) {}

absl::Status TopicListFeed::Start(LiveLists* /*lists*/,
                                  std::function<void()> wake) {
  reader_ = WatchlistTopicReader::Start(options_, events_, std::move(wake));
  return absl::OkStatus();
}

void TopicListFeed::Look(LiveLists* lists, absl::Time now) {
  const WatchlistTopicReader::Batch batch = reader_->Take();
  for (const WatchlistChange& change : batch.changes) {
    lists->SetRecord(
        change.id, change.definition,
        StrCat(options_.topic, "[", change.partition, "]@", change.offset));
  }
  if (!batch.changes.empty()) {
    due_ = std::min(due_, now + kSettle);
  }
  if (batch.complete && !complete_) {
    complete_ = true;
    due_ = now;
  }
  WatchlistTopicReader::Status status = reader_->status();
  MutexLock lock(&mutex_);
  status_ = std::move(status);
}

absl::Status TopicListFeed::Load(LiveLists* /*lists*/, absl::Time /*now*/,
                                 bool /*all*/) {
  due_ = absl::InfiniteFuture();  // Look() has put everything there.
  return absl::OkStatus();
}

std::string TopicListFeed::waiting_for() const {
  if (complete_) {
    return "";
  }
  const WatchlistTopicReader::Status status = this->status();
  return StrCat("watch-lists: topic ", options_.topic,
                " has not been read to its end yet: ",
                status.problem.empty()
                    ? StrCat(status.records, " records so far")
                    : status.problem);
}

WatchlistTopicReader::Status TopicListFeed::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

}  // namespace presshawk
