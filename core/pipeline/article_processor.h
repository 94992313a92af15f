// The hot path, from payloads to the lists that hold:
//
//   decode ─► canonicalize ─► scan ─► evaluate ─► ArticleHandler
//
// LIFE. One per worker; everything in it is reused.
// THREAD SAFETY. None: one worker's.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/limits.h"
#include "core/model/stage.h"
#include "core/pipeline/generation_slot.h"
#include "core/pipeline/matching_ports.h"

namespace presshawk {

// An article through the hot path. Valid during OnArticle() only.
struct MatchedArticle {
  uint32_t message;  // Index among the payloads.
  const Article& article;
  const ArticleText& text;
  Matcher& matcher;                  // For CollectHits() and abandoned().
  absl::Span<const ListSlot> slots;  // Rising; mostly empty.
};

class ArticleHandler {
 public:
  virtual ~ArticleHandler() = default;
  virtual void OnReject(uint32_t message, RejectReason reason,
                        std::string_view detail) = 0;
  // Every good article, also one that no list holds for.
  virtual void OnArticle(const MatchedArticle& matched) = 0;
};

class ArticleProcessor {
 public:
  ArticleProcessor(std::unique_ptr<Decoder> decoder, size_t article_bytes_max)
      : decoder_(std::move(decoder)),
        canonical_bytes_max_(article_bytes_max * kCanonicalGrowthMax) {}

  // Takes `generation` for all that follows; makes a matcher of it.
  void UseGeneration(std::shared_ptr<const Generation> generation);
  const Generation& generation() const { return *generation_; }

  // Calls `handler` once for each payload, rejects of a group of messages
  // before its articles. REQUIRES: a generation.
  void Process(absl::Span<const std::string_view> payloads,
               ArticleHandler* handler, StageTicks* ticks);

 private:
  void ProcessGroup(absl::Span<const std::string_view> payloads,
                    uint32_t first_message, ArticleHandler* handler,
                    StageTicks* ticks);
  void ProcessArticle(const Article& article, uint32_t message,
                      ArticleHandler* handler, StageTicks* ticks);

  std::unique_ptr<Decoder> decoder_;
  const size_t canonical_bytes_max_;
  std::shared_ptr<const Generation> generation_;
  std::unique_ptr<Matcher> matcher_;  // Of generation_: destroyed before it.
  ArticleText text_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
  std::vector<ListSlot> slots_;
};

}  // namespace presshawk
