// SPDX-License-Identifier: Apache-2.0
// A histogram that many threads may fill without a lock, and one observation
// may count many times (all alerts of an article have the same delay).
// prometheus-cpp's own takes a mutex at each observation.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

// Thread-safe. A snapshot taken while others observe may lack some of what they
// observe at that moment; its count is always the sum of its buckets.
class BucketHistogram {
 public:
  // What was observed so far.
  struct Snapshot {
    absl::Span<const double> bounds;  // Those of the histogram.
    std::vector<uint64_t> counts;     // Not cumulative; the last is over all.
    double sum = 0;
    // Adds what another histogram observed. Both must have the same bounds; one
    // that was never filled takes those of the other.
    void Add(const Snapshot& other);
  };

  // `bounds` are upper bounds, inclusive and rising. They must outlive the
  // histogram and its snapshots. One more bucket takes what is over the last.
  explicit BucketHistogram(absl::Span<const double> bounds);

  void Observe(double value, uint64_t times = 1);
  absl::Span<const double> bounds() const { return bounds_; }
  Snapshot snapshot() const;

 private:
  const absl::Span<const double> bounds_;
  std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<double> sum_ = 0;
};

}  // namespace presshawk
