#include "core/pipeline/article_processor.h"

#include "core/base/cycle_clock.h"

namespace presshawk {
namespace {

// PERF: messages are decoded in groups of about this size, so that an article's
// text is still in the second-level cache when it is canonicalized.
constexpr size_t kGroupBytes = 128UL << 10;

// Adds the time since its construction or its last Lap() to a stage.
class StageTimer {
 public:
  explicit StageTimer(StageTicks* ticks)
      : ticks_(ticks), last_(CycleClockNow()) {}
  void Lap(Stage stage) {
    const uint64_t now = CycleClockNow();
    (*ticks_)[stage] += now - last_;
    last_ = now;
  }

 private:
  StageTicks* ticks_;
  uint64_t last_;
};

}  // namespace

void ArticleProcessor::UseGeneration(
    std::shared_ptr<const Generation> generation) {
  matcher_ = generation->NewMatcherAfter(std::move(matcher_));
  generation_ = std::move(generation);
}

void ArticleProcessor::Process(absl::Span<const std::string_view> payloads,
                               ArticleHandler* handler, StageTicks* ticks) {
  size_t begin = 0;
  while (begin < payloads.size()) {
    size_t bytes = payloads[begin].size();
    size_t end = begin + 1;
    while (end < payloads.size() &&
           bytes + payloads[end].size() <= kGroupBytes) {
      bytes += payloads[end].size();
      ++end;
    }
    ProcessGroup(payloads.subspan(begin, end - begin),
                 static_cast<uint32_t>(begin), handler, ticks);
    begin = end;
  }
}

void ArticleProcessor::ProcessGroup(absl::Span<const std::string_view> payloads,
                                    uint32_t first_message,
                                    ArticleHandler* handler,
                                    StageTicks* ticks) {
  StageTimer timer(ticks);
  decoder_->Decode(payloads, &articles_, &rejects_);
  timer.Lap(Stage::kDecode);
  for (const Reject& reject : rejects_) {
    handler->OnReject(first_message + reject.message, reject.reason,
                      reject.detail);
  }
  for (const Article& article : articles_) {
    ProcessArticle(article, first_message + article.message, handler, ticks);
  }
}

void ArticleProcessor::ProcessArticle(const Article& article, uint32_t message,
                                      ArticleHandler* handler,
                                      StageTicks* ticks) {
  StageTimer timer(ticks);
  if (!text_.Assign(article, canonical_bytes_max_)) {
    handler->OnReject(message, RejectReason::kTooLarge,
                      "the canonical text is larger than 4 x article_bytes");
    return;
  }
  timer.Lap(Stage::kCanonicalize);
  if (!matcher_->Scan(text_)) {
    handler->OnReject(message, RejectReason::kEngineFailure,
                      "the matching engine failed on this text");
    return;
  }
  timer.Lap(Stage::kScan);
  matcher_->Evaluate(article, text_, &slots_);
  timer.Lap(Stage::kEvaluate);
  handler->OnArticle({.message = message,
                      .article = article,
                      .text = text_,
                      .matcher = *matcher_,
                      .slots = slots_});
  timer.Lap(Stage::kEmit);
}

}  // namespace presshawk
