// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_rates.h"

#include <algorithm>
#include <utility>

namespace presshawk {

void ListRates::Look(const std::vector<const ListCounters*>& counters,
                     absl::Time now) {
  MutexLock lock(&mutex_);
  if (looked_.has_value() && now - *looked_ < kInterval) {
    return;
  }
  ListCountMap counts;
  for (const ListCounters* one : counters) {
    one->AddTo(&counts);
  }
  Take(counts, looked_.has_value() ? now - *looked_ : absl::ZeroDuration(),
       static_cast<int32_t>(absl::ToUnixSeconds(now) / 3600));
  looked_ = now;
}

void ListRates::Take(const ListCountMap& counts, absl::Duration past,
                     int32_t hour) {
  noisiest_.clear();
  silent_ = {};
  for (const auto& [id, count] : counts) {
    if (count.alerts == 0) {
      continue;
    }
    Seen& seen = seen_[IdHash()(id)];
    // Fewer than before: the list was gone and came back.
    const uint64_t more =
        count.alerts >= seen.alerts ? count.alerts - seen.alerts : 0;
    seen.alerts = count.alerts;
    if (more > 0) {
      if (seen.hours == 0) {
        seen.first_hour = hour;
      }
      seen.hours += seen.hours == 0 || seen.last_hour != hour ? 1 : 0;
      seen.last_hour = hour;
      if (past > absl::ZeroDuration()) {
        noisiest_.push_back({.id = id,
                             .alerts_per_minute = static_cast<double>(more) /
                                                  absl::ToDoubleMinutes(past)});
      }
    } else if (IsSilent(seen, hour)) {
      ++silent_.count;
      if (silent_.ids.size() < kNoisiestMax) {
        silent_.ids.push_back(id);
      }
    }
  }
  const size_t kept = std::min(noisiest_.size(), kNoisiestMax);
  std::partial_sort(noisiest_.begin(),
                    noisiest_.begin() + static_cast<ptrdiff_t>(kept),
                    noisiest_.end(), [](const Rate& a, const Rate& b) {
                      return std::pair(-a.alerts_per_minute, a.id) <
                             std::pair(-b.alerts_per_minute, b.id);
                    });
  noisiest_.resize(kept);
  std::sort(silent_.ids.begin(), silent_.ids.end());
}

bool ListRates::IsSilent(const Seen& seen, int32_t hour) {
  if (seen.hours < kHoursMin) {
    return false;
  }
  const int64_t gaps = seen.hours - 1;
  const int64_t since = hour - seen.last_hour;
  return since * gaps > kGapsMin * (seen.last_hour - seen.first_hour);
}

std::vector<ListRates::Rate> ListRates::noisiest() const {
  MutexLock lock(&mutex_);
  return noisiest_;
}

ListRates::Silent ListRates::silent() const {
  MutexLock lock(&mutex_);
  return silent_;
}

}  // namespace presshawk
