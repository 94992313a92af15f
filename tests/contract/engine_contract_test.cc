// SPDX-License-Identifier: Apache-2.0
// What every TermEngine promises (matchers/plan/term_scanner.h), asked of each.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/str_cat.h"
#include "core/text/article_text.h"
#include "core/text/canonicalize.h"
#include "matchers/engine_choice.h"
#include "matchers/hyperscan/literal_engine.h"
#include "matchers/tokens/token_engine.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Patterns = absl::Span<const Pattern>;
using Compiled = absl::StatusOr<std::unique_ptr<const TermEngine>>;

struct Kind {
  const char* name;
  Compiled (*compile)(Patterns);
};

class EngineContractTest : public ::testing::TestWithParam<Kind> {
 protected:
  void Compile(const std::vector<std::string>& terms) {
    patterns_.clear();
    texts_.clear();
    for (const std::string& term : terms) {
      const bool wild = term.find_first_of("*?") != std::string::npos;
      texts_.push_back(wild ? CanonicalizePattern(term) : Canonicalize(term));
      patterns_.push_back({.text = texts_.back(), .has_wildcards = wild});
    }
    auto engine = GetParam().compile(patterns_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
    auto scanner = engine_->NewScanner();
    ASSERT_TRUE(scanner.ok()) << scanner.status();
    scanner_ = *std::move(scanner);
    hits_ = std::make_unique<HitStore>(patterns_.size());
  }
  void Scan(std::string_view body, std::string_view title = "") {
    Article article;
    article.text[static_cast<size_t>(Field::kTitle)] = title;
    article.text[static_cast<size_t>(Field::kBody)] = body;
    ASSERT_TRUE(text_.Assign(article, ~size_t{0}));
    hits_->Clear();
    ASSERT_TRUE(scanner_->Scan(text_.canonical(), hits_.get()));
  }
  // The canonical text of each hit of a pattern.
  std::vector<std::string> Hits(PatternId pattern) const {
    std::vector<std::string> found;
    for (uint32_t i = hits_->First(pattern); i != HitStore::kNone;
         i = hits_->hit(i).next) {
      const ByteSpan span = hits_->hit(i).span;
      found.emplace_back(
          text_.canonical().substr(span.begin, span.end - span.begin));
    }
    return found;
  }

  std::deque<std::string> texts_;
  std::vector<Pattern> patterns_;
  std::unique_ptr<const TermEngine> engine_;
  std::unique_ptr<TermScanner> scanner_;
  std::unique_ptr<HitStore> hits_;
  ArticleText text_;
};

// Of the engines that take wildcards too.
class WildcardContractTest : public EngineContractTest {};

TEST_P(EngineContractTest, FindsWholeWordsAndPhrasesOnly) {
  Compile({"kremlin", "us election", "election", "US"});
  Scan("The Kremlin's US election; kremlinology, us elections.");
  EXPECT_THAT(Hits(0), ElementsAre("kremlin"));
  EXPECT_THAT(Hits(1), ElementsAre("us election"));
  EXPECT_THAT(Hits(2), ElementsAre("election"));
  EXPECT_THAT(Hits(3), ElementsAre("us", "us"));
}

TEST_P(EngineContractTest, OverlappingOccurrencesAllCount) {
  Compile({"a a", "a b a"});
  Scan("a a a b a b a");
  EXPECT_THAT(Hits(0), ElementsAre("a a", "a a"));
  EXPECT_THAT(Hits(1), ElementsAre("a b a", "a b a"));
}

TEST_P(EngineContractTest, NoHitSpansTwoFields) {
  Compile({"one two", "two", "*e two"});
  Scan("two", "one");
  EXPECT_THAT(Hits(0), IsEmpty());
  EXPECT_THAT(Hits(1), ElementsAre("two"));
  EXPECT_THAT(Hits(2), IsEmpty());
}

TEST_P(WildcardContractTest, WildcardsStayInTheirToken) {
  Compile({"kreml*", "*gate", "wom?n", "us elect*", "特朗普"});
  Scan("Kremlins watergate women woman womn US electorate; 说特朗普与");
  EXPECT_THAT(Hits(0), ElementsAre("kremlins"));
  EXPECT_THAT(Hits(1), ElementsAre("watergate"));
  EXPECT_THAT(Hits(2), ElementsAre("women", "woman"));
  EXPECT_THAT(Hits(3), ElementsAre("us electorate"));
  EXPECT_THAT(Hits(4), ElementsAre("特 朗 普"));
}

// Heads and tails of two to four bytes are what the token engine looks for.
TEST_P(EngineContractTest, WildcardsAreFoundByTheirEdges) {
  Compile({"elect*", "*gate", "wom?nhood", "elec*n", "кремл*", "*ология",
           "elect*d", "inter*nation*", "eu*", "*ood", "4?ate"});
  Scan(
      "Elections elected election elect elec Watergate gate 4gate women "
      "womanhood womnhood womenhood Кремля кремль кремлеология reelected",
      "EU European e u international internation");
  EXPECT_THAT(Hits(0),
              ElementsAre("elections", "elected", "election", "elect"));
  EXPECT_THAT(Hits(1), ElementsAre("watergate", "gate", "4gate"));
  EXPECT_THAT(Hits(2), ElementsAre("womanhood", "womenhood"));
  EXPECT_THAT(Hits(3), ElementsAre("election"));
  EXPECT_THAT(Hits(4), ElementsAre("кремля", "кремль", "кремлеология"));
  EXPECT_THAT(Hits(5), ElementsAre("кремлеология"));
  EXPECT_THAT(Hits(6), ElementsAre("elected"));
  EXPECT_THAT(Hits(7), ElementsAre("international", "internation"));
  EXPECT_THAT(Hits(8), ElementsAre("eu", "european"));
  EXPECT_THAT(Hits(9), ElementsAre("womanhood", "womnhood", "womenhood"));
  EXPECT_THAT(Hits(10), ElementsAre("4gate"));
}

// By a plain word, a pair of them, or the head or tail of a word.
TEST_P(EngineContractTest, PhrasesWithWildcards) {
  Compile({"angela merk*", "the kreml*", "woman of the y*r", "elect* fraud*",
           "*bank cris?s", "new ?ork times", "特朗普 elect*", "a merk*"});
  Scan(
      "Angela Merkel; angela mercy, Angela. The Kremlin and the kremlins, "
      "woman of the year, women of the year, woman of the yard; "
      "elections fraudulent Landesbank crisis bank crises new york times "
      "new times; 特朗普 elected",
      "Angela");
  EXPECT_THAT(Hits(0), ElementsAre("angela merkel"));
  EXPECT_THAT(Hits(1), ElementsAre("the kremlin", "the kremlins"));
  EXPECT_THAT(Hits(2), ElementsAre("woman of the year"));
  EXPECT_THAT(Hits(3), ElementsAre("elections fraudulent"));
  EXPECT_THAT(Hits(4), ElementsAre("landesbank crisis", "bank crises"));
  EXPECT_THAT(Hits(5), ElementsAre("new york times"));
  EXPECT_THAT(Hits(6), ElementsAre("特 朗 普 elected"));
  EXPECT_THAT(Hits(7), IsEmpty());
}

TEST_P(EngineContractTest, NoPhraseWithWildcardsSpansTwoFields) {
  Compile({"angela merk*", "*gela merk*", "*gela merkel", "kremlin*s w*"});
  Scan("Merkel kremlins", "Angela");
  for (PatternId id = 0; id < 4; ++id) {
    EXPECT_THAT(Hits(id), IsEmpty()) << id;
  }
}

// As many tokens as 64 bytes can have, after any number of longer ones: the
// token engine looks at them in batches.
TEST_P(EngineContractTest, EveryTokenCountsHoweverManyTheBytesHold) {
  Compile({"a", "a a", "a b", "b", "be*", "*he"});
  for (size_t longer = 0; longer < 70; ++longer) {
    for (const size_t letters : {31, 32, 33, 63, 64, 65, 400}) {
      std::string text;
      for (size_t i = 0; i < longer; ++i) {
        text += i % 2 == 0 ? "bet " : "the ";
      }
      for (size_t i = 0; i < letters; ++i) {
        text += "a ";
      }
      Scan(text + "b");
      ASSERT_EQ(Hits(0).size(), letters) << text;
      ASSERT_EQ(Hits(1).size(), letters - 1) << text;
      ASSERT_EQ(Hits(2).size(), 1) << text;
      ASSERT_EQ(Hits(3).size(), 1) << text;
      ASSERT_EQ(Hits(4).size(), (longer + 1) / 2) << text;
      ASSERT_EQ(Hits(5).size(), longer / 2) << text;
    }
  }
}

TEST_P(EngineContractTest, AnEmptySetAndAnEmptyTextAreFine) {
  Compile({});
  Scan("anything");
  EXPECT_THAT(hits_->occurring(), IsEmpty());
  Compile({"word"});
  Scan("");
  EXPECT_THAT(Hits(0), IsEmpty());
}

TEST_P(EngineContractTest, TheLongestTermIsFound) {
  const std::string term(15'000, 'x');
  Compile({term, "y"});
  Scan(StrCat("y ", term, " y ", term, "x"));
  EXPECT_THAT(Hits(0), ElementsAre(term));
}

TEST_P(EngineContractTest, AScannerForgetsTheArticleBefore) {
  Compile({"kremlin"});
  Scan("Kremlin");
  Scan("nothing");
  EXPECT_THAT(Hits(0), IsEmpty());
  Scan("Kremlin");
  EXPECT_THAT(Hits(0), ElementsAre("kremlin"));
}

// `count` words of up to nine letters of two.
std::string RandomWords(size_t count, std::mt19937_64* random) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += i > 0 ? " " : "";
    for (size_t letters = 1 + (*random)() % 9; letters > 0; --letters) {
      text += static_cast<char>('a' + (*random)() % 2);
    }
  }
  return text;
}

