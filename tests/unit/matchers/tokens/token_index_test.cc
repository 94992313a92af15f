// SPDX-License-Identifier: Apache-2.0
// The index alone: candidates are put into it by hand.
#include "matchers/tokens/token_index.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/matchers/term_patterns.h"

namespace presshawk::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A canonical text with the bytes around it that hashes may read.
struct PaddedText {
  explicit PaddedText(std::string_view words)
      : bytes(StrCat("\1 ", words, " \1", std::string(64, ' '))),
        canonical(std::string_view(bytes).substr(0, words.size() + 4)) {}
  PaddedText(const PaddedText&) = delete;
  PaddedText& operator=(const PaddedText&) = delete;
  // Where a word begins, and its hash.
  uint32_t Place(std::string_view word) const {
    return static_cast<uint32_t>(canonical.find(StrCat(" ", word, " ")) + 1);
  }
  uint64_t Hash(std::string_view word) const {
    return TokenHash(bytes.data() + Place(word), word.size());
  }

  const std::string bytes;
  const std::string_view canonical;
};

Candidates One(uint64_t hash, uint32_t place) {
  Candidates candidates;
  candidates.hashes[0] = hash;
  candidates.places[0] = place;
  candidates.count = 1;
  return candidates;
}

TEST(TokenIndexTest, TakesWhatHasAnAnchorUpTo64KiB) {
  const TermPatterns terms({"kremlin", "elect*", "*middle*",
                            std::string(65'533, 'x'),
                            std::string(65'534, 'x')});
  EXPECT_TRUE(TokenIndex::Takes(terms[0]));
  EXPECT_TRUE(TokenIndex::Takes(terms[1]));
  EXPECT_FALSE(TokenIndex::Takes(terms[2]));
  EXPECT_TRUE(TokenIndex::Takes(terms[3]));  // And a space at each end.
  EXPECT_FALSE(TokenIndex::Takes(terms[4]));
}

TEST(TokenIndexTest, AnIndexOfNothingIsEmpty) {
  const TermPatterns terms({"*middle*"});
  EXPECT_TRUE(TokenIndex(terms.patterns()).empty());
  EXPECT_TRUE(TokenIndex(absl::Span<const Pattern>()).empty());
}

TEST(TokenIndexTest, ItsFilterPassesWhatItHas) {
  const TermPatterns terms({"kremlin", "us election"});
  const TokenIndex index(terms.patterns());
  const PaddedText text("kremlin us election");
  const auto passes = [&](uint64_t hash) {
    return PassesFilter(index.filter(), index.filter_shift(), hash);
  };
  EXPECT_TRUE(passes(text.Hash("kremlin")));
  EXPECT_TRUE(passes(PairHash(text.Hash("us"), text.Hash("election"))));
  EXPECT_FALSE(passes(text.Hash("election")));
}

TEST(TokenIndexTest, AWordIsComparedByteByByte) {
  const TermPatterns terms({"kremlin"});
  const TokenIndex index(terms.patterns());
  const PaddedText text("kremlin moscow");
  HitStore hits(1);
  index.AddWords(text.canonical,
                 One(text.Hash("kremlin"), text.Place("kremlin")), &hits);
  EXPECT_THAT(TextsOf(hits, 0, text.canonical), ElementsAre("kremlin"));
  // The hash of one word at the place of another.
  hits.Clear();
  index.AddWords(text.canonical,
                 One(text.Hash("kremlin"), text.Place("moscow")), &hits);
  EXPECT_THAT(TextsOf(hits, 0, text.canonical), IsEmpty());
}

TEST(TokenIndexTest, APhraseThatTheTextIsTooShortForIsNotRead) {
  const TermPatterns terms({"us election fraud"});
  const TokenIndex index(terms.patterns());
  // The pair at the end of the text, and its second word at the start.
  for (const char* words : {"us election", "election fraud"}) {
    const PaddedText text(words);
    const std::string first(words, std::string_view(words).find(' '));
    const std::string second = words + first.size() + 1;
    HitStore hits(1);
    index.AddPairs(
        text.canonical,
        One(PairHash(text.Hash(first), text.Hash(second)), text.Place(first)),
        &hits);
    EXPECT_THAT(TextsOf(hits, 0, text.canonical), IsEmpty()) << words;
  }
}

TEST(TokenIndexTest, PatternsWithOneAnchorAreAllFound) {
  const TermPatterns terms(
      {"the us election", "us election", "us election day"});
  const TokenIndex index(terms.patterns());
  const PaddedText text("the us election day");
  HitStore hits(3);
  for (const auto& [first, second] :
       {std::pair("the", "us"), {"us", "election"}, {"election", "day"}}) {
    index.AddPairs(
        text.canonical,
        One(PairHash(text.Hash(first), text.Hash(second)), text.Place(first)),
        &hits);
  }
  for (PatternId id = 0; id < 3; ++id) {
    EXPECT_THAT(TextsOf(hits, id, text.canonical),
                ElementsAre(std::string(
                    terms.text(id).substr(1, terms.text(id).size() - 2))));
  }
}

TEST(TokenIndexTest, AsksForEdgesOfTheSizesThatItHas) {
  const TermPatterns words({"kremlin"});
  const TokenIndex without(words.patterns());
  EXPECT_GT(without.edge_bytes_min(), without.edge_bytes_max());
  const TermPatterns globs({"eu*", "*ion", "kremlin"});
  const TokenIndex index(globs.patterns());
  EXPECT_EQ(index.edge_bytes_min(), 2U);
  EXPECT_EQ(index.edge_bytes_max(), 3U);
  EXPECT_FALSE(index.has_phrases());
}

TEST(TokenIndexTest, AWildcardIsVerifiedOnItsToken) {
  const TermPatterns terms({"elec*on", "elec*"});
  const TokenIndex index(terms.patterns());
  for (const auto& [word, holds] :
       {std::pair("election", true), {"elected", false}}) {
    const PaddedText text(word);
    HitStore hits(2);
    index.AddGlobs(text.canonical,
                   One(HeadHash(text.bytes.data() + 2, 4), text.Place(word)),
                   &hits);
    EXPECT_EQ(hits.First(0) != HitStore::kNone, holds) << word;
    EXPECT_THAT(TextsOf(hits, 1, text.canonical), ElementsAre(word));
  }
}

TEST(TokenIndexTest, APhraseWithWildcardsIsVerifiedAroundItsAnchor) {
  const TermPatterns terms({"angela merk* parliamentarians"});
  const TokenIndex index(terms.patterns());
  EXPECT_TRUE(index.has_phrases());
  for (const auto& [words, holds] :
       {std::pair("angela merkel parliamentarians", true),
        {"angela parliamentarians", false},
        {"parliamentarians", false}}) {
    const PaddedText text(words);
    HitStore hits(1);
    index.AddPhrases(
        text.canonical,
        One(text.Hash("parliamentarians"), text.Place("parliamentarians")),
        &hits);
    EXPECT_EQ(hits.First(0) != HitStore::kNone, holds) << words;
  }
}

// An archive that hands each array to a test, to change it.
struct Tamper {
  template <typename T>
  void Array(FlatArray<T>* array) {
    if (at-- == 0) {
      std::vector<T> items(array->begin(), array->end());
      items.pop_back();
      *array = FlatArray(std::move(items));
    }
  }
  template <typename T>
  void Value(T* value) {
    if (at-- == 0) {
      *value = 0;
    }
  }
  int at;
};

TokenIndex SmallIndex() {
  const TermPatterns terms({"kremlin", "us election", "elec*", "the elec*"});
  return TokenIndex(terms.patterns());
}

TEST(TokenIndexTest, WhatWasBuiltIsSoundAndClaimsItsPatterns) {
  PatternClaims claims(4);
  EXPECT_TRUE(SmallIndex().IsSound(&claims));
  for (PatternId id = 0; id < 4; ++id) {
    EXPECT_EQ(claims.by(id), PatternClaims::By::kTermEngine);
  }
  // Who claims a pattern that another engine has is refused.
  EXPECT_FALSE(SmallIndex().IsSound(&claims));
  PatternClaims too_few(3);
  EXPECT_FALSE(SmallIndex().IsSound(&too_few));
}

// Texts; begins, entries and shift of each of four tables; the filter and its
// shift; the smallest edge. A table without entries is sound, but the pattern
// that it had is then nobody's, which the reader of a file refuses.
TEST(TokenIndexTest, WhatLacksAnythingIsNotSoundOrLeavesAPatternUnclaimed) {
  for (int part = 0; part < 16; ++part) {
    TokenIndex index = SmallIndex();
    Tamper tamper{part};
    TokenIndex::Transfer(&index, &tamper);
    ASSERT_LT(tamper.at, 0) << part;
    PatternClaims claims(4);
    bool is_whole = index.IsSound(&claims);
    for (PatternId id = 0; id < 4; ++id) {
      is_whole &= claims.by(id) == PatternClaims::By::kTermEngine;
    }
    EXPECT_FALSE(is_whole) << part;
  }
}

}  // namespace
}  // namespace presshawk::tokens
