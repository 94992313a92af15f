// Whether two articles are the same text, judged by their signatures alone.
//
// A judgement looks at the share of common runs of words, and then asks what
// words cannot tell: templates have equal words and other numbers or other
// names in the title, a snippet may be nothing but a newsletter's call, and a
// roundup quotes what it is not. The thresholds were found on labelled articles
// (README.md); each is named beside its rule.
//
// THREAD SAFETY. Pure functions.
#pragma once

#include <cstdint>

#include "core/stories/signature.h"

namespace presshawk {

// A signature, and which of its body hashes are furniture of its source: bit i
// stands for signature.body.hashes[i].
struct MaskedSignature {
  const Signature* signature;
  uint64_t furniture = 0;
};

// What two texts have in common, furniture aside. Shares are 0 to 1.
struct TextOverlap {
  uint32_t common = 0;        // Body hashes in both.
  double of_a = 0, of_b = 0;  // common / those of a (of b) that are comparable.
  double jaccard = 0;         // common / those in either.
  double smaller_shingles = 0;  // Of the smaller text, furniture aside.

  double containment() const { return of_a > of_b ? of_a : of_b; }
};

TextOverlap Overlap(const MaskedSignature& a, const MaskedSignature& b);

enum class SameText : uint8_t {
  kNo,
  kYes,
  kSnippet,  // Yes, and one is only the begin of the other.
};

// How two articles compare. `a` is the newer one.
struct Comparison {
  SameText same = SameText::kNo;
  TextOverlap overlap;
  // All numbers of the smaller set are in the other.
  bool numbers_equal = true;
  // Common words of the titles / those of the shorter one.
  double title = 0;
};

Comparison Compare(const MaskedSignature& a, const MaskedSignature& b);

// The same URL, where it names an article: the same story whatever the text.
bool HaveSameArticleUrl(const Signature& a, const Signature& b);

// What a new article is to the nearest one of its story.
enum class StoryRelation : uint8_t {
  kNew,         // The first of its story.
  kCopy,        // The same text.
  kCut,         // A part of it.
  kExtended,    // It, and more.
  kUpdate,      // Rewritten in parts.
  kCorrection,  // Says so, or has other numbers under the same URL or source.
};
// "new", "copy", "cut", "extended", "update", "correction".
std::string_view StoryRelationName(StoryRelation relation);

// REQUIRES: the two are of one story.
StoryRelation Relate(const Signature& a, const Signature& b,
                     const Comparison& comparison);

}  // namespace presshawk
