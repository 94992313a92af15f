// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_builder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/alert_schema.h"
#include "tests/unit/core/alerts/canonical_hit.h"

namespace presshawk {
namespace {

using nlohmann::json;

class AlertBuilderTest : public testing::Test {
 protected:
  AlertBuilderTest() {
    article_.id = "a1";
    list_ = {.id = "kremlin",
             .name = "The \"Kremlin\"",
             .version = "0123456789abcdef",
             .labels_json = R"({"desk":"politics"})"};
    builder_.BeginBatch("fedcba9876543210",
                        absl::FromUnixMillis(1767323045678));
  }

  json Build(const std::vector<std::string>& body_terms,
             const AlertOrigin& origin) {
    EXPECT_TRUE(text_.Assign(article_, 1 << 20));
    builder_.BeginArticle(article_, text_, origin);
    std::vector<Hit> hits;
    for (const std::string& term : body_terms) {
      hits.push_back(CanonicalHit(text_, Field::kBody, term));
    }
    line_.clear();
    builder_.Append(list_, &hits, &line_);
    EXPECT_TRUE(line_.ends_with("}\n"));
    const json alert = json::parse(line_);
    EXPECT_EQ(AlertMistake(alert), "");
    return alert;
  }

  Article article_;
  ArticleText text_;
  WatchListInfo list_;
  AlertBuilder builder_{AlertLimits()};
  std::string line_;
};

TEST_F(AlertBuilderTest, RelevanceIsTheSameWhateverAnAlertShows) {
  article_.text[2] = "Kremlin and Moscow, again the Kremlin of Moscow";
  EXPECT_TRUE(text_.Assign(article_, 1 << 20));
  const auto relevance = [&](AlertLimits limits) {
    AlertBuilder builder(limits);
    builder.BeginBatch("fedcba9876543210", absl::UnixEpoch());
    builder.BeginArticle(article_, text_, {.source = "a"});
    std::vector<Hit> hits = {CanonicalHit(text_, Field::kBody, "Kremlin"),
                             CanonicalHit(text_, Field::kBody, "Moscow")};
    std::string line;
    builder.Append(list_, &hits, &line);
    const json alert = json::parse(line);
    EXPECT_EQ(alert["hits"].size(), std::min<size_t>(limits.hits, 2));
    return alert["relevance"];
  };
  EXPECT_EQ(relevance({.hits = 1}), relevance({.hits = 20}));
}

TEST_F(AlertBuilderTest, AnAlertReadsAsTheContractSays) {
  article_.version = "2";
  article_.text[0] = "Title";
  article_.text[2] = "In Moscow the Kremlin’s men met";
  article_.url = "https://example.org/a";
  article_.lang = "en";
  article_.country = "GB";
  article_.status = "usable";
  const std::vector<std::string_view> tags = {"R&D", "Ports"};
  article_.meta[static_cast<size_t>(MetaField::kTag)] = tags;
  json alert = Build({"Kremlin"}, {.source = "articles",
                                   .from_kafka = true,
                                   .partition = 3,
                                   .offset = 991});
  const json relevance = alert["relevance"];
  EXPECT_TRUE(relevance["score"].is_number_integer());
  EXPECT_EQ(relevance["why"], json::parse(R"(["in the lead","named once"])"));
  EXPECT_EQ(relevance["release"], RelevanceRelease());
  alert.erase("relevance");
  EXPECT_EQ(alert, json::parse(R"({
    "schema": 1, "id": "6ff73cfba98b922c3246118f8c9de1f5",
    "generation": "fedcba9876543210",
    "detected_at": "2026-01-02T03:04:05.678Z",
    "watchlist": {"id": "kremlin", "name": "The \"Kremlin\"",
                  "version": "0123456789abcdef",
                  "labels": {"desk": "politics"}},
    "article": {"id": "a1", "version": "2", "title": "Title",
                "url": "https://example.org/a", "lang": "en",
                "country": "GB", "tags": ["R&D", "Ports"],
                "status": "usable"},
    "hits": [{"term": "Kremlin", "field": "body", "begin": 14, "end": 21,
              "text": "Kremlin", "zone": "lead"}],
    "hit_count": 1,
    "snippets": [{"field": "body", "text": "In Moscow the Kremlin’s men met",
                  "highlights": [[14, 21]]}],
    "origin": {"topic": "articles", "partition": 3, "offset": 991}})"));
}

TEST_F(AlertBuilderTest, AFileIsAnOriginToo) {
  article_.text[2] = "Kremlin";
  const json alert = Build({"Kremlin"}, {.source = "news.ndjson", .line = 7});
  EXPECT_EQ(alert["origin"], json::parse(R"({"file":"news.ndjson","line":7})"));
}

TEST_F(AlertBuilderTest, ExtractedFieldsAreNamed) {
  article_.text[2] = "<p>The <b>Kremlin</b></p>";
  article_.html[2] = HtmlMode::kAuto;
  const json alert = Build({"Kremlin"}, {.source = "-", .line = 1});
  EXPECT_EQ(alert["article"]["html"], json::parse(R"(["body"])"));
  EXPECT_EQ(alert["hits"][0]["begin"], 4);
}

TEST_F(AlertBuilderTest, AHitOfHtmlSaysWhereItStandsInTheJson) {
  article_.text[0] = "Kremlin";
  article_.text[2] = "😀 <p>The <b>Krem</b>lin</p>";
  article_.html[2] = HtmlMode::kAuto;
  article_.at_own_key[2] = true;
  const json hit = Build({"Kremlin"}, {.source = "-", .line = 1})["hits"][0];
  EXPECT_EQ(hit["pointer"], "/body");
  EXPECT_EQ(hit["raw"], json::parse("[12, 23]"));
}

TEST_F(AlertBuilderTest, APlainHitAtItsOwnKeyNeedsNoPointer) {
  article_.text[2] = "Kremlin";
  article_.at_own_key[2] = true;
  const json hit = Build({"Kremlin"}, {.source = "-", .line = 1})["hits"][0];
  EXPECT_FALSE(hit.contains("pointer"));
  EXPECT_FALSE(hit.contains("raw"));
}

TEST_F(AlertBuilderTest, TheSchemaNamesWhatIsWrong) {
  article_.text[2] = "Kremlin";
  json alert = Build({"Kremlin"}, {.source = "-", .line = 1});
  alert["hits"][0]["raw"] = json::parse("[0, 7]");
  EXPECT_EQ(AlertMistake(alert), "/hits/0: has no \"pointer\"");
  alert["hits"][0]["pointer"] = "body";
  EXPECT_THAT(AlertMistake(alert),
              testing::StartsWith("/hits/0/pointer: not by pattern"));
  alert["hits"] = json::array();
  alert["colour"] = "red";
  EXPECT_EQ(AlertMistake(alert),
            "/colour: the schema does not name this member");
}

TEST_F(AlertBuilderTest, AMetadataListHasNoHits) {
  article_.text[2] = "Kremlin";
  const json alert = Build({}, {.source = "-", .line = 1});
  EXPECT_EQ(alert["hits"], json::array());
  EXPECT_EQ(alert["hit_count"], 0);
  EXPECT_EQ(alert["snippets"], json::array());
}

// Computed with
// `printf 'a1\0\0kremlin\0%s\0' 0123456789abcdef | sha256sum | cut -c1-32`.
TEST_F(AlertBuilderTest, TheIdIsTheDocumentedHash) {
  const json alert = Build({}, {.source = "-", .line = 1});
  EXPECT_EQ(alert["id"], "6630b6081acf3a26d0522bfe851d89f9");
  EXPECT_EQ(builder_.last_id(), "6630b6081acf3a26d0522bfe851d89f9");
}

}  // namespace
}  // namespace presshawk
