// SPDX-License-Identifier: Apache-2.0
// The hot path, from payloads to the lists that hold:
//
//   decode ─► canonicalize ─► scan ─► evaluate ─► Next()
//
// The caller pulls:
//
//   processor.Begin(payloads, &ticks);
//   while (const ProcessedArticle* one = processor.Next()) {
//     if (one->reject != nullptr) { ... } else { ... one->slots ... }
//   }
//
// LIFE. Each worker has one, and reuses everything in it.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/matching/decoder.h"
#include "core/matching/matcher.h"
#include "core/model/limits.h"
#include "core/model/stage.h"

namespace presshawk {

// One input of the hot path. `message` is the caller's name for it, and comes
// back with what the payload became.
struct Payload {
  std::string_view text;
  uint32_t message = 0;
};

// `texts` as payloads that are named by their index.
inline std::vector<Payload> NumberedPayloads(
    absl::Span<const std::string_view> texts) {
  std::vector<Payload> payloads;
  payloads.reserve(texts.size());
  for (const std::string_view text : texts) {
    payloads.push_back(
        {.text = text, .message = static_cast<uint32_t>(payloads.size())});
  }
  return payloads;
}

// What one payload became: a reject, or an article with the lists that hold for
// it. Valid until the next call of Next() or Begin().
struct ProcessedArticle {
  uint32_t message = 0;  // As its Payload says.
  // Why there is no article; null where there is one. Reject::message is the
  // decoder's own index: use the one above.
  const Reject* reject = nullptr;
  // All four are null for a reject.
  const Article* article = nullptr;
  const ArticleText* text = nullptr;
  Matcher* matcher = nullptr;  // For CollectHits() and abandoned().
  // Finds where the texts of the article stand in its payload.
  TextLocator* locator = nullptr;
  absl::Span<const ListSlot> slots = {};  // Rising; mostly empty.
};

class ArticleProcessor : private TextLocator {
 public:
  ArticleProcessor(std::unique_ptr<Decoder> decoder, size_t article_bytes_max)
      : decoder_(std::move(decoder)),
        canonical_bytes_max_(article_bytes_max * kCanonicalGrowthMax) {}

  // Matches what follows with `generation`, of which it makes a matcher.
  void UseGeneration(std::shared_ptr<const Generation> generation);
  const Generation& generation() const { return *generation_; }

  // Starts on `payloads`, which must live until Next() has returned null, as
  // must what they view. The time of each stage is added to *ticks; the time
  // between two calls of Next() counts as Stage::kEmit. REQUIRES: a generation.
  void Begin(absl::Span<const Payload> payloads, StageTicks* ticks);
  // The next payload's result; null after the last one. Payloads come in their
  // order, but for the rejects of the decoder, which come first among a group
  // that is decoded together.
  const ProcessedArticle* Next();

 private:
  // In the last article of Next().
  bool Locate(Field field, ByteSpan span, TextPlace* place) override {
    return decoder_->Locate(located_payload_, field, span, place);
  }
  // Adds the time since the last lap to `stage`.
  void Lap(Stage stage);
  // Decodes the next group. False when no payload is left.
  bool DecodeGroup();
  const ProcessedArticle* NextReject();
  const ProcessedArticle* Match(const Article& article);
  const ProcessedArticle* RejectOf(uint32_t message, RejectReason reason,
                                   std::string_view detail);

  const std::unique_ptr<Decoder> decoder_;
  const size_t canonical_bytes_max_;
  std::shared_ptr<const Generation> generation_;
  std::unique_ptr<Matcher> matcher_;  // Destroyed before its generation.

  absl::Span<const Payload> payloads_;  // Those that are not decoded yet.
  absl::Span<const Payload> group_;     // Those that are.
  std::vector<std::string_view> group_texts_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
  size_t next_article_ = 0;
  size_t next_reject_ = 0;
  StageTicks* ticks_ = nullptr;
  uint64_t lap_ = 0;       // The cycle clock at the last lap.
  bool emitting_ = false;  // The caller has an article.
  std::string_view located_payload_;
  ArticleText text_;
  std::vector<ListSlot> slots_;
  Reject reject_;  // One that the decoder did not make.
  ProcessedArticle processed_;
};

}  // namespace presshawk
