// SPDX-License-Identifier: Apache-2.0
// Watch-list files (SPEC LIST-1 to LIST-8, A3, A4, A40, A48, A49).
#include "matchers/watchlist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "matchers/query_set.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WatchListSet Read(std::string_view file, std::string_view content) {
  WatchListSet set;
  ParseWatchLists(file, content, &set);
  return set;
}

TEST(WatchListTest, YamlScalarsAreReadAsWritten) {  // A3
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - id: planes\n"
                                "    terms: [737, no, 1.50, 0x1F]\n"
                                "    labels: {level: 3}\n");
  ASSERT_THAT(set.lists, SizeIs(1));
  EXPECT_EQ(set.lists[0].terms[0].text, "737");
  EXPECT_EQ(set.lists[0].terms[1].text, "no");
  EXPECT_EQ(set.lists[0].terms[2].text, "1.50");
  EXPECT_EQ(set.lists[0].terms[3].text, "0x1F");
  EXPECT_EQ(set.lists[0].labels.at("level"), "3");
  EXPECT_EQ(set.lists[0].name, "planes");
}

TEST(WatchListTest, MinRelevanceIsANumberUpToAHundred) {  // LIST-13
  const WatchListSet yaml =
      Read("l.yaml",
           "watchlists:\n"
           "  - {id: a, terms: [x], min_relevance: 40}\n"
           "  - {id: b, terms: [x]}\n"
           "  - {id: c, terms: [x], min_relevance: 101}\n"
           "  - {id: d, terms: [x], min_relevance: high}\n");
  ASSERT_THAT(yaml.lists, SizeIs(2));
  EXPECT_EQ(yaml.lists[0].min_relevance, 40);
  EXPECT_EQ(yaml.lists[1].min_relevance, std::nullopt);
  ASSERT_THAT(yaml.diagnostics, SizeIs(2));
  EXPECT_EQ(yaml.diagnostics[0].message,
            "`min_relevance` is a whole number from 0 to 100");
  const WatchListSet ndjson =
      Read("l.ndjson", R"({"id":"a","terms":["x"],"min_relevance":0})"
                       "\n"
                       R"({"id":"b","terms":["x"],"min_relevance":"40"})"
                       "\n"
                       R"({"id":"c","terms":["x"],"min_relevance":-1})"
                       "\n");
  ASSERT_THAT(ndjson.lists, SizeIs(1));
  EXPECT_EQ(ndjson.lists[0].min_relevance, 0);
  EXPECT_THAT(ndjson.diagnostics, SizeIs(2));
}

TEST(WatchListTest, MinRelevanceNamesAGenerationAndNoVersion) {  // GEN-1
  WatchList list;
  list.terms.push_back({"x", {}});
  const std::string version = WatchListVersion(list, {});
  list.min_relevance = 40;
  EXPECT_EQ(WatchListVersion(list, {}), version);
  EXPECT_EQ(DescriptionDigest("oil", "{}", "", 40),
            Sha256()
                .Add(R"({"labels":{},"min_relevance":40,"name":"oil"})")
                .Finish());
  EXPECT_EQ(DescriptionDigest("oil", "{}", "", kNoMinRelevance),
            Sha256().Add(R"({"labels":{},"name":"oil"})").Finish());
}

TEST(WatchListTest, ZonesAreEditorialOrNothing) {  // LIST-14
  const WatchListSet yaml = Read("l.yaml",
                                 "watchlists:\n"
                                 "  - {id: a, terms: [x], zones: editorial}\n"
                                 "  - {id: b, terms: [x], zones: }\n"
                                 "  - {id: c, terms: [x], zones: main}\n"
                                 "  - {id: d, terms: [x], zones: [lead]}\n");
  ASSERT_THAT(yaml.lists, SizeIs(2));
  EXPECT_TRUE(yaml.lists[0].editorial);
  EXPECT_FALSE(yaml.lists[1].editorial);
  ASSERT_THAT(yaml.diagnostics, SizeIs(2));
  EXPECT_EQ(yaml.diagnostics[0].message,
            "`zones` is `editorial`, or absent for all zones");
  const WatchListSet ndjson =
      Read("l.ndjson", R"({"id":"a","terms":["x"],"zones":"editorial"})"
                       "\n"
                       R"({"id":"b","terms":["x"],"zones":null})"
                       "\n"
                       R"({"id":"c","terms":["x"],"zones":["editorial"]})"
                       "\n");
  ASSERT_THAT(ndjson.lists, SizeIs(2));
  EXPECT_TRUE(ndjson.lists[0].editorial);
  EXPECT_FALSE(ndjson.lists[1].editorial);
  EXPECT_THAT(ndjson.diagnostics, SizeIs(1));
}

