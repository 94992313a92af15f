// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/topic_intake.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLookTimeout = absl::Seconds(5);
constexpr absl::Duration kTellInterval = absl::Seconds(1);

}  // namespace

TopicIntake::TopicIntake(Options options, KafkaEvents* events)
    : options_(std::move(options)), events_(events) {}

absl::Status TopicIntake::Begin(const std::vector<PositionRecord>& positions,
                                const std::string& epoch) {
  topic_.reset();
  auto topic = AlertTopic::Open(options_.topic, events_);
  if (!topic.ok()) {
    return SetHealth(topic.status());
  }
  const absl::StatusOr<AlertTopic::Found> found = (*topic)->Look(kLookTimeout);
  if (!found.ok()) {
    return SetHealth(found.status());
  }
  topic_ = *std::move(topic);
  epoch_ = epoch;
  std::map<int32_t, int64_t> known;
  for (const PositionRecord& position : positions) {
    if (position.topic == options_.topic.topic) {
      known[position.partition] = position.next;
    }
  }
  absl::StatusOr<std::vector<int64_t>> next = StartAt(*found, known, epoch);
  if (!next.ok()) {
    return SetHealth(next.status());
  }
  next_ = *std::move(next);
  return SetHealth(topic_->Begin(next_));
}

absl::StatusOr<std::vector<int64_t>> TopicIntake::StartAt(
    const AlertTopic::Found& found, const std::map<int32_t, int64_t>& positions,
    const std::string& epoch) {
  const bool is_new = positions.empty();
  const bool group_knows_another =
      std::any_of(found.partitions.begin(), found.partitions.end(),
                  [](const auto& one) { return one.committed >= 0; }) &&
      found.ledger != epoch;
  if (group_knows_another && !options_.rebuild) {
    return absl::FailedPreconditionError(StrCat(
        "the ledger was lost or replaced: the group ", options_.topic.group,
        " was told of another one",
        found.ledger.empty() ? "" : StrCat(" (", found.ledger, ")"),
        ", this is ", epoch,
        ". Bring the old one back, or confirm with `presshawk deliver "
        "--rebuild`, which reads the topic again; what was told may then be "
        "told again, with the same ids"));
  }
  std::vector<int64_t> starts(found.partitions.size(), 0);
  if (is_new && options_.rebuild &&
      options_.rebuild_from > absl::InfinitePast()) {
    const absl::StatusOr<std::vector<int64_t>> offsets =
        topic_->OffsetsAt(options_.rebuild_from, kLookTimeout);
    if (!offsets.ok()) {
      return offsets.status();
    }
    starts = *offsets;
  }
  uint64_t gone = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t first = found.partitions[i].first;
    const auto position = positions.find(static_cast<int32_t>(i));
    if (position != positions.end()) {
      starts[i] = position->second;
      gone += static_cast<uint64_t>(std::max<int64_t>(0, first - starts[i]));
    }
    starts[i] = std::max(starts[i], first);
  }
  if (gone > 0) {
    MutexLock lock(&mutex_);
    lost_ += gone;
  }
  return starts;
}

absl::Status TopicIntake::Poll(absl::Duration timeout,
                               std::vector<IntakeItem>* items) {
  items->clear();
  if (absl::Status status = topic_->Read(timeout, &records_); !status.ok()) {
    return SetHealth(status);
  }
  for (AlertTopicRecord& record : records_) {
    next_[static_cast<size_t>(record.partition)] = record.offset + 1;
    // A deletion says nothing here: alerts are never taken back by one.
    if (record.has_value) {
      items->push_back({.json = std::move(record.value),
                        .signature = std::move(record.signature)});
    }
  }
  if (!records_.empty()) {
    told_ = false;
  } else if (!told_ && absl::Now() >= next_tell_) {
    Accepted();  // Nothing new came since: the group is told of the last.
  }
  SetHealth(topic_->Health()).IgnoreError();  // It passes by itself.
  return absl::OkStatus();
}

std::vector<PositionRecord> TopicIntake::positions() const {
  std::vector<PositionRecord> positions;
  positions.reserve(next_.size());
  for (size_t i = 0; i < next_.size(); ++i) {
    positions.push_back({.topic = options_.topic.topic,
                         .partition = static_cast<int32_t>(i),
                         .next = next_[i]});
  }
  return positions;
}

void TopicIntake::Accepted() {
  if (absl::Now() < next_tell_) {
    return;
  }
  next_tell_ = absl::Now() + kTellInterval;
  topic_->Tell(next_, epoch_);
  told_ = true;
}

absl::Status TopicIntake::Health() const {
  MutexLock lock(&mutex_);
  return health_;
}

absl::Status TopicIntake::SetHealth(absl::Status health) {
  MutexLock lock(&mutex_);
  health_ = health;
  return health;
}

uint64_t TopicIntake::lost() const {
  MutexLock lock(&mutex_);
  return lost_;
}

}  // namespace presshawk
