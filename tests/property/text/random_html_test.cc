// SPDX-License-Identifier: Apache-2.0
// HTML to text equals its reference on random soups of markup, and each
// character of the text is found again in the HTML.
#include <array>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <unicode/uchar.h>

#include "core/base/utf8.h"
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
    "]",          "]]",          "e\u0301",
    "😀"};

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

// Without White_Space, as HTML knows it.
std::string Dense(std::string_view text) {
  std::string dense;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && IsUtf8Continuation(text[end])) {
      ++end;
    }
    if (!u_isUWhiteSpace(static_cast<UChar32>(DecodeUtf8(text.data() + at)))) {
      dense += text.substr(at, end - at);
    }
    at = end;
  }
  return dense;
}

// What is wrong with the map of `html`; empty if nothing is.
std::string MapMistake(const std::string& html, HtmlMode mode) {
  std::string text;
  if (!ToPlainText(html, mode, &text)) {
    return "";
  }
  HtmlMap map;
  MapPlainText(html, mode, &map);
  uint32_t last_begin = 0;
  uint32_t last_end = 0;
  for (uint32_t at = 0; at < text.size();) {
    uint32_t end = at + 1;
    while (end < text.size() && IsUtf8Continuation(text[end])) {
      ++end;
    }
    const std::string character = text.substr(at, end - at);
    const ByteSpan span = map.ToSource({at, end});
    if (span.begin < last_begin || span.end < last_end ||
        span.end > html.size() || span.begin > span.end) {
      return "out of order: " + Quoted(character);
    }
    last_begin = span.begin;
    last_end = span.end;
    at = end;
    if (Dense(character).empty()) {
      continue;  // It may stand for markup.
    }
    const std::string source = html.substr(span.begin, span.end - span.begin);
    // Itself, or a reference with it.
    std::string meaning;
    DecodeReferences(source, &meaning);
    if (source != character &&
        (source[0] != '&' || meaning.find(character) == std::string::npos)) {
      return "no " + Quoted(character) + ": " + Quoted(source);
    }
  }
  return "";
}

TEST(RandomHtmlTest, EachCharacterOfTheTextStandsInTheHtml) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 20260102);
  std::mt19937_64 random(seed);
  const size_t cases = 100'000 * FromEnvironment("PRESSHAWK_SOAK", 1);
  // Two characters each, which the reference does not know.
  constexpr std::array kPairs = {"&fjlig;", "&acE;", ""};
  for (size_t i = 0; i < cases; ++i) {
    std::string html = RandomHtml(&random);
    html += kPairs[i % kPairs.size()];
    html += RandomHtml(&random);
    for (const HtmlMode mode : {HtmlMode::kAuto, HtmlMode::kYes}) {
      ASSERT_EQ(MapMistake(html, mode), "")
          << Quoted(html) << " PRESSHAWK_SEED=" << seed;
    }
  }
}

}  // namespace
}  // namespace presshawk::testing
