// What every TermEngine promises (matchers/plan/term_scanner.h), asked of each.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

// Heads and tails of four bytes are what the token engine looks for.
TEST_P(EngineContractTest, WildcardsWithLongEdges) {
  Compile({"elect*", "*gate", "wom?nhood", "elec*n", "кремл*", "*ология",
           "elect*d", "inter*nation*"});
  Scan(
      "Elections elected election elect elec Watergate gate 4gate women "
      "womanhood womnhood womenhood Кремля кремль кремлеология reelected",
      "international internation");
  EXPECT_THAT(Hits(0),
              ElementsAre("elections", "elected", "election", "elect"));
  EXPECT_THAT(Hits(1), ElementsAre("watergate", "gate", "4gate"));
  EXPECT_THAT(Hits(2), ElementsAre("womanhood", "womenhood"));
  EXPECT_THAT(Hits(3), ElementsAre("election"));
  EXPECT_THAT(Hits(4), ElementsAre("кремля", "кремль", "кремлеология"));
  EXPECT_THAT(Hits(5), ElementsAre("кремлеология"));
  EXPECT_THAT(Hits(6), ElementsAre("elected"));
  EXPECT_THAT(Hits(7), ElementsAre("international", "internation"));
}

TEST_P(EngineContractTest, AnEmptySetAndAnEmptyTextAreFine) {
  Compile({});
  Scan("anything");
  EXPECT_THAT(hits_->touched(), IsEmpty());
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

// Against the obvious loop, on dense random texts.
TEST_P(EngineContractTest, RandomTermsAreFoundWhereALoopFindsThem) {
  std::mt19937_64 random(7);
  const auto words = [&](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      text += i > 0 ? " " : "";
      for (size_t letters = 1 + random() % 9; letters > 0; --letters) {
        text += static_cast<char>('a' + random() % 2);
      }
    }
    return text;
  };
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
