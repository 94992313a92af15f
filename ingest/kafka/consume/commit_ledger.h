// SPDX-License-Identifier: Apache-2.0
// What a group member asked its group to commit, and what the group confirmed.
// No I/O, and time is an argument.
//
//   Resolve() ─► resolved ─TakeDue()─► asked ─Answer()─► confirmed
//                             ▲                 │
//                             └── refused, overtaken, or no answer in time
//
// A request to commit may get no answer at all: its coordinator goes away while
// it is on its way. So a position counts as committed when the group has
// confirmed it, and is asked for again until then.
//
// Requests may overtake each other: each is tried again by the client, after a
// wait of its own, while the coordinator loads its groups, and the group takes
// what comes last, also where it is an older position. So a partition has one
// request on its way, as long as that is answered in time; and the last answer
// says what the group has.
//
// NOT thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "ingest/kafka/client/partition_offset.h"

namespace presshawk {

class CommitLedger {
 public:
  // A partition whose group is behind what was resolved.
  struct Waiting {
    std::string topic;
    int32_t partition = 0;
    int64_t resolved = 0;
    int64_t confirmed = -1;  // -1: nothing since the partition was added.
    // Since then nothing was confirmed that is further than before.
    absl::Time since;
  };

  // A position that is not answered is asked for again after `answer_wait`, and
  // not expected to be answered any more after `lost_after`.
  CommitLedger(absl::Duration answer_wait, absl::Duration lost_after)
      : answer_wait_(answer_wait), lost_after_(lost_after) {}

  // A partition begins (again): nothing is known of it.
  void Add(std::string_view topic, int32_t partition);
  // Forgets it; answers that still come are ignored.
  void Remove(std::string_view topic, int32_t partition);
  void Clear() { partitions_.clear(); }

  // Everything before `offset` is resolved. Ignored for a partition that was
  // not added, like all below. REQUIRES: not lower than before.
  void Resolve(std::string_view topic, int32_t partition, int64_t offset,
               absl::Time now);
  // What to ask for now: of each partition that is behind and awaits no answer,
  // or none in time any more. It counts as asked for at `now`.
  std::vector<PartitionOffset> TakeDue(absl::Time now);
  // All that is resolved, whatever was asked for and confirmed: for the last
  // commit of a partition, which relies on no earlier one.
  std::vector<PartitionOffset> TakeAll(absl::Time now);
  // The group confirmed or refused a position.
  void Answer(std::string_view topic, int32_t partition, int64_t offset,
              bool confirmed, absl::Time now);

  // Some answer is expected still.
  bool AwaitsAnswers(absl::Time now) const;
  // The partition that has been behind the longest; nothing: none is.
  std::optional<Waiting> LongestWaiting() const;
  // How many have been behind since `time` or longer.
  size_t CountWaitingSince(absl::Time time) const;
  // Positions that were asked for again, since construction.
  uint64_t repeats() const { return repeats_; }

 private:
  struct Request {
    int64_t offset;
    absl::Time at;
  };
  struct State {
    std::optional<int64_t> resolved;
    std::optional<int64_t> asked;   // The last one.
    std::vector<Request> requests;  // Not answered yet, oldest first.
    std::optional<int64_t> confirmed;
    absl::Time behind_since;  // While `resolved` is not what is confirmed.

    bool behind() const {
      return resolved.has_value() && resolved != confirmed;
    }
  };
  struct Less {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return std::pair<std::string_view, int32_t>(a.first, a.second) <
             std::pair<std::string_view, int32_t>(b.first, b.second);
    }
  };
  using Key = std::pair<std::string, int32_t>;

  bool IsLost(const Request& request, absl::Time now) const;
  State* Find(std::string_view topic, int32_t partition);
  PartitionOffset Ask(const Key& key, State* state, absl::Time now);

  const absl::Duration answer_wait_;
  const absl::Duration lost_after_;
  std::map<Key, State, Less> partitions_;
  uint64_t repeats_ = 0;
};

}  // namespace presshawk
