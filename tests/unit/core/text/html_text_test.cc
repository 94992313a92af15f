// SPDX-License-Identifier: Apache-2.0
#include "core/text/html_text.h"

#include <string>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

// Under `auto`; what is no HTML stays.
std::string Auto(std::string_view source) {
  std::string text;
  return ToPlainText(source, HtmlMode::kAuto, &text) ? text
                                                     : std::string(source);
}

TEST(HtmlTextTest, ATitleInAParagraphIsTheTitle) {
  EXPECT_EQ(Auto("<p>Kremlin</p>"), "Kremlin");
  EXPECT_EQ(Auto("<br>\n<p> Kremlin </p>\n<br>"), "Kremlin");
  EXPECT_EQ(Auto("\n<b>Kremlin</b>\r\n"), "Kremlin");
  EXPECT_EQ(Auto("<p></p>"), "");
}

TEST(HtmlTextTest, ANoBreakSpaceIsWhiteSpaceInMarkupOnly) {
  EXPECT_EQ(Auto("<p>&nbsp;10&nbsp; %&nbsp;</p>"), "10 %");
  EXPECT_EQ(Auto("10&nbsp;%&nbsp;"), "10\u00A0%\u00A0");
}

TEST(HtmlTextTest, ASectionOfCharacterDataIsHtml) {
  EXPECT_EQ(Auto("<![CDATA[<p>A <b>grain</b> deal of Nvidia&#8217;s</p>]]>"),
            "A grain deal of Nvidia’s");
  EXPECT_EQ(Auto("<div>x<![CDATA[A <b>grain</b> deal]]>y</div>"),
            "xA grain dealy");
  EXPECT_EQ(Auto("<![CDATA[A grain deal]]>"), "A grain deal");
  EXPECT_EQ(Auto("<![CDATA[a < b, <AAPL.O]]>"), "a < b, <AAPL.O");
}

TEST(HtmlTextTest, MarkupOfASectionEndsWithIt) {
  EXPECT_EQ(Auto("<![CDATA[a <b ]]>c> d"), "a <b c> d");
  EXPECT_EQ(Auto("<![CDATA[a <!-- b ]]>c"), "a c");
  EXPECT_EQ(Auto("<![CDATA[a <script>b ]]>c"), "a c");
  EXPECT_EQ(Auto("<![CDATA[a<![CDATA[b]]>c"), "abc");
}

TEST(HtmlTextTest, WhatIsNoMarkupStays) {
  for (const char* text :
       {"a < b", "<AAPL.O>", "<3", "Jane <jane@example.org>", "AT&T", "a & b;",
        "<![CDATA[ unclosed", "<!DOCTYPE"}) {
    EXPECT_EQ(Auto(text), text);
  }
}

// In time that grows with the text; a square of this would take minutes.
TEST(HtmlTextTest, ManySectionsAreWalkedOnce) {
  std::string html;
  while (html.size() < 4'000'000) {
    html += "<![CDATA[<a <!x <a href='<!-- ]]>";
  }
  EXPECT_FALSE(Auto(html).empty());
  std::string unclosed;
  while (unclosed.size() < 4'000'000) {
    unclosed += "<![CDATA[<a ";
  }
  EXPECT_EQ(Auto(unclosed), unclosed);
  std::string text;
  ExtractHtmlText(unclosed, /*detected=*/false, &text);
  EXPECT_FALSE(text.empty());
}

}  // namespace
}  // namespace presshawk
