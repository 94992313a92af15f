// SPDX-License-Identifier: Apache-2.0
// What an Outcome of the stream means for an article.
#pragma once

#include "core/model/article_counts.h"
#include "core/model/reject_reason.h"
#include "core/stream/offset_tracker.h"

namespace presshawk {

// All alerts of the article were acknowledged, or there were none.
inline constexpr Outcome kProcessedOutcome{0};
static_assert(kRejectReasonCount < kOutcomeCount);

// The article became a dead letter, which was acknowledged.
constexpr Outcome RejectedOutcome(RejectReason reason) {
  return static_cast<Outcome>(static_cast<uint8_t>(reason) + 1);
}

inline ArticleCounts CountArticles(const StreamCounts& counts) {
  ArticleCounts articles = {.admitted = counts.admitted,
                            .processed = counts.by_outcome[0],
                            .abandoned = counts.abandoned};
  for (size_t reason = 0; reason < kRejectReasonCount; ++reason) {
    articles.rejected[reason] = counts.by_outcome[reason + 1];
  }
  return articles;
}

}  // namespace presshawk
