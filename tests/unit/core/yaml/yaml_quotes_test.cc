// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_quotes.h"

#include "core/base/str_cat.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(YamlQuotesTest, AValueThatYamlReadsIsToBePutInQuotes) {
  for (const char* value :
       {"{US} AND Trump", "\"a b\" AND c", "'a' AND 'b'", "@other AND x",
        "*gate OR x", "&x y z: w", "[a] b", "lang: en AND x", "%a", "`x`"}) {
    const std::string text =
        StrCat("watchlists:\n  - id: a\n    query: ", value, "\n  - id: b\n");
    const YamlFile file = ReadYaml(text);
    ASSERT_FALSE(file.mistakes.empty()) << value;
    EXPECT_EQ(file.mistakes[0].place.line, 3U) << value;
    EXPECT_EQ(file.mistakes[0].fix,
              StrCat("put this text in single quotes: ", InSingleQuotes(value)))
        << value << ": " << file.mistakes[0].message;
  }
}

TEST(YamlQuotesTest, AQuoteIsDoubled) {
  EXPECT_EQ(InSingleQuotes("a 'b'"), "'a ''b'''");
}

TEST(YamlQuotesTest, OtherMistakesGetNoSuchAdvice) {
  EXPECT_EQ(ReadYaml("a: [b\nc: d\n").mistakes.at(0).fix, "");
  EXPECT_EQ(ReadYaml("a:\n  b\n c: d: e").mistakes.empty(), false);
}

// The hashtag behind the value of `query`, or of the last term.
std::string Hashtag(const std::string& text) {
  const YamlFile file = ReadYaml(text);
  if (const YamlNode* const query = file.root.Find("query"); query != nullptr) {
    return std::string(HashtagBehind(text, *query, &file.root.children[0]));
  }
  const YamlNode* const terms = file.root.Find("terms");
  const size_t count = terms->children.size();
  return std::string(HashtagBehind(
      text, terms->children[count - 1],
      count > 1 ? &terms->children[count - 2] : &file.root.children[0]));
}

TEST(YamlQuotesTest, AHashtagBehindAValueIsFound) {
  EXPECT_EQ(Hashtag("query: Trump AND #apple\n"), "#apple");
  EXPECT_EQ(Hashtag("query: a OR\n  b #été AND x\nx: y\n"), "#été");
  EXPECT_EQ(Hashtag("query: #apple\n"), "#apple");
  EXPECT_EQ(Hashtag("query: #apple"), "#apple");
  EXPECT_EQ(Hashtag("terms:\n  - a\n  - #apple\nx: y\n"), "#apple");
  EXPECT_EQ(Hashtag("terms:\n  - #apple\n"), "#apple");
  EXPECT_EQ(Hashtag("terms:\n  - a #apple\n"), "#apple");
}

TEST(YamlQuotesTest, AndNoOtherComment) {
  EXPECT_EQ(Hashtag("query: Trump # a comment, #too\n"), "");
  EXPECT_EQ(Hashtag("query: Trump#x AND y\n"), "");
  EXPECT_EQ(Hashtag("terms: [a, b] #todo\n"), "");
  EXPECT_EQ(Hashtag("query: 'a #b'\n"), "");
  EXPECT_EQ(Hashtag("query: Trump\n#terms: x\n"), "");
  EXPECT_EQ(Hashtag("terms:\n  - a\n  #- b\n  - c\n"), "");
  EXPECT_EQ(Hashtag("query: null\n#x\n"), "");
  EXPECT_EQ(Hashtag("query: >-\n  a\n#x\n"), "");
}

// A search to the end of the line for each would take hours.
TEST(YamlQuotesTest, AMillionTermsInOneLineTakeLinearTime) {
  std::string text = "terms: [";
  for (int i = 0; i < 1'000'000; ++i) {
    text += i % 2 == 0 ? "a, " : ", ";
  }
  text += "b]\n";
  const YamlFile file = ReadYaml(text);
  const YamlNode* before = &file.root.children[0];
  size_t terms = 0;
  for (const YamlNode& term : file.root.children[1].children) {
    EXPECT_EQ(HashtagBehind(text, term, before), "");
    before = &term;
    ++terms;
  }
  EXPECT_GE(terms, 1'000'000U);
}

}  // namespace
}  // namespace presshawk
