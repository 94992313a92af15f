// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/file_list_feed.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace presshawk {
namespace {

// What comes within this time is compiled together.
constexpr absl::Duration kSettle = absl::Milliseconds(20);
// Changes without an event of their own are looked at until two looks agree.
constexpr absl::Duration kRescanSettle = absl::Milliseconds(200);
constexpr absl::Duration kRescanInterval = absl::Seconds(5);
constexpr absl::Duration kRetryMin = absl::Seconds(1);
constexpr absl::Duration kRetryMax = absl::Minutes(1);

}  // namespace

FileListFeed::FileListFeed(std::vector<std::string> patterns)
    : patterns_(std::move(patterns)), watch_(patterns_) {}

absl::Status FileListFeed::Start(LiveLists* lists,
                                 std::function<void()> /*wake*/) {
  const absl::Time now = absl::Now();
  rescan_ = now + kRescanInterval;
  return Read(lists, now);
}

// A file may be unreadable for a moment only (no descriptor, a network mount),
// without a change that tells of the end of it.
absl::Status FileListFeed::Read(LiveLists* lists, absl::Time now) {
  absl::Status status = lists->ReadFiles(patterns_);
  retry_ = status.ok() ? absl::ZeroDuration()
                       : std::clamp(retry_ * 2, kRetryMin, kRetryMax);
  due_ = status.ok() ? absl::InfiniteFuture() : now + retry_;
  return status;
}

void FileListFeed::Look(LiveLists* /*lists*/, absl::Time now) {
  switch (watch_.Poll()) {
    case FileWatch::News::kChanged:
      due_ = std::min(due_, now + kSettle);
      break;
    case FileWatch::News::kMaybe:
      rescan_ = std::min(rescan_, now + kRescanSettle);
      break;
    case FileWatch::News::kNone:
      break;
  }
  if (now >= rescan_) {
    if (watch_.Rescan()) {
      changing_ = true;
    } else if (std::exchange(changing_, false)) {
      due_ = now;
    }
    rescan_ = now + (changing_ ? kRescanSettle : kRescanInterval);
  }
}

absl::Status FileListFeed::Load(LiveLists* lists, absl::Time now, bool all) {
  if (!all && now < due_) {
    return absl::OkStatus();
  }
  return Read(lists, now);
}

}  // namespace presshawk
