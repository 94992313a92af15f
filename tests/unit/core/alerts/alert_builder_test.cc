// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert_builder.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
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
    return json::parse(line_);
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
                "url": "https://example.org/a", "lang": "en"},
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

TEST_F(AlertBuilderTest, AMetadataListHasNoHits) {
  article_.text[2] = "Kremlin";
  const json alert = Build({}, {.source = "-", .line = 1});
  EXPECT_EQ(alert["hits"], json::array());
  EXPECT_EQ(alert["hit_count"], 0);
  EXPECT_EQ(alert["snippets"], json::array());
}

// Computed with `printf 'a1\0\0kremlin\0v1\0' | sha256sum | cut -c1-32`.
TEST_F(AlertBuilderTest, TheIdIsTheDocumentedHash) {
  list_.version = "v1";
  const json alert = Build({}, {.source = "-", .line = 1});
  EXPECT_EQ(alert["id"], "f1f938f8bcc5bce684233c595d453ed2");
  EXPECT_EQ(builder_.last_id(), "f1f938f8bcc5bce684233c595d453ed2");
}

}  // namespace
}  // namespace presshawk
