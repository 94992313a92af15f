// SPDX-License-Identifier: Apache-2.0
// Benchmarks measure with these consumers of matched articles: one counts pairs,
// the other also builds the alerts and throws them away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/alerts/alert_builder.h"
#include "core/matching/article_processor.h"
#include "core/matching/matcher.h"
#include "core/stories/signature.h"

namespace presshawk {

// Does what `match --matches-only` does without its writing.
class PairCounter {
 public:
  void Take(const ProcessedArticle& article) {
    if (article.reject != nullptr) {
      ++rejected;
      return;
    }
    pairs += article.slots.size();
    abandoned += article.matcher->abandoned().size();
  }

  uint64_t pairs = 0;
  uint64_t rejected = 0;
  uint64_t abandoned = 0;
};

// Builds the alerts too, as `match` does; with kMake also the signature of each
// article that alerts, as the service does where a sink carries them.
class AlertWriter {
 public:
  enum class Signatures : uint8_t { kNone, kMake };
  // `generation` must outlive the writer.
  explicit AlertWriter(const Generation* generation,
                       Signatures signatures = Signatures::kNone)
      : generation_(generation),
        makes_signatures_(signatures == Signatures::kMake),
        builder_({}) {
    builder_.BeginBatch(generation->id(), absl::UnixEpoch());
  }
  void Take(const ProcessedArticle& article) {
    if (article.slots.empty()) {
      return;
    }
    json_.clear();
    builder_.BeginArticle(*article.article, *article.text, {.source = "bench"},
                          article.locator);
    if (makes_signatures_) {
      signatures_.Build(*article.article, *article.text, &signature_);
      EncodeSignature(signature_, &signature_bytes_);
    }
    for (const ListSlot slot : article.slots) {
      article.matcher->CollectHits(slot, *article.text, &hits_);
      hit_count +=
          builder_.Append(generation_->list(slot), &hits_, &json_).hit_count;
    }
    alert_count += article.slots.size();
    alert_bytes += json_.size();
  }

  uint64_t alert_count = 0;
  uint64_t alert_bytes = 0;
  uint64_t hit_count = 0;

 private:
  const Generation* const generation_;
  const bool makes_signatures_;
  AlertBuilder builder_;
  std::vector<Hit> hits_;
  std::string json_;
  SignatureBuilder signatures_;
  Signature signature_;
  std::string signature_bytes_;
};

// Gives what `payloads` become to `consumer`.
template <typename Consumer>
void ConsumeAll(absl::Span<const Payload> payloads, ArticleProcessor* processor,
                StageTicks* ticks, Consumer* consumer) {
  processor->Begin(payloads, ticks);
  while (const ProcessedArticle* article = processor->Next()) {
    consumer->Take(*article);
  }
}

}  // namespace presshawk
