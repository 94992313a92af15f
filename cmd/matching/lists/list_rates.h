// SPDX-License-Identifier: Apache-2.0
// Which lists give the most alerts just now, and which have fallen silent.
//
//   ListRates rates;
//   rates.Look(workers.counters(), absl::Now());   // at each scrape
//   rates.noisiest();                              // {{"elections", 120.5}, …}
//
// A list has fallen silent when it gave alerts in at least six different hours
// and then none for six times the mean time between those hours: a list that
// alerts every hour after six hours, one that alerts once a day after six days.
// A process that was started anew knows nothing of before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "cmd/matching/lists/list_counters.h"
#include "core/base/mutex.h"

namespace presshawk {

// Thread-safe. 32 bytes for each list that ever gave an alert.
class ListRates {
 public:
  // Looks that come sooner change nothing: rates are of a minute or more.
  static constexpr absl::Duration kInterval = absl::Minutes(1);
  static constexpr size_t kNoisiestMax = 10;
  static constexpr int64_t kHoursMin = 6;
  static constexpr int64_t kGapsMin = 6;

  struct Rate {
    std::string id;
    double alerts_per_minute = 0;
  };
  struct Silent {
    size_t count = 0;
    std::vector<std::string> ids;  // kNoisiestMax at most.
  };

  // The counts are those of all workers.
  void Look(const std::vector<const ListCounters*>& counters, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Largest first, those with no alert left out.
  std::vector<Rate> noisiest() const ABSL_LOCKS_EXCLUDED(mutex_);
  Silent silent() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Seen {
    uint64_t alerts = 0;
    int32_t first_hour = 0;
    int32_t last_hour = 0;
    int32_t hours = 0;  // With an alert.
  };
  void Take(const ListCountMap& counts, absl::Duration past, int32_t hour)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static bool IsSilent(const Seen& seen, int32_t hour);

  mutable Mutex mutex_;
  std::optional<absl::Time> looked_ ABSL_GUARDED_BY(mutex_);
  // By a hash of the id.
  absl::flat_hash_map<uint64_t, Seen> seen_ ABSL_GUARDED_BY(mutex_);
  std::vector<Rate> noisiest_ ABSL_GUARDED_BY(mutex_);
  Silent silent_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