TEST(WatchListTest, ZonesComeLastInTheVersion) {  // A40
  WatchList list;
  list.terms.push_back({"x", {}});
  list.forms = {"ru"};
  list.editorial = true;
  EXPECT_EQ(WatchListVersion(list, {}),
            HexPrefix(Sha256()
                          .Add("t")
                          .AddTerminated("x")
                          .Add("f")
                          .AddTerminated("ru")
                          .Add("z")
                          .AddTerminated("editorial")
                          .Finish(),
                      8));
}

TEST(WatchListTest, NullIsATermAsWrittenAndElsewhereAbsent) {  // A3
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - id: terms\n"
                                "    terms: [null, Null, 'NULL', ok]\n"
                                "    query: null\n"
                                "    name: ~\n"
                                "    labels:\n"
                                "    examples: {match: }\n"
                                "  - id: query\n"
                                "    query: Null\n"
                                "  - id: none\n"
                                "    query:\n"
                                "  - id: empty\n"
                                "    query: ''\n"
                                "  - id: nothing\n"
                                "    terms: [a, ~]\n"
                                "  - id: gap\n"
                                "    terms:\n"
                                "      -\n"
                                "      - a\n");
  ASSERT_THAT(set.lists, SizeIs(3));
  ASSERT_THAT(set.lists[0].terms, SizeIs(4));
  EXPECT_EQ(set.lists[0].terms[0].text, "null");
  EXPECT_EQ(set.lists[0].terms[1].text, "Null");
  EXPECT_EQ(set.lists[0].terms[2].text, "NULL");
  EXPECT_FALSE(set.lists[0].query.has_value());
  EXPECT_EQ(set.lists[0].name, "terms");
  EXPECT_EQ(set.lists[1].query->text, "Null");
  EXPECT_EQ(set.lists[2].query->text, "");  // Refused as a query.
  ASSERT_THAT(set.diagnostics, SizeIs(3));
  EXPECT_EQ(set.diagnostics[0].watchlist, "none");
  EXPECT_EQ(set.diagnostics[1].watchlist, "nothing");
  EXPECT_EQ(set.diagnostics[2].watchlist, "gap");
}

TEST(WatchListTest, WhatYamlReadsIsToBePutInQuotes) {
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - id: a\n"
                                "    query: {US}\n"
                                "  - id: b\n"
                                "    terms: [ok, {US}]\n"
                                "  - id: c\n"
                                "    query: Trump AND #apple\n"
                                "  - id: d\n"
                                "    terms:\n"
                                "      - ok\n"
                                "      - #apple\n"
                                "  - id: e\n"
                                "    query: Trump # since 2026\n"
                                "  - id: f\n"
                                "    query: {US} AND Trump\n"
                                "  - id: g\n"
                                "    terms: [never read]\n");
  ASSERT_THAT(set.lists, SizeIs(2));
  EXPECT_EQ(set.lists[0].id, "c");
  EXPECT_EQ(set.lists[1].id, "e");
  ASSERT_THAT(set.diagnostics, SizeIs(6));
  const std::vector<std::string> fixes = {
      "put it in single quotes: '{US}'",
      "put it in single quotes: '{US}'",
      "put the whole text in single quotes: 'Trump AND #apple'",
      "put the whole text in single quotes: '#apple'",
      "",  // The empty term itself.
      "put this text in single quotes: '{US} AND Trump'"};
  for (size_t i = 0; i < fixes.size(); ++i) {
    EXPECT_EQ(set.diagnostics[i].fix, fixes[i]) << set.diagnostics[i].message;
  }
  EXPECT_EQ(set.diagnostics[2].severity, Diagnostic::Severity::kWarning);
  EXPECT_EQ(set.diagnostics[5].line, 15U);
}

