// One article in the form of each provider (DESIGN.md section 4.2).
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/ingest/json/decoding.h"

namespace presshawk {
namespace {

struct PresetCase {
  const char* preset;
  const char* json;
  // id, title, summary, body, author, source, site, url, lang, published_at
  std::array<const char*, 10> expected;
};

class PresetTest : public ::testing::TestWithParam<PresetCase> {};

TEST_P(PresetTest, ReadsAnArticleOfItsProvider) {
  Decoding decoding(GetParam().preset);
  const Article* const article = decoding.Decode(GetParam().json);
  ASSERT_NE(article, nullptr) << decoding.reject().detail;
  const auto& expected = GetParam().expected;
  EXPECT_EQ(article->id, expected[0]);
  EXPECT_EQ(article->text_of(Field::kTitle), expected[1]);
  EXPECT_EQ(article->text_of(Field::kSummary), expected[2]);
  EXPECT_EQ(article->text_of(Field::kBody), expected[3]);
  EXPECT_EQ(article->text_of(Field::kAuthor), expected[4]);
  EXPECT_EQ(article->source, expected[5]);
  EXPECT_EQ(article->site, expected[6]);
  EXPECT_EQ(article->url, expected[7]);
  EXPECT_EQ(article->lang, expected[8]);
  EXPECT_EQ(article->published_at, expected[9]);
}

INSTANTIATE_TEST_SUITE_P(
    Presets, PresetTest,
    ::testing::Values(
        PresetCase{"ninjs1",
                   R"({"uri":"urn:1","version":"2","headline":"Harbour opens",
                       "description_text":"In short.","byline":"A. Writer",
                       "body_html":"<p>The harbour</p>","language":"en",
                       "infosource":[{"name":"Wire"}],
                       "versioncreated":"2026-01-02T03:04:05Z"})",
                   {"urn:1", "Harbour opens", "In short.", "<p>The harbour</p>",
                    "A. Writer", "Wire", "", "", "en", "2026-01-02T03:04:05Z"}},
        PresetCase{
            "ninjs3",
            R"({"uri":"urn:3","headlines":[{"role":"main","value":"T"},
                       {"value":"other"}],"descriptions":[{"value":"S"}],
                       "bodies":[{"contentType":"text/html","value":"B"}],
                       "by":"A","infoSources":[{"name":"Wire"}],
                       "language":"de","firstCreated":"2026-01-02"})",
            {"urn:3", "T", "S", "B", "A", "Wire", "", "", "de", "2026-01-02"}},
        PresetCase{"webz",
                   R"({"uuid":"w1","url":"https://a.example/1","title":"T",
                       "text":"B","author":"A","published":"2026-01-02",
                       "language":"english","thread":{"site":"a.example",
                       "site_full":"www.a.example","country":"GB"}})",
                   {"w1", "T", "", "B", "A", "www.a.example", "www.a.example",
                    "https://a.example/1", "en", "2026-01-02"}},
        PresetCase{"eventregistry",
                   R"({"uri":"77","title":"T","body":"B","lang":"eng",
                       "url":"https://b.example/2","dateTime":"2026-01-02",
                       "authors":[{"name":"A"}],
                       "source":{"uri":"b.example","title":"B News"}})",
                   {"77", "T", "", "B", "A", "B News", "b.example",
                    "https://b.example/2", "en", "2026-01-02"}},
        PresetCase{"schemaorg",
                   R"({"@type":"NewsArticle","@id":"urn:s","headline":"T",
                       "description":"S","articleBody":"B",
                       "author":[{"@type":"Person","name":"A"}],
                       "publisher":{"name":"P"},"inLanguage":"fr",
                       "mainEntityOfPage":{"@id":"https://c.example/3"},
                       "datePublished":"2026-01-02"})",
                   {"urn:s", "T", "S", "B", "A", "P", "", "https://c.example/3",
                    "fr", "2026-01-02"}},
        PresetCase{
            "newsapi",
            R"({"source":{"id":null,"name":"N"},"author":"A",
                       "title":"T","description":"S","content":"B",
                       "url":"https://d.example/4",
                       "publishedAt":"2026-01-02"})",
            {"0efb2e48937559cb7c422f4f7c1e1aa97d4ab36c3b8a87b5770706b3768cc96a",
             "T", "S", "B", "A", "N", "", "https://d.example/4", "",
             "2026-01-02"}}),
    [](const auto& tested) { return std::string(tested.param.preset); });

}  // namespace
}  // namespace presshawk
