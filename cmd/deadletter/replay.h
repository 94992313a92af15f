// SPDX-License-Identifier: Apache-2.0
// Replaying: each selected dead letter is sent, skipped or refused.
//
//   selected ─► truncated, unreadable, too often ─► refused
//            ─► replayed before, or twice among the selected ─► skipped
//            ─► sent ─► acknowledged
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "cmd/deadletter/letter_feed.h"
#include "cmd/deadletter/letter_filter.h"
#include "cmd/deadletter/replay_target.h"

namespace presshawk {

struct ReplayOptions {
  LetterPlace from;
  // Which letters: these places, or all that `filter` selects.
  std::vector<std::string> places;
  LetterFilter filter;
  uint64_t limit = UINT64_MAX;  // Letters to send at most.
  // An input that was replayed so often is refused, but for `force`.
  uint64_t replays_max = 3;
  bool force = false;
  bool again = false;  // Also what was replayed already; asks nobody.
  bool dry_run = false;
};

struct ReplayReport {
  enum class Decision { kSent, kSkipped, kRefused };
  uint64_t selected = 0;
  uint64_t sent = 0;  // To be acknowledged; in a dry run: would be.
  uint64_t skipped = 0;
  uint64_t refused = 0;
};

// Told of each decision; `text` says where to, or why not.
using ReplayObserver =
    std::function<void(const DeadLetter&, ReplayReport::Decision,
                       const std::string& text, const ReplayReport&)>;

// Reads the letters twice: to count them and find the oldest, then to send
// them; what dies meanwhile is not among them. An error ends it; the report
// counts what was sent until then. The caller finishes the target.
absl::Status Replay(const ReplayOptions& options, ReplayTarget* target,
                    KafkaEvents* events, const ReplayObserver& observer,
                    ReplayReport* report);

// Calls `take` for each selected letter until it says false. *end is where the
// reading ended; where it was set before, no later letter is read. OutOfRange
// where one of `places` has no letter.
absl::Status ReadLetters(
    const LetterPlace& from, const std::vector<std::string>& places,
    const LetterFilter& filter, KafkaEvents* events, LetterEnd* end,
    const std::function<absl::StatusOr<bool>(const DeadLetter&)>& take);

}  // namespace presshawk
