// SPDX-License-Identifier: Apache-2.0
// Files of watch-lists that want time, memory or the reader's terminal. What
// was quadratic in the length of a line would here run into the test's limit.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/watchlist.h"
#include "matchers/watchlist_fields.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kMany = 300'000;

WatchListSet Read(std::string_view file, std::string_view content) {
  WatchListSet set;
  ParseWatchLists(file, content, &set);
  return set;
}

// `[é0,é1,…]`, each term between `quote`s.
std::string ManyTerms(std::string_view quote) {
  std::string terms = "[";
  for (size_t i = 0; i < kMany; ++i) {
    StrAppend(&terms, i > 0 ? "," : "", quote, "é", i, quote);
  }
  return terms + "]";
}

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

TEST(HostileListsTest, AListMayHaveAllItsTermsInOneLine) {
  const std::string json = StrCat(R"({"id":"a","terms":)", ManyTerms("\""));
  const WatchListSet ndjson = Read("l.ndjson", json + "}");
  ASSERT_THAT(ndjson.lists, SizeIs(1));
  ASSERT_THAT(ndjson.lists[0].terms, SizeIs(kMany));
  // The last term is é299999, then come its quote and the bracket.
  EXPECT_EQ(ndjson.lists[0].terms.back().position.column,
            CodePoints(json) - 2 - 7 + 1);

  const std::string text =
      StrCat("watchlists: [{id: a, terms: ", ManyTerms(""));
  const WatchListSet yaml = Read("l.yaml", text + "}]");
  ASSERT_THAT(yaml.lists, SizeIs(1));
  ASSERT_THAT(yaml.lists[0].terms, SizeIs(kMany));
  EXPECT_EQ(yaml.lists[0].terms.back().position.column,
            CodePoints(text) - 1 - 7 + 1);
}

TEST(HostileListsTest, AListDoesNotComplainForEver) {
  std::string json = R"({"id":"a","terms":["x"])";
  std::string yaml = "watchlists:\n  - id: a\n    terms: [x]\n";
  std::string starred = R"({"id":"s","terms":["x*")";
  for (size_t i = 0; i < kMany; ++i) {
    StrAppend(&json, ",\"k", i, "\":1");
    StrAppend(&yaml, "    k", i, ": 1\n");
    StrAppend(&starred, ",\"x*\"");
  }
  for (const WatchListSet& set :
       {Read("l.ndjson", json + "}"), Read("l.yaml", yaml)}) {
    EXPECT_THAT(set.lists, SizeIs(0));
    ASSERT_THAT(set.diagnostics, SizeIs(kListErrorsMax + 1));
    EXPECT_THAT(set.diagnostics.back().message, HasSubstr("not shown"));
  }
  // Warnings do not use up the room for the error that leaves the list out.
  const WatchListSet bad = Read("l.ndjson", starred + ",\"!\"]}");
  EXPECT_THAT(bad.lists, SizeIs(0));
  ASSERT_THAT(bad.diagnostics, SizeIs(kListErrorsMax + 2));
  EXPECT_EQ(bad.diagnostics.back().severity, Diagnostic::Severity::kError);
}

TEST(HostileListsTest, WhatIsNoFileOfListsIsNotReadToItsEnd) {
  std::string lines, yaml = "watchlists:\n";
  for (size_t i = 0; i < kMany; ++i) {
    lines += "x\n";
    yaml += "  - x\n";
  }
  for (const WatchListSet& set :
       {Read("l.ndjson", lines), Read("l.yaml", yaml)}) {
    ASSERT_THAT(set.diagnostics, SizeIs(kFileErrorsMax + 1));
    EXPECT_THAT(set.diagnostics.back().message, HasSubstr("stopped here"));
    EXPECT_EQ(set.diagnostics.back().watchlist, "");
  }
}

TEST(HostileListsTest, BadListsDoNotTakeGoodOnesDownHoweverMany) {
  std::string lines;
  for (size_t i = 0; i < 2 * kFileErrorsMax; ++i) {
    StrAppend(&lines, "x\n{\"id\":\"", i, "\",\"terms\":[\"x\"]}\n");
  }
  const WatchListSet set = Read("l.ndjson", lines);
  EXPECT_THAT(set.lists, SizeIs(2 * kFileErrorsMax));
  EXPECT_THAT(set.diagnostics, SizeIs(2 * kFileErrorsMax));
}

TEST(HostileListsTest, DepthIsSaidByItsName) {
  for (const char* opening : {"[", "{a: ", "- "}) {
    std::string yaml = "watchlists:\n  ";
    for (size_t i = 0; i < kMany; ++i) {
      yaml += opening;
    }
    const WatchListSet set = Read("l.yaml", yaml);
    EXPECT_THAT(set.lists, SizeIs(0));
    ASSERT_FALSE(set.diagnostics.empty());
    EXPECT_THAT(set.diagnostics.back().message, HasSubstr("deep"));
  }
}

TEST(HostileListsTest, ADiagnosticCannotSteerTheTerminal) {
  Diagnostic diagnostic;
  diagnostic.file = "l.ndjson";
  diagnostic.message = std::string("a\0b", 3);
  diagnostic.span =
      "\x1B[2J\xC2\x9B \xE2\x80\xAE"
      "drowkcab\n\xFF";
  const std::string text = FormatText(diagnostic);
  EXPECT_THAT(text, HasSubstr("a\\u{0}b"));
  EXPECT_THAT(text, HasSubstr("\\u{1B}[2J\\u{9B} \\u{202E}drowkcab "));
  EXPECT_THAT(text, Not(HasSubstr("\x1B")));
  diagnostic.span = std::string(10 << 20, 'x');
  EXPECT_LT(FormatText(diagnostic).size(), 700u);
  EXPECT_THAT(FormatText(diagnostic), HasSubstr("… (10485760 bytes)"));
}

}  // namespace
}  // namespace presshawk
