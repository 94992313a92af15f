// SPDX-License-Identifier: Apache-2.0
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

// A signature, and the mask of its body hashes that are furniture of its
// source: bit i stands for signature.body.hashes[i].
struct MaskedSignature {
  const Signature* signature;
  uint64_t furniture = 0;
};

// The overlap of two texts, without furniture. Shares are from 0 to 1.
struct TextOverlap {
  uint32_t common = 0;        // Body hashes in both.
  double of_a = 0, of_b = 0;  // common / those of a (of b) that are comparable.
  double jaccard = 0;         // common / those in either.
  double smaller_shingles = 0;  // Of the smaller text.

  double containment() const { return of_a > of_b ? of_a : of_b; }
};

TextOverlap Overlap(const MaskedSignature& a, const MaskedSignature& b);

enum class SameText : uint8_t {
  kNo,
  kYes,
  kSnippet,  // The same, and one is only the start of the other.
};

// How two articles compare. `a` is the newer one.
struct Comparison {
  SameText same = SameText::kNo;
  TextOverlap overlap;
  // Whether all numbers of the smaller set are in the larger one.
  bool numbers_equal = true;
  // The common words of the titles, divided by the words of the shorter title.
  double title = 0;
};

Comparison Compare(const MaskedSignature& a, const MaskedSignature& b);

// Whether both have the same URL, and it names an article: they are then the
// same story, whatever their texts are.
bool HaveSameArticleUrl(const Signature& a, const Signature& b);

// The relation of a new article to the nearest one of its story.
enum class StoryRelation : uint8_t {
  kNew,         // It is the first of its story.
  kCopy,        // It is the same text.
  kCut,         // It is a part of the text.
  kExtended,    // It is the text and more.
  kUpdate,      // It is rewritten in parts.
  kCorrection,  // It says so, or has other numbers with the same URL or source.
};
// Returns "new", "copy", "cut", "extended", "update" or "correction".
std::string_view StoryRelationName(StoryRelation relation);

// REQUIRES: both are of one story.
StoryRelation Relate(const Signature& a, const Signature& b,
                     const Comparison& comparison);

}  // namespace presshawk