TEST(WatchListTest, TheListsOfAFurtherDocumentAreNotReadAndThatIsAnError) {
  const WatchListSet set = Read("l.yaml",
                                "watchlists: [{id: a, terms: [x]}]\n"
                                "---\n"
                                "watchlists: [{id: b, terms: [x]}]\n");
  EXPECT_THAT(set.lists, SizeIs(1));
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].line, 2U);
}

TEST(WatchListTest, AControlCharacterEndsNoFile) {
  // yaml-cpp ends at U+0004 without a word.
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - {id: a, terms: [\"x\x04y\"]}\n"
                                "  - {id: b, terms: [x]}\n");
  ASSERT_THAT(set.lists, SizeIs(1));
  EXPECT_EQ(set.lists[0].id, "b");
  EXPECT_THAT(set.diagnostics, SizeIs(1));
}

TEST(WatchListTest, JsonNumbersAreErrors) {  // A3
  const WatchListSet set = Read("l.ndjson",
                                "{\"id\":\"a\",\"terms\":[737]}\n"
                                "{\"id\":\"b\",\"terms\":[\"737\"]}\n");
  ASSERT_THAT(set.lists, SizeIs(1));
  EXPECT_EQ(set.lists[0].id, "b");
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].line, 1U);
  EXPECT_EQ(set.diagnostics[0].watchlist, "a");
}

TEST(WatchListTest, AKeyGivenTwiceIsAnErrorInJsonToo) {
  for (const char* json :
       {R"({"id":"a","terms":["x"],"terms":["y"]})",
        R"({"id":"a","terms":["x"],"labels":{"k":"1","\u006b":"2"}})",
        R"({"id":"a","terms":["x"],"examples":{"match":[],"match":["x"]}})"}) {
    const WatchListSet set = Read("l.ndjson", json);
    EXPECT_THAT(set.lists, IsEmpty()) << json;
    ASSERT_THAT(set.diagnostics, SizeIs(1)) << json;
    EXPECT_THAT(set.diagnostics[0].message, HasSubstr("is given twice"));
  }
}

TEST(WatchListTest, UnknownKeysAreErrors) {  // A3
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - id: a\n"
                                "    querry: x\n");
  EXPECT_THAT(set.lists, IsEmpty());
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_THAT(set.diagnostics[0].message, HasSubstr("querry"));
  EXPECT_EQ(set.diagnostics[0].line, 3U);
  EXPECT_EQ(set.diagnostics[0].column, 5U);
}

TEST(WatchListTest, BlankLinesAndAByteOrderMarkAreSkipped) {  // A3
  const WatchListSet set =
      Read("l.ndjson",
           "\xEF\xBB\xBF{\"id\":\"a\",\"terms\":[\"x\"]}\n\n"
           "{\"id\":\"b\",\"terms\":[\"x\"],\"query\":null}\n");
  EXPECT_THAT(set.lists, SizeIs(2));
  EXPECT_THAT(set.diagnostics, IsEmpty());
}

TEST(WatchListTest, StarInTermsWarns) {  // A49
  const WatchListSet set =
      Read("l.yaml", "watchlists: [{id: a, terms: [\"Kreml*\"]}]\n");
  ASSERT_THAT(set.lists, SizeIs(1));
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].severity, Diagnostic::Severity::kWarning);
  EXPECT_THAT(set.diagnostics[0].fix, HasSubstr("query"));
}

TEST(WatchListTest, PlacesAreInCodePointsOfTheFile) {  // A48
  const WatchListSet set = Read("l.yaml",
                                "watchlists:\n"
                                "  - id: a\n"
                                "    query: 'Élysée AND ('\n"
                                "  - id: b\n"
                                "    query: >-\n"
                                "      x AND\n"
                                "      (\n");
  const auto compiled = *QuerySet::Compile(set.lists, {});
  ASSERT_THAT(compiled->diagnostics(), SizeIs(2));
  const Diagnostic& verbatim = compiled->diagnostics()[0];
  EXPECT_EQ(verbatim.line, 3U);
  // Of the bracket that nothing follows: column 13 is the first letter.
  EXPECT_GE(verbatim.column, 13U + 11U);
  EXPECT_LE(verbatim.column, 13U + 12U);
  EXPECT_EQ(verbatim.column, 13U + *verbatim.offset);
  const Diagnostic& folded = compiled->diagnostics()[1];
  EXPECT_EQ(folded.line, 5U);
  EXPECT_EQ(folded.column, 12U);
  EXPECT_TRUE(folded.offset.has_value());
}

