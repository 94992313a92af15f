// SPDX-License-Identifier: Apache-2.0
#include "core/matching/article_processor.h"

#include <utility>

#include "core/base/cycle_clock.h"

namespace presshawk {
namespace {

// PERF: payloads are decoded in groups of about this size, so that an article's
// text is still in the second-level cache when it is canonicalized.
constexpr size_t kGroupBytes = 128UL << 10;

}  // namespace

void ArticleProcessor::UseGeneration(
    std::shared_ptr<const Generation> generation) {
  matcher_ = generation->NewMatcherAfter(std::move(matcher_));
  generation_ = std::move(generation);
}

void ArticleProcessor::Lap(Stage stage) {
  const uint64_t now = CycleClockNow();
  (*ticks_)[stage] += now - lap_;
  lap_ = now;
}

void ArticleProcessor::Begin(absl::Span<const Payload> payloads,
                             StageTicks* ticks) {
  payloads_ = payloads;
  group_ = {};
  articles_.clear();
  rejects_.clear();
  next_article_ = next_reject_ = 0;
  ticks_ = ticks;
  emitting_ = false;
}

const ProcessedArticle* ArticleProcessor::Next() {
  if (std::exchange(emitting_, false)) {
    Lap(Stage::kEmit);
  }
  while (true) {
    if (next_reject_ < rejects_.size()) {
      return NextReject();
    }
    if (next_article_ < articles_.size()) {
      return Match(articles_[next_article_++]);
    }
    if (!DecodeGroup()) {
      return nullptr;
    }
  }
}

bool ArticleProcessor::DecodeGroup() {
  if (payloads_.empty()) {
    return false;
  }
  size_t bytes = payloads_[0].text.size();
  size_t count = 1;
  while (count < payloads_.size() &&
         bytes + payloads_[count].text.size() <= kGroupBytes) {
    bytes += payloads_[count].text.size();
    ++count;
  }
  group_ = payloads_.subspan(0, count);
  payloads_.remove_prefix(count);
  group_texts_.clear();
  for (const Payload& payload : group_) {
    group_texts_.push_back(payload.text);
  }
  lap_ = CycleClockNow();
  decoder_->Decode(group_texts_, &articles_, &rejects_);
  Lap(Stage::kDecode);
  next_article_ = next_reject_ = 0;
  return true;
}

const ProcessedArticle* ArticleProcessor::NextReject() {
  const Reject& reject = rejects_[next_reject_++];
  processed_ = {.message = group_[reject.message].message, .reject = &reject};
  return &processed_;
}

const ProcessedArticle* ArticleProcessor::RejectOf(uint32_t message,
                                                   RejectReason reason,
                                                   std::string_view detail) {
  reject_.reason = reason;
  reject_.detail = detail;
  processed_ = {.message = message, .reject = &reject_};
  return &processed_;
}

const ProcessedArticle* ArticleProcessor::Match(const Article& article) {
  const uint32_t message = group_[article.message].message;
  lap_ = CycleClockNow();
  if (!text_.Assign(article, canonical_bytes_max_)) {
    return RejectOf(message, RejectReason::kTooLarge,
                    "the canonical text is larger than 4 x article_bytes");
  }
  Lap(Stage::kCanonicalize);
  if (!matcher_->Scan(text_)) {
    return RejectOf(message, RejectReason::kEngineFailure,
                    "the matching engine failed on this text");
  }
  Lap(Stage::kScan);
  matcher_->Evaluate(article, text_, &slots_);
  Lap(Stage::kEvaluate);
  emitting_ = true;
  located_payload_ = group_[article.message].text;
  processed_ = {.message = message,
                .article = &article,
                .text = &text_,
                .matcher = matcher_.get(),
                .locator = this,
                .slots = slots_};
  return &processed_;
}

}  // namespace presshawk
