// SPDX-License-Identifier: Apache-2.0
// SPEC A23: what a regex may be, and what it finds.
#include "matchers/regex/regex.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Found(std::string_view pattern, std::string_view text,
                               bool ignore_case = false) {
  const Regex::Compiled compiled = Regex::Compile(pattern, ignore_case);
  EXPECT_NE(compiled.regex, nullptr) << pattern << ": " << compiled.message;
  std::vector<std::string> found;
  if (compiled.regex != nullptr) {
    RegexSearch search;
    std::vector<ByteSpan> spans;
    EXPECT_TRUE(search.FindAll(*compiled.regex, text, &spans));
    for (const ByteSpan& span : spans) {
      found.emplace_back(text.substr(span.begin, span.end - span.begin));
    }
  }
  return found;
}

std::string ErrorOf(std::string_view pattern) {
  const Regex::Compiled compiled = Regex::Compile(pattern, false);
  EXPECT_EQ(compiled.regex, nullptr) << pattern;
  return compiled.message;
}

TEST(RegexTest, LeftmostThenLongestNotOverlapping) {
  EXPECT_THAT(Found("a|ab|abc", "xabcab"), ElementsAre("abc", "ab"));
  EXPECT_THAT(Found("xa*(ab)?", "xaab"), ElementsAre("xaab"));
}

TEST(RegexTest, LazyIsAsLongAsGreedy) {
  EXPECT_THAT(Found("a+?", "aaa b aa"), ElementsAre("aaa", "aa"));
}

TEST(RegexTest, ClassesAreUnicode) {
  EXPECT_THAT(Found("\\w+", "Łódź_1, été!"), ElementsAre("Łódź_1", "été"));
  EXPECT_THAT(Found("\\d+", "12 ٣٤ ½"), ElementsAre("12", "٣٤"));
  EXPECT_THAT(Found("a\\sb",
                    "a\xC2\xA0"
                    "b"),
              ElementsAre("a\xC2\xA0"
                          "b"));
  EXPECT_THAT(Found("\\bŁódź\\b", "Łódź Łódźa"), ElementsAre("Łódź"));
  EXPECT_THAT(Found("\\p{Cyrillic}{3}", "abc где"), ElementsAre("где"));
  EXPECT_THAT(Found("[^\\W\\d]+", "ab1 cd"), ElementsAre("ab", "cd"));
}

TEST(RegexTest, ARangeOutOfAsciiBeginsNoMatchInsideACodePoint) {
  // The range's first bytes lie around those that go on with a code point.
  EXPECT_THAT(Found("[A-\u00C3]+", "\u03C2a\u00C3\u03C2"),
              ElementsAre("a\u00C3"));
}

TEST(RegexTest, IgnoringCaseIsSimpleFolding) {
  EXPECT_THAT(Found("кремль", "Кремль КРЕМЛЬ", true),
              ElementsAre("Кремль", "КРЕМЛЬ"));
  EXPECT_THAT(Found("strasse", "straße STRASSE", true), ElementsAre("STRASSE"));
  EXPECT_THAT(Found("(?i)a(?-i)b", "Ab AB"), ElementsAre("Ab"));
  EXPECT_THAT(Found("[^a]", "Aab", true), ElementsAre("b"));
}

TEST(RegexTest, AnchorsAreTheFieldsEnds) {
  EXPECT_THAT(Found("^a", "a\na"), ElementsAre("a"));
  EXPECT_THAT(Found("a$", "a\na\n"), ElementsAre("a"));
  EXPECT_THAT(Found("a\\z", "a\na\n"), IsEmpty());
  EXPECT_THAT(Found("(?m)^a$", "a\na\n"), ElementsAre("a", "a"));
  EXPECT_THAT(Found("a.b", "a\nb axb"), ElementsAre("axb"));
  EXPECT_THAT(Found("(?s)a.b", "a\nb"), ElementsAre("a\nb"));
}

TEST(RegexTest, EscapesAndQuotedText) {
  EXPECT_THAT(Found("a\\/b\\.", "a/b."), ElementsAre("a/b."));
  EXPECT_THAT(Found("\\x41\\x{1F600}", "A\xF0\x9F\x98\x80"),
              ElementsAre("A\xF0\x9F\x98\x80"));
  EXPECT_THAT(Found("\\Qa+b\\E+", "a+bb"), ElementsAre("a+bb"));
}

TEST(RegexTest, WhatNoEngineShouldDoIsAnErrorThatSaysWhy) {
  EXPECT_THAT(ErrorOf("a(?=b)"), HasSubstr("look-around"));
  EXPECT_THAT(ErrorOf("(?<!b)a"), HasSubstr("look-around"));
  EXPECT_THAT(ErrorOf("(a)\\1"), HasSubstr("back-references"));
  EXPECT_THAT(ErrorOf("a++"), HasSubstr("possessive"));
  EXPECT_THAT(ErrorOf("(?>a)"), HasSubstr("atomic"));
  EXPECT_THAT(ErrorOf("a\\Kb"), HasSubstr("\\K"));
  EXPECT_THAT(ErrorOf("\\p{Klingon}"), HasSubstr("Klingon"));
  EXPECT_THAT(ErrorOf("[[:alpha:]]"), HasSubstr("each engine"));
  for (const char* open : {"(a", "a)", "[a", "a{2", "a\\", "*a", "a**",
                           "x{3,2}", "(?x)a", "[z-a]", "\\x{110000}", "\\xD"}) {
    EXPECT_NE(ErrorOf(open), "") << open;
  }
}

TEST(RegexTest, WhatMatchesEverywhereIsAnError) {
  for (const char* empty : {"", "a*", "a?|b", "^$", "\\b", "(a*)*"}) {
    EXPECT_THAT(ErrorOf(empty), HasSubstr("empty text")) << empty;
  }
}

TEST(RegexTest, CountsThatMultiplyAreAnErrorNotAWait) {
  EXPECT_THAT(ErrorOf("((a{1000}){1000}){1000}"), HasSubstr("too large"));
  EXPECT_THAT(ErrorOf("a{1,100000}"), HasSubstr("more than 1000"));
  EXPECT_THAT(Found("(a|b){1,500}c", std::string(500, 'a') + "c"),
              ElementsAre(std::string(500, 'a') + "c"));
}

TEST(RegexTest, NestedRepetitionsStayLinear) {
  const std::string text(20'000, 'a');
  EXPECT_THAT(Found("(a+)+b", text), IsEmpty());
  EXPECT_THAT(Found("(a|aa|aaa)*b", text), IsEmpty());
}

TEST(RegexTest, ASearchThatTakesTooLongIsGivenUp) {
  const Regex::Compiled compiled = Regex::Compile("(\\w{1,900}x){2}y", false);
  ASSERT_NE(compiled.regex, nullptr);
  RegexSearch search;
  std::vector<ByteSpan> spans;
  std::string text;
  for (int i = 0; i < 5'000; ++i) {
    text += "axxb";
  }
  EXPECT_FALSE(search.FindAll(*compiled.regex, text, &spans));
}

}  // namespace
}  // namespace presshawk
