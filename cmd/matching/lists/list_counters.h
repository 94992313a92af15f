// SPDX-License-Identifier: Apache-2.0
// What each watch-list found and cost, since the start.
//
// Kept by id, so that it goes on over swaps of generations; a list is there
// from its first alert until it is deleted.
// COST. One worker's own: one look-up an alert, under a lock that is taken once
// a batch and that nobody else wants but for questions.
// THREAD SAFETY. All of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/mutex.h"
#include "core/matching/worker.h"

namespace presshawk {

struct ListCounts {
  uint64_t alerts = 0;
  uint64_t hits = 0;  // Sum of hit_count.
  // Evaluations given up (SPEC A50).
  uint64_t abandoned = 0;
  // Of the matching thread, for its alerts: finding their hits, writing them.
  uint64_t nanoseconds = 0;
};

// By id; found by std::string_view without an allocation, which Debian's Abseil
// with its own string_view cannot.
struct IdHash : std::hash<std::string_view> {
  using is_transparent = void;
};
using ListCountMap =
    std::unordered_map<std::string, ListCounts, IdHash, std::equal_to<>>;

class ListCounters {
 public:
  void Add(const BatchReport& report) ABSL_LOCKS_EXCLUDED(mutex_);
  void AddTo(ListCountMap* sum) const ABSL_LOCKS_EXCLUDED(mutex_);
  void AddTo(std::string_view id, ListCounts* sum) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Forget(const std::vector<std::string>& ids) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  ListCountMap counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