// Against the obvious loop, on dense random texts.
TEST_P(EngineContractTest, RandomTermsAreFoundWhereALoopFindsThem) {
  std::mt19937_64 random(7);
  const auto words = [&](size_t count) { return RandomWords(count, &random); };
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> terms;
    std::map<std::string, size_t> distinct;
    while (terms.size() < 300) {
      const std::string term = words(1 + random() % 3);
      if (distinct.emplace(term, terms.size()).second) {
        terms.push_back(term);
      }
    }
    Compile(terms);
    for (int i = 0; i < 10; ++i) {
      const std::string body = words(200);
      Scan(body);
      const std::string canonical = StrCat(" ", body, " ");
      for (PatternId id = 0; id < terms.size(); ++id) {
        size_t expected = 0;
        const std::string wanted = StrCat(" ", terms[id], " ");
        for (size_t at = canonical.find(wanted); at != std::string::npos;
             at = canonical.find(wanted, at + 1)) {
          ++expected;
        }
        ASSERT_EQ(Hits(id).size(), expected) << terms[id] << "\n" << body;
      }
    }
  }
}

bool StandsFor(std::string_view glob, std::string_view token) {
  if (glob.empty()) {
    return token.empty();
  }
  if (glob[0] == '*') {
    return StandsFor(glob.substr(1), token) ||
           (!token.empty() && StandsFor(glob, token.substr(1)));
  }
  return !token.empty() && (glob[0] == '?' || glob[0] == token[0]) &&
         StandsFor(glob.substr(1), token.substr(1));
}

