// SPDX-License-Identifier: Apache-2.0
#include "core/messages/clean_text.h"

#include <string>

#include <gtest/gtest.h>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

TEST(CleanTextTest, ATextIsOneLineWithoutControls) {
  EXPECT_EQ(CleanText("  a\r\n\tb\u2028c\u00a0 d  "), "a b c d");
  EXPECT_EQ(CleanText(std::string("a\0b\x1b[1m", 7)), "a b [1m");
  EXPECT_EQ(CleanText("x\u202ey\u2066z\ufeff\u200b!"), "xyz!");
  EXPECT_EQ(CleanText("می\u200cگوید"), "می\u200cگوید");  // Part of the word.
  EXPECT_EQ(CleanText("a\xff\xc3"), "a\ufffd\ufffd");
  EXPECT_EQ(CleanText("\n \t"), "");
}

TEST(CleanTextTest, ACutKeepsLettersWhole) {
  EXPECT_EQ(CutText("abcdef", 6), "abcdef");
  EXPECT_EQ(CutText("abcdef", 5), "abcd…");
  EXPECT_EQ(CutText("ab cdef", 4), "ab…");
  EXPECT_EQ(CutText("abcdef", 0), "");
  EXPECT_EQ(CutText("abcdef", 1), "…");
  // An emoji is two units, and one with a skin is four.
  EXPECT_EQ(Utf16Length("😀a"), 3U);
  EXPECT_EQ(CutText("a😀bc", 3), "a…");
  EXPECT_EQ(CutText("a👍🏽bcd", 5), "a…");
  EXPECT_EQ(CutText("a👨‍👩‍👧bcd", 6), "a…");
  // "e" with a combining accent.
  EXPECT_EQ(CutText("xe\u0301yz", 4), "xe\u0301…");
  EXPECT_EQ(CutText("xe\u0301yz", 3), "x…");
  for (size_t units = 0; units < 20; ++units) {
    const std::string cut = CutText("क्रेमलिन ने 😀😀 السلام عليكم", units);
    EXPECT_TRUE(IsValidUtf8(cut));
    EXPECT_LE(Utf16Length(cut), units);
  }
}

TEST(CleanTextTest, SurrogatesWithoutPartnersBecomeReplacements) {
  EXPECT_EQ(RepairedJson(R"("\ud83d\ude00")"), R"("\ud83d\ude00")");
  EXPECT_EQ(RepairedJson(R"("\ud83d x")"), R"("\ufffd x")");
  EXPECT_EQ(RepairedJson(R"("\ude00\ud83d")"), R"("\ufffd\ufffd")");
  EXPECT_EQ(RepairedJson(R"("\uD83D\uD83D\uDE00")"), R"("\ufffd\uD83D\uDE00")");
  EXPECT_EQ(RepairedJson(R"("\\ud83d")"), R"("\\ud83d")");
  EXPECT_EQ(RepairedJson("\"\\"), "\"\\");
  EXPECT_EQ(RepairedJson("\"\\ud8"), "\"\\ud8");
  EXPECT_EQ(RepairedJson("\"\\ud800"), "\"\\ufffd");
  EXPECT_EQ(RepairedJson("\"a\xff\""), "\"a\ufffd\"");
}

TEST(CleanTextTest, TextsFromRightToLeftAreIsolated) {
  EXPECT_EQ(Isolated("US election"), "US election");
  EXPECT_EQ(Isolated("הקרמלין"), "\u2068הקרמלין\u2069");
  EXPECT_TRUE(HasRightToLeft("x الكرملين"));
  EXPECT_FALSE(HasRightToLeft("Кремль 克里姆林宫"));
}

TEST(CleanTextTest, AUrlCanEndNoLink) {
  EXPECT_EQ(CleanUrl("https://a.example/x?y=1&z=2#f"),
            "https://a.example/x?y=1&z=2#f");
  EXPECT_EQ(CleanUrl("HTTPS://[::1]:1/[a]|b> c\""),
            "HTTPS://[::1]:1/%5Ba%5D%7Cb%3E%20c%22");
  EXPECT_EQ(CleanUrl("https://пример.example/п"),
            "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.example/%D0%BF");
  EXPECT_EQ(CleanUrl("https://a.example/@all"), "https://a.example/%40all");
  for (const char* const bad :
       {"", "https://", "javascript:alert(1)", "//a.example", "ftp://a",
        "data:text/html,x", "https://bank.example@evil.example/",
        " https://a"}) {
    EXPECT_EQ(CleanUrl(bad), "") << bad;
  }
  EXPECT_EQ(CleanUrl("https://a/" + std::string(2'000, 'a')), "");
}

}  // namespace
}  // namespace presshawk
