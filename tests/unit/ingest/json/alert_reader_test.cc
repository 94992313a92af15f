// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/alert_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/alerts/alert_builder.h"
#include "core/base/str_cat.h"
#include "tests/support/alert_schema.h"
#include "tests/unit/core/alerts/canonical_hit.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kWatchList[] =
    R"("watchlist":{"id":"l","name":"L","version":"v","labels":{}},)";
constexpr char kRest[] =
    R"("article":{"id":"a"},"hits":[],"hit_count":0,"snippets":[],)"
    R"("origin":{"file":"f","line":1}})";
constexpr char kHead[] =
    R"({"schema":1,"id":"i","generation":"g","detected_at":"t",)";

// What is wrong with an alert that has `snippets` in place of none.
std::string ProblemWithSnippets(const std::string& snippets) {
  std::string json = StrCat(kHead, kWatchList, kRest);
  json.replace(json.find("\"snippets\":[]"), 13, "\"snippets\":" + snippets);
  return std::string(ReadAlert(json).status().message());
}

TEST(AlertReaderTest, ReadsWhatTheBuilderWrites) {
  Article article;
  article.id = "a1";
  article.version = "2";
  article.url = "https://example.org/a";
  article.source = "Wire";
  article.site = "example.org";
  article.lang = "en";
  article.country = "gb";
  article.published_at = "2026-01-02";
  article.status = "withheld";
  article.embargo = "2026-01-03";
  article.text[static_cast<size_t>(Field::kTitle)] = "Oil \"rises\"";
  article.text[static_cast<size_t>(Field::kAuthor)] = "Mia";
  article.text[static_cast<size_t>(Field::kBody)] = "<p>Zürich oil</p>";
  article.html[static_cast<size_t>(Field::kBody)] = HtmlMode::kYes;
  ArticleText text;
  ASSERT_TRUE(text.Assign(article, ~size_t{0}));
  AlertBuilder builder{AlertLimits()};
  builder.BeginBatch("fedcba9876543210", absl::FromUnixMillis(1767323045678));
  builder.BeginArticle(
      article, text,
      {.source = "news", .from_kafka = true, .partition = 3, .offset = 991});
  std::vector<Hit> hits = {CanonicalHit(text, Field::kBody, "Zürich"),
                           CanonicalHit(text, Field::kBody, "oil")};
  std::string line;
  builder.Append({.id = "l",
                  .name = "L",
                  .version = "0123456789abcdef",
                  .labels_json = R"({"a":"1","desk":"x"})"},
                 &hits, &line);
  EXPECT_EQ(AlertMistake(nlohmann::json::parse(line)), "");

  const absl::StatusOr<Alert> alert = ReadAlert(line);
  ASSERT_TRUE(alert.ok()) << alert.status();
  EXPECT_EQ(alert->id, builder.last_id());
  EXPECT_EQ(alert->generation, "fedcba9876543210");
  EXPECT_EQ(alert->detected_at, "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(alert->watchlist.id, "l");
  EXPECT_EQ(alert->watchlist.name, "L");
  EXPECT_EQ(alert->watchlist.version, "0123456789abcdef");
  EXPECT_THAT(alert->watchlist.labels,
              ElementsAre(Pair("a", "1"), Pair("desk", "x")));
  EXPECT_EQ(alert->article.id, "a1");
  EXPECT_EQ(alert->article.version, "2");
  EXPECT_EQ(alert->article.title, "Oil \"rises\"");
  EXPECT_EQ(alert->article.url, "https://example.org/a");
  EXPECT_EQ(alert->article.source, "Wire");
  EXPECT_EQ(alert->article.site, "example.org");
  EXPECT_EQ(alert->article.lang, "en");
  EXPECT_EQ(alert->article.country, "gb");
  EXPECT_EQ(alert->article.author, "Mia");
  EXPECT_EQ(alert->article.published_at, "2026-01-02");
  EXPECT_EQ(alert->article.status, "withheld");
  EXPECT_EQ(alert->article.embargo, "2026-01-03");
  EXPECT_THAT(alert->article.html, ElementsAre("body"));
  ASSERT_EQ(alert->hits.size(), 2U);
  EXPECT_EQ(alert->hit_count, 2U);
  EXPECT_EQ(alert->hits[0].text, "Zürich");
  EXPECT_EQ(alert->hits[0].field, "body");
  EXPECT_EQ(alert->hits[0].end - alert->hits[0].begin, 6U);
  ASSERT_EQ(alert->snippets.size(), 1U);
  EXPECT_EQ(alert->origin.topic, "news");
  EXPECT_EQ(alert->origin.partition, 3);
  EXPECT_EQ(alert->origin.offset, 991);
  std::string marked;
  ForEachPiece(alert->snippets[0], [&](std::string_view piece, bool is_hit) {
    StrAppend(&marked, is_hit ? "[" : "", piece, is_hit ? "]" : "");
  });
  EXPECT_THAT(marked, HasSubstr("[Zürich] [oil]"));
}

TEST(AlertReaderTest, WhatAnAlertDoesNotHaveIsEmpty) {
  const auto alert = ReadAlert(StrCat(kHead, kWatchList, kRest));
  ASSERT_TRUE(alert.ok()) << alert.status();
  EXPECT_EQ(alert->article.title, "");
  EXPECT_THAT(alert->hits, IsEmpty());
  EXPECT_EQ(alert->origin.topic, "");
  EXPECT_EQ(alert->origin.file, "f");
  EXPECT_EQ(alert->origin.line, 1);
}

TEST(AlertReaderTest, KeysThatItDoesNotKnowAreSkipped) {
  EXPECT_TRUE(
      ReadAlert(StrCat(kHead, R"("story":{"id":"s"},)", kWatchList, kRest))
          .ok());
}

TEST(AlertReaderTest, SaysWhichKeyIsWrong) {
  EXPECT_THAT(std::string(ReadAlert("{").status().message()),
              HasSubstr("no alert"));
  EXPECT_THAT(std::string(ReadAlert("3").status().message()),
              HasSubstr("it is no object"));
  EXPECT_THAT(std::string(ReadAlert(R"({"schema":2})").status().message()),
              HasSubstr("/schema is not 1"));
  EXPECT_THAT(std::string(ReadAlert(StrCat(kHead, kRest)).status().message()),
              HasSubstr("/watchlist is no object"));
  EXPECT_THAT(
      std::string(ReadAlert(StrCat(kHead, R"("watchlist":{"id":7},)", kRest))
                      .status()
                      .message()),
      HasSubstr("/watchlist/id is no text"));
}

TEST(AlertReaderTest, HighlightsRise) {
  EXPECT_EQ(ProblemWithSnippets(
                R"([{"field":"body","text":"ab","highlights":[[0,1],[1,2]]}])"),
            "");
  for (const char* const wrong :
       {"[1,0]", "[0,1],[0,2]", "[-1,1]", "[1]", "1"}) {
    EXPECT_THAT(
        ProblemWithSnippets(StrCat(
            R"([{"field":"body","text":"ab","highlights":[)", wrong, "]}]")),
        HasSubstr("/snippets/0/highlights/"))
        << wrong;
  }
}

TEST(AlertReaderTest, ARelevanceIsReadWhereThereIsOne) {
  const std::string without = StrCat(kHead, kWatchList, kRest);
  EXPECT_FALSE(ReadAlert(without)->relevance.has_value());
  const auto with = [&](const std::string& relevance) {
    return ReadAlert(
        StrCat(kHead, "\"relevance\":", relevance, ",", kWatchList, kRest));
  };
  EXPECT_EQ(with("{\"score\":40,\"why\":[\"in the title\"]}")->relevance, 40U);
  EXPECT_FALSE(with("{\"score\":\"high\"}").ok());
  EXPECT_FALSE(with("7").ok());
}

// Readers of damaged alerts get the text that there is.
TEST(AlertPiecesTest, AHighlightBehindTheTextEndsWithIt) {
  Alert::Snippet snippet;
  snippet.text = "aé";
  snippet.highlights = {{1, 5}, {7, 9}};
  std::string marked;
  ForEachPiece(snippet, [&](std::string_view piece, bool is_hit) {
    StrAppend(&marked, is_hit ? "[" : "", piece, is_hit ? "]" : "");
  });
  EXPECT_EQ(marked, "a[é][]");
}

}  // namespace
}  // namespace presshawk
