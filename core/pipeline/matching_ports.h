// The ports of the hot path: what core asks of a decoder (ingest/json) and of a
// set of watch-lists (matchers). Both are implemented outside core.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/model/hit.h"
#include "core/model/reject_reason.h"
#include "core/model/watchlist_info.h"
#include "core/text/article_text.h"

namespace presshawk {

// A UTF-8 byte order mark at the begin of a file or message is skipped (A45).
inline std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

struct Reject {
  uint32_t message = 0;  // Index in the batch.
  RejectReason reason = RejectReason::kNotJson;
  // What and where, for a person; bounded (200 bytes), valid UTF-8.
  std::string detail;
};

// Turns messages into articles. One per worker; NOT thread-safe. The articles
// view memory of the decoder: they live until its next Decode().
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Replaces *articles and *rejects: each message is in exactly one of the two,
  // both in rising order of message. A payload needs no padding, holds no byte
  // order mark (WithoutByteOrderMark) and must live as long as the articles.
  // Allocates nothing in the steady state where all messages are good.
  virtual void Decode(absl::Span<const std::string_view> payloads,
                      std::vector<Article>* articles,
                      std::vector<Reject>* rejects) = 0;
};

// A list that was given up for an article because its work was bounded
// (SPEC A50).
struct AbandonedEvaluation {
  ListSlot slot;
  std::string_view reason;  // Static storage.
};

// Matches one article after another against one generation. One per worker;
// NOT thread-safe. Order of calls for an article: Scan, Evaluate, then
// CollectHits for any of the lists that Evaluate gave, all with the same
// `text`.
class Matcher {
 public:
  virtual ~Matcher() = default;
  // Finds the terms in `text`. False when the engine failed on this text: the
  // caller rejects the article (kEngineFailure). Never aborts on content.
  [[nodiscard]] virtual bool Scan(const ArticleText& text) = 0;
  // Replaces *slots with the lists that hold, in byte order of their ids.
  virtual void Evaluate(const Article& article, const ArticleText& text,
                        std::vector<ListSlot>* slots) = 0;
  // How many lists Evaluate looked at for this article: those that its terms
  // make worth a look.
  virtual size_t evaluated() const = 0;
  // Lists that Evaluate gave up for this article; mostly empty.
  virtual absl::Span<const AbandonedEvaluation> abandoned() const = 0;
  // Replaces *hits with those that make `slot` true (SPEC A42), in any order,
  // equal places included. A second pass: per alert, not per article.
  virtual void CollectHits(ListSlot slot, const ArticleText& text,
                           std::vector<Hit>* hits) = 0;
};

// One compiled, immutable set of watch-lists. Thread-safe.
class Generation {
 public:
  virtual ~Generation() = default;
  // 16 hex digits (SPEC GEN-1).
  virtual std::string_view id() const = 0;
  // Slots; `active()` of them are of lists in force, no matcher reports others.
  virtual size_t size() const = 0;
  virtual size_t active() const { return size(); }
  virtual WatchListInfo list(ListSlot slot) const = 0;
  // Allocates scratch; a worker does it when the generation changes. The
  // generation must outlive the matcher.
  virtual std::unique_ptr<Matcher> NewMatcher() const = 0;
  // The same; takes from `previous`, a matcher of the generation before, the
  // scratch of what both share, so that a small change costs little.
  // REQUIRES: that generation still lives.
  virtual std::unique_ptr<Matcher> NewMatcherAfter(
      std::unique_ptr<Matcher> previous) const {
    previous.reset();
    return NewMatcher();
  }
};

}  // namespace presshawk
