// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "core/model/reject_reason.h"

namespace presshawk {

// The number of articles by outcome since the start, all taken at one moment,
// so that admitted = processed + rejected + abandoned + in flight.
struct ArticleCounts {
  uint64_t admitted = 0;
  uint64_t processed = 0;  // All alerts are acknowledged, or there were none.
  std::array<uint64_t, kRejectReasonCount> rejected = {};  // By RejectReason.
  uint64_t abandoned = 0;  // Given up before they were resolved.

  uint64_t resolved() const {
    return std::accumulate(rejected.begin(), rejected.end(), processed);
  }
  uint64_t in_flight() const { return admitted - abandoned - resolved(); }

  void Add(const ArticleCounts& other) {
    admitted += other.admitted;
    processed += other.processed;
    abandoned += other.abandoned;
    for (size_t i = 0; i < rejected.size(); ++i) {
      rejected[i] += other.rejected[i];
    }
  }
};

}  // namespace presshawk
