// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_counters.h"

#include "core/base/cycle_clock.h"

namespace presshawk {
namespace {

void AddCounts(const ListCounts& counts, ListCounts* sum) {
  sum->alerts += counts.alerts;
  sum->hits += counts.hits;
  sum->abandoned += counts.abandoned;
  sum->nanoseconds += counts.nanoseconds;
}

}  // namespace

void ListCounters::Add(const BatchReport& report) {
  if (report.list_costs.empty() && report.abandoned.empty()) {
    return;
  }
  MutexLock lock(&mutex_);
  for (const BatchReport::ListCost& cost : report.list_costs) {
    auto at = counts_.find(cost.watchlist_id);
    if (at == counts_.end()) {
      at = counts_.emplace(cost.watchlist_id, ListCounts()).first;
    }
    ListCounts& counts = at->second;
    counts.alerts += cost.alerts;
    counts.hits += cost.hits;
    counts.nanoseconds += static_cast<uint64_t>(
        static_cast<double>(cost.ticks) * CycleClockSecondsPerTick() * 1e9);
  }
  for (const BatchReport::Abandoned& abandoned : report.abandoned) {
    ++counts_[abandoned.watchlist_id].abandoned;
  }
}

void ListCounters::AddTo(ListCountMap* sum) const {
  MutexLock lock(&mutex_);
  for (const auto& [id, counts] : counts_) {
    AddCounts(counts, &(*sum)[id]);
  }
}

void ListCounters::AddTo(std::string_view id, ListCounts* sum) const {
  MutexLock lock(&mutex_);
  const auto at = counts_.find(id);
  if (at != counts_.end()) {
    AddCounts(at->second, sum);
  }
}

void ListCounters::Forget(const std::vector<std::string>& ids) {
  MutexLock lock(&mutex_);
  for (const std::string& id : ids) {
    counts_.erase(id);
  }
}

}  // namespace presshawk