TEST(WatchListTest, OneBadListNeverTakesOthersDown) {
  const WatchListSet set = Read("l.ndjson",
                                "{\"id\":\"a\",\"query\":\"(\"}\n"
                                "not json\n"
                                "{\"id\":\"b\",\"terms\":[\"x\"]}\n"
                                "{\"id\":\"c\",\"query\":\"@a OR y\"}\n"
                                "{\"id\":\"d\",\"query\":\"@d OR y\"}\n");
  const auto compiled = *QuerySet::Compile(set.lists, {});
  ASSERT_EQ(compiled->size(), 1U);
  EXPECT_EQ(compiled->list(0).id, "b");
}

TEST(WatchListTest, BytesThatAreNotUtf8MakeTheirListBadAndNoOther) {
  WatchListSet set;
  ParseWatchLists("l.yaml",
                  "watchlists:\n"
                  "  - {id: a, terms: [\"M\xFCnchen\"]}\n"
                  "  - {id: b, query: \"\xFF AND b\"}\n"
                  "  - {id: c, terms: [c]}\n",
                  &set);
  ParseWatchLists("l.ndjson",
                  "{\"id\":\"d\",\"terms\":[\"\\\"\xFF\xFF\xFFx\"]}\n"
                  "{\"id\":\"e\",\"terms\":[\"e\"]}\n",
                  &set);
  ASSERT_EQ(set.lists.size(), 2U);
  EXPECT_EQ(set.lists[0].id, "c");
  EXPECT_EQ(set.lists[1].id, "e");
  EXPECT_EQ(set.diagnostics.size(), 3U);
}

TEST(WatchListTest, VersionsAreOfTheConditionAlone) {  // A40
  WatchList list;
  list.id = "a";
  list.terms = {{"Kremlin", {}}, {"US election", {}}};
  list.query = WatchListTerm{"Putin AND Trump", {}};
  const std::string version = WatchListVersion(list, {});
  EXPECT_THAT(version, SizeIs(16));
  list.name = "another";
  list.labels["desk"] = "x";
  EXPECT_EQ(WatchListVersion(list, {}), version);
  list.terms[0].text = "kremlin";
  EXPECT_NE(WatchListVersion(list, {}), version);
}

TEST(WatchListTest, ReferencesAreInTheVersion) {  // A40
  const auto version_of_b = [](const char* a_term) {
    WatchListSet set = Read(
        "l.ndjson", std::string("{\"id\":\"b\",\"query\":\"@a AND x\"}\n") +
                        "{\"id\":\"a\",\"terms\":[\"" + a_term + "\"]}\n");
    return std::string((*QuerySet::Compile(set.lists, {}))->list(1).version);
  };
  EXPECT_EQ(version_of_b("y"), version_of_b("y"));
  EXPECT_NE(version_of_b("y"), version_of_b("z"));
}

TEST(WatchListTest, EqualListsGiveEqualGenerationsInAnyOrder) {
  const auto generation = [](const char* lists) {
    return std::string(
        (*QuerySet::Compile(Read("l.ndjson", lists).lists, {}))->id());
  };
  const std::string one = generation(
      "{\"id\":\"a\",\"terms\":[\"x\"],\"labels\":{\"k\":\"v\",\"a\":\"b\"}}\n"
      "{\"id\":\"b\",\"terms\":[\"y\"]}\n");
  EXPECT_EQ(one, generation("{\"id\":\"b\",\"terms\":[\"y\"]}\n"
                            "{\"id\":\"a\",\"terms\":[\"x\"],"
                            "\"labels\":{\"a\":\"b\",\"k\":\"v\"}}\n"));
  EXPECT_NE(one, generation("{\"id\":\"a\",\"terms\":[\"x\"]}\n"
                            "{\"id\":\"b\",\"terms\":[\"y\"]}\n"));
}

}  // namespace
}  // namespace presshawk
