// SPDX-License-Identifier: Apache-2.0
// The ports through which the hot path matches: a generation of watch-lists,
// and the matcher that a worker makes of it. `matchers` implements both.
//
//   auto matcher = generation->NewMatcher();
//   if (matcher->Scan(text)) {
//     matcher->Evaluate(article, text, &slots);
//     for (ListSlot slot : slots) matcher->CollectHits(slot, text, &hits);
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/article.h"
#include "core/model/hit.h"
#include "core/model/watchlist_info.h"
#include "core/text/article_text.h"

namespace presshawk {

// A list that was given up for an article because its work is bounded
// (SPEC A50).
struct AbandonedEvaluation {
  ListSlot slot;
  std::string_view reason;  // Static storage.
};

// Matches one article after another against one generation. Each worker has
// one; NOT thread-safe. The order of calls for an article is Scan, Evaluate,
// then CollectHits for any of the lists that Evaluate gave, all with the same
// `text`.
class Matcher {
 public:
  virtual ~Matcher() = default;
  // Finds the terms in `text`. False when the engine failed on this text: the
  // caller rejects the article (kEngineFailure). Content never aborts.
  [[nodiscard]] virtual bool Scan(const ArticleText& text) = 0;
  // Replaces *slots with the lists that hold, in byte order of their ids.
  virtual void Evaluate(const Article& article, const ArticleText& text,
                        std::vector<ListSlot>* slots) = 0;
  // The number of lists that Evaluate looked at for this article: those that
  // its terms make worth a look.
  virtual size_t evaluated() const = 0;
  // The lists that Evaluate gave up for this article; mostly empty.
  virtual absl::Span<const AbandonedEvaluation> abandoned() const = 0;
  // Replaces *hits with those that make `slot` true (SPEC A42), in any order;
  // equal places may come twice. This second pass runs per alert, not per
  // article.
  virtual void CollectHits(ListSlot slot, const ArticleText& text,
                           std::vector<Hit>* hits) = 0;
};

// One compiled, immutable set of watch-lists. Thread-safe.
class Generation {
 public:
  virtual ~Generation() = default;
  // 16 hex digits (SPEC GEN-1).
  virtual std::string_view id() const = 0;
  // The number of slots. `active()` of them belong to lists in force; a matcher
  // reports no other.
  virtual size_t size() const = 0;
  virtual size_t active() const { return size(); }
  virtual WatchListInfo list(ListSlot slot) const = 0;
  // Allocates scratch, so a worker calls it only when the generation changes.
  // The generation must outlive the matcher.
  virtual std::unique_ptr<Matcher> NewMatcher() const = 0;
  // The same, and reuses the scratch of what this generation shares with that
  // of `previous`, so that a small change costs little. REQUIRES: the
  // generation of `previous` still lives.
  virtual std::unique_ptr<Matcher> NewMatcherAfter(
      std::unique_ptr<Matcher> previous) const {
    previous.reset();
    return NewMatcher();
  }
};

}  // namespace presshawk
