// SPDX-License-Identifier: Apache-2.0
#include "core/stories/comparison.h"

#include <algorithm>

namespace presshawk {
namespace {

struct SketchOverlap {
  uint32_t common = 0;
  uint32_t a = 0, b = 0;  // Comparable hashes.

  double of_smaller() const {
    const uint32_t smaller = std::min(a, b);
    return smaller == 0 ? 0 : double{1} * common / smaller;
  }
};

// Above it, one of the two sketches does not know what is in its set.
template <typename Hash, size_t kMax>
Hash ComparableUpTo(const Sketch<Hash, kMax>& a, const Sketch<Hash, kMax>& b) {
  Hash bound = static_cast<Hash>(~Hash{0});
  for (const Sketch<Hash, kMax>* sketch : {&a, &b}) {
    if (sketch->full()) {
      bound = std::min(bound, sketch->hashes[kMax - 1]);
    }
  }
  return bound;
}

template <typename Hash, size_t kMax>
SketchOverlap CompareSketches(const Sketch<Hash, kMax>& a,
                              const Sketch<Hash, kMax>& b) {
  const Hash bound = ComparableUpTo(a, b);
  SketchOverlap overlap;
  uint32_t i = 0, j = 0;
  while (i < a.size && a.hashes[i] <= bound) {
    while (j < b.size && b.hashes[j] < a.hashes[i]) {
      ++j;
      ++overlap.b;
    }
    if (j < b.size && b.hashes[j] == a.hashes[i]) {
      ++overlap.common;
    }
    ++i;
    ++overlap.a;
  }
  while (j < b.size && b.hashes[j] <= bound) {
    ++j;
    ++overlap.b;
  }
  return overlap;
}

bool IsMasked(uint64_t furniture, uint32_t index) {
  return (furniture >> index & 1) != 0;
}

double UnmaskedShare(const MaskedSignature& one) {
  const uint32_t size = one.signature->body.size;
  if (size == 0) {
    return 0;
  }
  uint32_t masked = 0;
  for (uint32_t i = 0; i < size; ++i) {
    masked += IsMasked(one.furniture, i) ? 1 : 0;
  }
  return double{1} * (size - masked) / size;
}

// Compares the titles and the numbers.
struct Evidence {
  bool both_titled = false, neither_titled = false;
  uint32_t title_common = 0;
  double title = 0;  // Common words / words of the shorter title.
  bool title_digits_equal = true;
  bool both_numbered = false;
  double numbers = 0;  // Common numbers / those of the smaller set.
  uint32_t lead_common = 0;
  double lead = 0;  // Common runs / those of the smaller lead.
  bool same_source = false;
  // In scripts whose letters are tokens, words are some two tokens.
  uint32_t tokens_a_word = 1;
};

Evidence Weigh(const Signature& a, const Signature& b) {
  Evidence evidence;
  evidence.both_titled = a.title.size > 0 && b.title.size > 0;
  evidence.neither_titled = a.title.size + b.title.size == 0;
  const SketchOverlap titles = CompareSketches(a.title, b.title);
  evidence.title_common = titles.common;
  evidence.title = titles.of_smaller();
  evidence.title_digits_equal = a.title_digits == b.title_digits;
  evidence.both_numbered = a.numbers.size > 0 && b.numbers.size > 0;
  evidence.numbers = CompareSketches(a.numbers, b.numbers).of_smaller();
  const SketchOverlap leads = CompareSketches(a.lead, b.lead);
  evidence.lead_common = leads.common;
  evidence.lead = leads.of_smaller();
  evidence.same_source = a.source == b.source && a.source != 0;
  evidence.tokens_a_word =
      a.has(Signature::kLetterTokens) && b.has(Signature::kLetterTokens) ? 2
                                                                         : 1;
  return evidence;
}

// The numbers of a template change nearly all, those of an edit hardly any.
bool NumbersContradict(const Evidence& evidence, double containment,
                       uint32_t shingles) {
  if (!evidence.both_numbered) {
    return false;
  }
  if (evidence.same_source && !evidence.title_digits_equal &&
      evidence.numbers < 0.6 && shingles < 150 && containment < 0.9) {
    return true;
  }
  return (containment < 0.7 && evidence.numbers < 0.5) ||
         (containment < 0.9 && evidence.numbers < 0.34) ||
         (shingles < 40 && evidence.numbers < 0.34);
}

// Short texts, and texts of one source, need more than equal words: what they
// have in common may be a template whose subject stands in the title only.
bool TitlesContradict(const Evidence& evidence, const TextOverlap& overlap) {
  const double s = overlap.smaller_shingles;
  const double containment = overlap.containment();
  if (!evidence.both_titled) {
    return s < 26 && containment < 0.8;
  }
  const bool alike = evidence.title >= 0.25 &&
                     evidence.title_common >= 2 * evidence.tokens_a_word;
  if (s < 26 && !alike) {
    return true;
  }
  const bool doubtful = (s < 60 && containment < 0.75) ||
                        (evidence.same_source && s < 150 && containment < 0.7);
  if (doubtful && !alike) {
    return true;
  }
  if (evidence.same_source && s < 60 &&
      !(evidence.title >= 0.34 && containment >= 0.7)) {
    return true;
  }
  return evidence.same_source && s < 20 && !evidence.title_digits_equal;
}

// A quotation or a roundup: much of the smaller text, but neither its start nor
// its title.
bool IsQuotation(const Evidence& evidence, const TextOverlap& overlap) {
  return overlap.jaccard < 0.5 && evidence.lead < 0.25 &&
         evidence.title < (evidence.same_source ? 0.5 : 0.25);
}

bool AreWeaklyAlike(const Evidence& evidence, const TextOverlap& overlap) {
  const bool alike = overlap.containment() >= 0.35 && evidence.title >= 0.6 &&
                     evidence.title_common >= 3 * evidence.tokens_a_word &&
                     (!evidence.both_numbered || evidence.numbers >= 0.6);
  return alike && (!evidence.same_source || (overlap.containment() >= 0.45 &&
                                             overlap.smaller_shingles >= 60 &&
                                             evidence.title_digits_equal));
}

bool IsSnippet(const Signature& a, const Signature& b,
               const Evidence& evidence) {
  const uint32_t smaller = std::min(a.shingles, b.shingles);
  const uint32_t larger = std::max(a.shingles, b.shingles);
  const bool begins_alike = smaller < 80 && smaller * 2 <= larger &&
                            evidence.lead_common >= 6 && evidence.lead >= 0.6;
  if (!begins_alike || (evidence.both_numbered && evidence.numbers < 0.5)) {
    return false;
  }
  return evidence.neither_titled
             ? evidence.lead >= 0.9
             : evidence.title >= (evidence.same_source ? 0.5 : 0.25);
}

SameText Judge(const Signature& a, const Signature& b,
               const TextOverlap& overlap, const Evidence& evidence) {
  const bool same_url = a.url != 0 && a.url == b.url;
  const double containment = overlap.containment();
  if (same_url && !HaveSameArticleUrl(a, b)) {
    // A front page or a section: many articles share it.
    if (!((containment >= 0.15 && overlap.common >= 3) ||
          evidence.title >= 0.6)) {
      return SameText::kNo;
    }
  }
  const bool alike = overlap.common >= 5 && containment >= 0.5;
  if (alike) {
    const uint32_t smaller = std::min(a.shingles, b.shingles);
    if (!NumbersContradict(evidence, containment, smaller) &&
        !TitlesContradict(evidence, overlap) &&
        !IsQuotation(evidence, overlap)) {
      return SameText::kYes;
    }
  } else if (AreWeaklyAlike(evidence, overlap)) {
    return SameText::kYes;
  }
  return IsSnippet(a, b, evidence) ? SameText::kSnippet : SameText::kNo;
}

}  // namespace

TextOverlap Overlap(const MaskedSignature& a, const MaskedSignature& b) {
  const auto& left = a.signature->body;
  const auto& right = b.signature->body;
  const uint32_t bound = ComparableUpTo(left, right);
  uint32_t count_a = 0, count_b = 0, common = 0;
  uint32_t i = 0, j = 0;
  while ((i < left.size && left.hashes[i] <= bound) ||
         (j < right.size && right.hashes[j] <= bound)) {
    const bool has_a = i < left.size && left.hashes[i] <= bound &&
                       (j >= right.size || left.hashes[i] <= right.hashes[j]);
    const bool has_b = j < right.size && right.hashes[j] <= bound &&
                       (i >= left.size || right.hashes[j] <= left.hashes[i]);
    const bool masked = (has_a && IsMasked(a.furniture, i)) ||
                        (has_b && IsMasked(b.furniture, j));
    if (!masked) {
      count_a += has_a ? 1 : 0;
      count_b += has_b ? 1 : 0;
      common += has_a && has_b ? 1 : 0;
    }
    i += has_a ? 1 : 0;
    j += has_b ? 1 : 0;
  }
  TextOverlap overlap;
  overlap.common = common;
  overlap.of_a = count_a == 0 ? 0 : double{1} * common / count_a;
  overlap.of_b = count_b == 0 ? 0 : double{1} * common / count_b;
  const uint32_t all = count_a + count_b - common;
  overlap.jaccard = all == 0 ? 0 : double{1} * common / all;
  overlap.smaller_shingles = std::min(a.signature->shingles * UnmaskedShare(a),
                                      b.signature->shingles * UnmaskedShare(b));
  return overlap;
}

bool HaveSameArticleUrl(const Signature& a, const Signature& b) {
  return a.url != 0 && a.url == b.url && a.has(Signature::kUrlNamesArticle);
}

Comparison Compare(const MaskedSignature& a, const MaskedSignature& b) {
  Comparison comparison;
  comparison.overlap = Overlap(a, b);
  const Evidence evidence = Weigh(*a.signature, *b.signature);
  comparison.numbers_equal = !evidence.both_numbered || evidence.numbers >= 1;
  comparison.title = evidence.title;
  comparison.same =
      Judge(*a.signature, *b.signature, comparison.overlap, evidence);
  return comparison;
}

std::string_view StoryRelationName(StoryRelation relation) {
  switch (relation) {
    case StoryRelation::kNew:
      return "new";
    case StoryRelation::kCopy:
      return "copy";
    case StoryRelation::kCut:
      return "cut";
    case StoryRelation::kExtended:
      return "extended";
    case StoryRelation::kUpdate:
      return "update";
    case StoryRelation::kCorrection:
      return "correction";
  }
  return "";
}

StoryRelation Relate(const Signature& a, const Signature& b,
                     const Comparison& comparison) {
  const TextOverlap& overlap = comparison.overlap;
  const bool same_origin =
      (a.source != 0 && a.source == b.source) || (a.url != 0 && a.url == b.url);
  if (a.has(Signature::kMarkedCorrection) &&
      !b.has(Signature::kMarkedCorrection)) {
    return StoryRelation::kCorrection;
  }
  if (overlap.jaccard >= 0.8) {
    return comparison.numbers_equal || !same_origin
               ? StoryRelation::kCopy
               : StoryRelation::kCorrection;
  }
  const double ratio =
      b.shingles == 0 ? 1 : double{1} * a.shingles / b.shingles;
  if ((ratio < 0.8 && overlap.of_a >= 0.75) ||
      (comparison.same == SameText::kSnippet && ratio < 1)) {
    return StoryRelation::kCut;
  }
  if (ratio > 1.2 && overlap.of_b >= 0.75) {
    return StoryRelation::kExtended;
  }
  return StoryRelation::kUpdate;
}

}  // namespace presshawk