// The occurrences of a phrase of globs in a field's words.
std::vector<std::string> Occurrences(const std::string& phrase,
                                     const std::string& field) {
  const std::vector<std::string> globs = absl::StrSplit(phrase, ' ');
  const std::vector<std::string> words = absl::StrSplit(field, ' ');
  std::vector<std::string> found;
  for (size_t i = 0; i + globs.size() <= words.size(); ++i) {
    std::vector<std::string> some;
    while (some.size() < globs.size() &&
           StandsFor(globs[some.size()], words[i + some.size()])) {
      some.push_back(words[i + some.size()]);
    }
    if (some.size() == globs.size()) {
      found.push_back(absl::StrJoin(some, " "));
    }
  }
  return found;
}

// As the parser asks it of every word.
bool IsQueryable(const std::string& phrase) {
  const std::vector<std::string> words = absl::StrSplit(phrase, ' ');
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    const auto stars = std::count(word.begin(), word.end(), '*');
    const auto letters = static_cast<std::ptrdiff_t>(word.size()) - stars;
    return word.find_first_of("ab") != std::string::npos &&
           (stars == 0 || letters >= 2);
  });
}

TEST_P(WildcardContractTest, RandomWildcardsAreFoundWhereALoopFindsThem) {
  std::mt19937_64 random(11);
  size_t expected_hits = 0;
  for (int round = 0; round < 10; ++round) {
    std::vector<std::string> terms;
    while (terms.size() < 300) {
      std::string term = RandomWords(1 + random() % 4, &random);
      for (size_t changes = 1 + random() % 3; changes > 0; --changes) {
        char* const letter = &term[random() % term.size()];
        if (*letter != ' ') {
          *letter = random() % 3 == 0 ? '?' : '*';
        }
      }
      if (IsQueryable(term)) {
        terms.push_back(term);
      }
    }
    Compile(terms);
    for (int i = 0; i < 5; ++i) {
      const std::string title = RandomWords(30, &random);
      const std::string body = RandomWords(150, &random);
      Scan(body, title);
      for (PatternId id = 0; id < terms.size(); ++id) {
        std::vector<std::string> expected = Occurrences(terms[id], title);
        const std::vector<std::string> more = Occurrences(terms[id], body);
        expected.insert(expected.end(), more.begin(), more.end());
        expected_hits += expected.size();
        ASSERT_EQ(Hits(id), expected) << terms[id] << "\n"
                                      << title << "\n"
                                      << body;
      }
    }
  }
  EXPECT_GT(expected_hits, 10'000U);
}

template <Kernel kKernel>
Compiled CompileTokens(Patterns patterns) {
  return CompileTokenEngine(patterns, std::min(kKernel, BestKernel()));
}

constexpr Kind kHyperscan = {"hyperscan", [](Patterns patterns) {
                               return CompileLiteralEngine(patterns);
                             }};
constexpr Kind kBoth = {"both", [](Patterns patterns) {
                          return CompileTermEngine(patterns,
                                                   QuerySet::Engine::kTokens);
                        }};

INSTANTIATE_TEST_SUITE_P(
    Engines, EngineContractTest,
    ::testing::Values(kHyperscan, kBoth,
                      Kind{"tokens_portable",
                           &CompileTokens<Kernel::kPortable>},
                      Kind{"tokens_avx2", &CompileTokens<Kernel::kAvx2>},
                      Kind{"tokens_avx512", &CompileTokens<Kernel::kAvx512>}),
    [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(Engines, WildcardContractTest,
                         ::testing::Values(kHyperscan, kBoth),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace presshawk
