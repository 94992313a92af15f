// SPDX-License-Identifier: Apache-2.0
// Random regexes on random texts: matchers/ against ICU's engine asked at every
// place (tests/reference).
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/hyperscan/regex_engine.h"
#include "matchers/regex/regex.h"
#include "tests/reference/matchers/reference_regex.h"

namespace presshawk::testing {
namespace {

class RandomRegexTest : public ::testing::Test {
 protected:
  size_t Below(size_t n) { return random_() % n; }

  std::string Character() {
    static constexpr const char* kCharacters[] = {
        "a",        "b",       "B", "c", "1", "_", " ",  "-",
        "!",        "\n",      "é", "Ł", "ж", "Ж", "特", "\xF0\x9F\x98\x80",
        "\xC2\xA0", "\xCC\x81"};
    return kCharacters[Below(std::size(kCharacters))];
  }

  std::string Text(size_t characters_max) {
    std::string text;
    for (size_t i = Below(characters_max + 1); i > 0; --i) {
      text += Character();
    }
    return text;
  }

  std::string Literal() {
    const std::string c = Character();
    return c == "-" ? "\\-" : c;
  }

  std::string Item(int depth) {
    switch (Below(14)) {
      case 0:
        return ".";
      case 1:
        return "\\w";
      case 2:
        return "\\d";
      case 3:
        return "\\s";
      case 4: {
        // Ranges that end in another script, and in another length of UTF-8.
        static constexpr const char* kRanges[] = {"[ab]",  "[A-é]",  "[1-Ł]",
                                                  "[é-ж]", "[_-特]", "[Ж-😀]"};
        return kRanges[Below(std::size(kRanges))];
      }
      case 5:
        return StrCat("[^", Literal(), "a]");
      case 6:
        return StrCat("[", Literal(), Literal(), "0-9]");
      case 7:
        return "\\p{Lu}";
      case 8:
      case 9:
        return depth == 0 ? Literal() : StrCat("(", Choice(depth - 1), ")");
      case 10:
        return depth == 0 ? Literal() : StrCat("(?:", Choice(depth - 1), ")");
      default:
        return Literal();
    }
  }

  std::string Sequence(int depth) {
    static constexpr const char* kCounts[] = {
        "*", "+", "?", "{2}", "{1,3}", "*?", "{0,2}", "{2,}", "??", "{,}"};
    static constexpr const char* kEdges[] = {"\\b", "\\B", "^", "$", "\\z"};
    std::string regex;
    for (size_t i = 1 + Below(3); i > 0; --i) {
      if (Below(10) == 0) {
        regex += kEdges[Below(std::size(kEdges))];
        continue;
      }
      regex += Item(depth);
      if (Below(3) == 0) {
        regex += kCounts[Below(std::size(kCounts) - 1)];
      }
    }
    return regex;
  }

  std::string Choice(int depth) {
    std::string regex = Sequence(depth);
    while (Below(4) == 0) {
      regex += "|" + Sequence(depth);
    }
    return regex;
  }

  std::mt19937_64 random_{
      std::getenv("PRESSHAWK_SEED") != nullptr
          ? std::strtoull(std::getenv("PRESSHAWK_SEED"), nullptr, 10)
          : 20260101};
};

std::string Describe(const std::vector<ByteSpan>& spans) {
  std::string text;
  for (const ByteSpan& span : spans) {
    StrAppend(&text, " ", span.begin, "-", span.end);
  }
  return text;
}

TEST_F(RandomRegexTest, FindsWhatTheReferenceFinds) {
  const char* const cases = std::getenv("PRESSHAWK_CASES");
  const size_t rounds = 1000 * (cases != nullptr ? std::stoul(cases) : 1);
  size_t found = 0;
  RegexSearch search;
  for (size_t round = 0; round < rounds; ++round) {
    const std::string pattern = Choice(2);
    const bool ignore_case = Below(3) == 0;
    const Regex::Compiled compiled = Regex::Compile(pattern, ignore_case);
    if (compiled.regex == nullptr) {
      ASSERT_NE(compiled.message.find("empty text"), std::string::npos)
          << pattern << ": " << compiled.message;
      continue;
    }
    const Pattern patterns[] = {{.text = "", .regex = compiled.regex.get()}};
    const auto engine = CompileRegexEngine(patterns);
    ASSERT_TRUE(engine.ok());
    const auto scanner = (*engine)->NewScanner();
    ASSERT_TRUE(scanner.ok());
    ArticleText text;
    for (int i = 0; i < 20; ++i) {
      const std::string body = Text(24);
      std::vector<ByteSpan> matches;
      ASSERT_TRUE(search.FindAll(*compiled.regex, body, &matches));
      const auto expected = reference::RegexMatches(pattern, ignore_case, body);
      if (!expected.has_value()) {
        break;
      }
      ASSERT_EQ(Describe(matches), Describe(*expected))
          << "/" << pattern << (ignore_case ? "/i" : "/") << " on \"" << body
          << "\"";
      // The first look must not miss it.
      Article article;
      article.text[static_cast<size_t>(Field::kBody)] = body;
      ASSERT_TRUE(text.Assign(article, ~size_t{0}));
      HitStore hits(1);
      hits.Clear();
      ASSERT_TRUE((*scanner)->Scan(text, &hits));
      if (!matches.empty()) {
        ASSERT_NE(hits.First(0), HitStore::kNone)
            << "/" << pattern << "/ on \"" << body << "\"";
      }
      found += matches.size();
    }
  }
  EXPECT_GT(found, rounds);
}

}  // namespace
}  // namespace presshawk::testing
