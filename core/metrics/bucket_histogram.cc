// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/bucket_histogram.h"

#include <algorithm>

#include "core/base/check.h"

namespace presshawk {

BucketHistogram::BucketHistogram(absl::Span<const double> bounds)
    : bounds_(bounds),
      counts_(std::make_unique<std::atomic<uint64_t>[]>(bounds.size() + 1)) {}

void BucketHistogram::Observe(double value, uint64_t times) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  counts_[static_cast<size_t>(bucket - bounds_.begin())].fetch_add(
      times, std::memory_order_relaxed);
  sum_.fetch_add(value * static_cast<double>(times), std::memory_order_relaxed);
}

BucketHistogram::Snapshot BucketHistogram::snapshot() const {
  Snapshot snapshot;
  snapshot.bounds = bounds_;
  for (size_t i = 0; i <= bounds_.size(); ++i) {
    snapshot.counts.push_back(counts_[i].load(std::memory_order_relaxed));
  }
  snapshot.sum = sum_.load(std::memory_order_relaxed);
  return snapshot;
}

void BucketHistogram::Snapshot::Add(const Snapshot& other) {
  if (counts.empty()) {
    *this = other;
    return;
  }
  PRESSHAWK_CHECK(bounds == other.bounds);  // One owner gives all of them.
  for (size_t i = 0; i < other.counts.size(); ++i) {
    counts[i] += other.counts[i];
  }
  sum += other.sum;
}

}  // namespace presshawk
