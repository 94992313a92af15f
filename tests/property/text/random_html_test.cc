// SPDX-License-Identifier: Apache-2.0
// HTML to text equals its reference on random soups of markup.
#include <array>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "core/text/html_text.h"
#include "tests/property/text/random_text.h"
#include "tests/reference/text/reference_html.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

// Whole and broken markup, references, white space of every kind.
constexpr std::array kPieces = {
    "<p>",        "</p>",        "<P class=\"a > b\">",
    "<br>",       "<br/>",       "</br >",
    "<b>",        "</b>",        "<a href='/x?a=1&amp;b'>",
    "</a>",       "<img src=x>", "<svg>",
    "<foo>",      "<AAPL.O>",    "<li",
    "<div ",      "<3",          "<",
    ">",          "</",          "<script>",
    "</script>",  "</SCRIPT x>", "<style>p{}</style>",
    "<![CDATA[",  "]]>",         "<![CDATA[x]]>",
    "<!--",       "-->",         "<!-->",
    "<!--->",     "<!-- c -->",  "<!DOCTYPE html>",
    "<?xml?>",    "<!",          "<?",
    "&amp;",      "&lt;",        "&lt",
    "&lt;p&gt;",  "&nbsp;",      "&rsquo;",
    "&rsquo",     "&aacute",     "&notin;",
    "&notit;",    "&#8217;",     "&#x2019;",
    "&#x2019",    "&#150;",      "&#129;",
    "&#0;",       "&#xD800;",    "&#99999999999;",
    "&#x110000;", "&#;",         "&",
    "&x;",        "&NewLine;",   "&#10;",
    "\n",         "\r\n",        "\t",
    "\v",         " ",           "  ",
    " \n ",       "\u00A0",      "\u2028",
    "\u0085",     "\u3000",      "=",
    "\"",         "'",           "/",
    "Nvidia",     "a",           "é",
    "漢",         ";",           "-",
    "]",          "]]"};

std::string RandomHtml(std::mt19937_64* random) {
  // Each text has its own few pieces, so that they meet.
  std::array<size_t, 8> chosen;
  for (size_t& piece : chosen) {
    piece = (*random)() % kPieces.size();
  }
  const bool any = (*random)() % 2 == 0;
  std::string html;
  for (size_t i = (*random)() % 16; i > 0; --i) {
    const uint64_t roll = (*random)();
    html += kPieces[any ? roll % kPieces.size() : chosen[roll % chosen.size()]];
  }
  return html;
}

std::string Plain(std::string_view text, HtmlMode mode) {
  std::string plain;
  return ToPlainText(text, mode, &plain) ? plain : std::string(text);
}

TEST(RandomHtmlTest, SoupsOfMarkupEqualTheReference) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 20260101);
  std::mt19937_64 random(seed);
  size_t markup = 0;
  const size_t cases = 200'000 * FromEnvironment("PRESSHAWK_SOAK", 1);
  for (size_t i = 0; i < cases; ++i) {
    const std::string html = RandomHtml(&random);
    const reference::Html kind = reference::DetectHtml(html);
    ASSERT_EQ(static_cast<int>(DetectHtml(html)), static_cast<int>(kind))
        << Quoted(html) << " PRESSHAWK_SEED=" << seed;
    const bool is_markup = kind == reference::Html::kMarkup;
    markup += is_markup ? 1 : 0;
    ASSERT_EQ(Plain(html, HtmlMode::kAuto),
              is_markup ? reference::HtmlText(html, true)
              : kind == reference::Html::kReferencesOnly
                  ? reference::DecodeReferences(html)
                  : html)
        << Quoted(html) << " PRESSHAWK_SEED=" << seed;
    ASSERT_EQ(Plain(html, HtmlMode::kYes), reference::HtmlText(html, false))
        << Quoted(html) << " PRESSHAWK_SEED=" << seed;
    ASSERT_EQ(Plain(html, HtmlMode::kNo), html);
  }
  EXPECT_GT(markup, cases / 4);
}

}  // namespace
}  // namespace presshawk::testing
