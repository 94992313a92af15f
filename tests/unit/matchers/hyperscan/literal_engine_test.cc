// SPDX-License-Identifier: Apache-2.0
// The engine finds literals, wildcards by their pieces, and very long terms.
#include "matchers/hyperscan/literal_engine.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/matchers/term_patterns.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LiteralEngineTest : public ::testing::Test {
 protected:
  void Compile(const std::vector<std::string>& terms,
               bool (*leaves_out)(const Pattern&) = nullptr) {
    terms_ = std::make_unique<TermPatterns>(terms);
    auto engine = CompileLiteralEngine(terms_->patterns(), leaves_out);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
    auto scanner = engine_->NewScanner();
    ASSERT_TRUE(scanner.ok()) << scanner.status();
    scanner_ = *std::move(scanner);
    hits_ = std::make_unique<HitStore>(terms.size());
  }
  void Scan(const std::string& words) {
    canonical_ = StrCat("\1 ", words, " \1");
    hits_->Clear();
    ASSERT_TRUE(scanner_->Scan(canonical_, hits_.get()));
  }
  std::vector<std::string> Found(PatternId pattern) const {
    return TextsOf(*hits_, pattern, canonical_);
  }

  std::unique_ptr<TermPatterns> terms_;
  std::unique_ptr<const TermEngine> engine_;
  std::unique_ptr<TermScanner> scanner_;
  std::unique_ptr<HitStore> hits_;
  std::string canonical_;
};

TEST_F(LiteralEngineTest, ALiteralIsAWholeWordWithoutItsSpaces) {
  Compile({"kremlin", "us election"});
  Scan("kremlin kremlins us election us elections");
  EXPECT_THAT(Found(0), ElementsAre("kremlin"));
  EXPECT_THAT(Found(1), ElementsAre("us election"));
}

TEST_F(LiteralEngineTest, OneSpaceMayEndAnOccurrenceAndBeginTheNext) {
  Compile({"a", "a a"});
  Scan("a a a");
  EXPECT_THAT(Found(0), ElementsAre("a", "a", "a"));
  EXPECT_THAT(Found(1), ElementsAre("a a", "a a"));
}

TEST_F(LiteralEngineTest, WildcardsThatShareAPieceAreAllVerified) {
  Compile({"elect*", "elect*n", "elect* fraud"});
  Scan("elections election fraud");
  EXPECT_THAT(Found(0), ElementsAre("elections", "election"));
  EXPECT_THAT(Found(1), ElementsAre("election"));
  EXPECT_THAT(Found(2), ElementsAre("election fraud"));
}

TEST_F(LiteralEngineTest, APieceThatIsInATokenTwiceIsOneHit) {
  Compile({"*ana*", "*a?a*", "b*ana*"});
  Scan("banana bandana");
  EXPECT_THAT(Found(0), ElementsAre("banana", "bandana"));
  EXPECT_THAT(Found(1), ElementsAre("banana", "bandana"));
  EXPECT_THAT(Found(2), ElementsAre("banana", "bandana"));
}

// What was asked of a piece in one article is forgotten in the next, which may
// have it at an earlier place.
TEST_F(LiteralEngineTest, AScannerForgetsTheArticleBefore) {
  Compile({"*ana*"});
  Scan("x x x x banana");
  Scan("banana");
  EXPECT_THAT(Found(0), ElementsAre("banana"));
}

// Hyperscan takes literals of up to 16,000 bytes.
TEST_F(LiteralEngineTest, ATermOfAnyLengthIsFound) {
  const std::string term(20'000, 'x');
  Compile({term, std::string(20'000, 'x') + "*"});
  Scan(StrCat(term, " ", term, "y ", term.substr(1)));
  EXPECT_THAT(Found(0), ElementsAre(term));
  EXPECT_THAT(Found(1), ElementsAre(term, term + "y"));
}

TEST_F(LiteralEngineTest, WhatIsLeftOutKeepsItsNumber) {
  Compile({"kremlin", "moscow"},
          [](const Pattern& pattern) { return pattern.text == " kremlin "; });
  Scan("kremlin moscow");
  EXPECT_THAT(Found(0), IsEmpty());
  EXPECT_THAT(Found(1), ElementsAre("moscow"));
}

TEST_F(LiteralEngineTest, AnEngineOfNothingFindsNothing) {
  Compile({});
  Scan("kremlin");
  EXPECT_THAT(hits_->occurring(), IsEmpty());
}

TEST_F(LiteralEngineTest, TheSeparatorOfFieldsIsInNoOccurrence) {
  Compile({"us election", "*s election", "us *lection"});
  canonical_ = "\1 us \1 election \1 \1 \1";
  hits_->Clear();
  ASSERT_TRUE(scanner_->Scan(canonical_, hits_.get()));
  EXPECT_THAT(hits_->occurring(), IsEmpty());
}

}  // namespace
}  // namespace presshawk
