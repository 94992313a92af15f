// SPDX-License-Identifier: Apache-2.0
// One article in the form of each provider (SPEC MAP-1).
#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/ingest/json/decoding.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

struct PresetCase {
  const char* preset;
  const char* json;
  // id, title, summary, body, author, source, site, url, lang, published_at
  std::array<const char*, 10> expected;
};

class ProviderTest : public ::testing::TestWithParam<PresetCase> {};

TEST_P(ProviderTest, ReadsAnArticleOfItsProvider) {
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
    Presets, ProviderTest,
    ::testing::Values(
        PresetCase{"ninjs1",
                   R"({"uri":"urn:1","version":"2","headline":"Harbour opens",
                       "description_text":"In short.","byline":"A. Writer",
                       "body_html":"<p>The harbour</p>","language":"en",
                       "infosource":[{"name":"Wire"}],
                       "versioncreated":"2026-01-02T03:04:05Z"})",
                   {"urn:1", "Harbour opens", "In short.", "<p>The harbour</p>",
                    "A. Writer", "Wire", "", "", "en", "2026-01-02T03:04:05Z"}},
        PresetCase{"ninjs3",
                   R"({"uri":"urn:3","headlines":[{"role":"main","value":"T"},
                       {"value":"other"}],"descriptions":[{"value":"S"}],
                       "bodies":[{"contentType":"text/html","value":"B"}],
                       "by":"A","infoSources":[{"name":"Wire"}],
                       "language":"de","firstCreated":"2026-01-02"})",
                   {"urn:3", "T; other", "S", "B", "A", "Wire", "", "", "de",
                    "2026-01-02"}},
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

// The formats have many of what an article of ours has one: all are read. The
// shapes are those of the formats' own examples.
std::string Text(const Article& article, Field field) {
  return std::string(article.text_of(field));
}

TEST(PresetTest, Ninjs1ReadsAllNamesOfATextByPattern) {
  Decoding decoding("ninjs1");
  // The names of 1.5's examples: `_main`, `_richtext`, `_subhead`.
  const Article* a = decoding.Decode(
      R"({"uri":"urn:1","headline_main":"Cliff falls",)"
      R"("headline_subhead":"Nobody hurt","body_main":"Chalk fell.\nAt noon.",)"
      R"("body_richtext":"<p>Chalk <b>fell</b>.</p><p>At noon.</p>",)"
      R"("description_caption":"The cliff","description_short":"Chalk",)"
      R"("infosource":[{"name":"A"},{"name":"B"}],)"
      R"("subject":[{"name":"Coast","rel":"about"},{"name":"Geology"}]})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "Cliff falls; Nobody hurt");
  EXPECT_EQ(Text(*a, Field::kSummary), "The cliff; Chalk");
  // Two forms of one text are one.
  EXPECT_EQ(Text(*a, Field::kBody), "Chalk fell.\nAt noon.");
  EXPECT_EQ(a->source, "A; B");
  EXPECT_THAT(a->meta_of(MetaField::kSource), ElementsAre("A", "B"));
  EXPECT_THAT(a->meta_of(MetaField::kTag), ElementsAre("Coast", "Geology"));

  a = decoding.Decode(R"({"uri":"urn:2","headline_subhead":"Second",)"
                      R"("headline":"First","body_xhtml":"<p>x</p>"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "Second; First");
  EXPECT_EQ(Text(*a, Field::kBody), "<p>x</p>");
  a = decoding.Decode(R"({"uri":"urn:3","title":"Only a title"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "Only a title");
}

TEST(PresetTest, Ninjs3ReadsAllHeadlinesDescriptionsAndBodies) {
  Decoding decoding("ninjs3");
  const Article* a = decoding.Decode(
      R"({"uri":"urn:3","by":"Ann Writer, Wire",)"
      R"("headlines":[{"role":"main","value":"Cliff falls"},)"
      R"({"role":"subhead","contentType":"text/plain","value":"At noon"}],)"
      R"("descriptions":[{"value":"S1"},{"role":"caption","value":"S2"}],)"
      R"("bodies":[{"role":"nitf","contentType":"text/vnd.IPTC.NITF","value":)"
      R"("<?xml version=\"1.0\"?><nitf><body><p>Chalk fell.</p></body></nitf>"},)"
      R"({"role":"text","contentType":"text/plain","value":"Chalk fell."},)"
      R"({"role":"factbox","value":"Chalk is soft."}],)"
      R"("infoSources":[{"name":"A","role":"http://x"},{"name":"B"}],)"
      R"("subjects":[{"name":"Coast","uri":"http://y"},{"name":"Geology"}]})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "Cliff falls; At noon");
  EXPECT_EQ(Text(*a, Field::kSummary), "S1; S2");
  EXPECT_EQ(Text(*a, Field::kBody),
            "<?xml version=\"1.0\"?><nitf><body><p>Chalk fell.</p></body>"
            "</nitf>; Chalk is soft.");
  EXPECT_THAT(a->meta_of(MetaField::kSource), ElementsAre("A", "B"));
  EXPECT_THAT(a->meta_of(MetaField::kTag), ElementsAre("Coast", "Geology"));
  // 2.x: names in lower case.
  a = decoding.Decode(R"({"uri":"urn:2","title":"T","infosources":)"
                      R"([{"name":"C"}],"firstcreated":"2026-01-02"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "T");
  EXPECT_EQ(a->source, "C");
  EXPECT_EQ(a->published_at, "2026-01-02");
}

TEST(PresetTest, NinjsReadsVersionStatusAndEmbargo) {
  struct Form {
    const char* preset;
    const char* status;  // The key; 3.x is in camelCase.
  };
  for (const Form form :
       {Form{"ninjs1", "pubstatus"}, Form{"ninjs3", "pubstatus"},
        Form{"ninjs3", "pubStatus"}}) {
    Decoding decoding(form.preset);
    const Article* const a = decoding.Decode(
        StrCat(R"({"uri":"u","title":"T","version":"3",")", form.status,
               R"(":"canceled","embargoed":"2026-01-02T06:00:00+01:00"})"));
    ASSERT_NE(a, nullptr);
    EXPECT_EQ(a->version, "3");
    EXPECT_EQ(a->status, "canceled") << form.preset << " " << form.status;
    EXPECT_EQ(a->embargo, "2026-01-02T06:00:00+01:00");
  }
}

TEST(PresetTest, OnlyATextThatAnotherRepeatsWordForWordIsLeftOut) {
  Decoding decoding("ninjs3");
  const auto title = [&](const std::string& values) {
    const Article* a =
        decoding.Decode(R"({"uri":"u","headlines":[)" + values + "]}");
    return a == nullptr ? "rejected" : Text(*a, Field::kTitle);
  };
  EXPECT_EQ(title(R"({"value":"US"},{"value":"Business up"})"),
            "US; Business up");
  EXPECT_EQ(title(R"({"value":"Business"},{"value":"Business up"})"),
            "Business up");
  EXPECT_EQ(title(R"({"value":"UP"},{"value":"Business up"})"),
            "UP; Business up");  // `{UP}` finds the first only.
  EXPECT_EQ(title(R"({"value":"A b"},{"value":"A\n b"},{"value":"A b"})"),
            "A b");
  EXPECT_EQ(title(R"({"value":"Q&amp;A"},{"value":"<b>Q&amp;A</b> today"})"),
            "<b>Q&amp;A</b> today");
}

TEST(PresetTest, EventRegistryReadsAllAuthorsAndCategories) {
  Decoding decoding("eventregistry");
  const Article* a = decoding.Decode(
      R"({"uri":"7","title":"T","authors":[{"uri":"a@x.example","name":)"
      R"("Ann","type":"author","isAgency":false},{"name":"Wire","isAgency":)"
      R"(true}],"categories":[{"uri":"news/Politics","label":"news/Politics",)"
      R"("wgt":100},{"uri":"dmoz/Society","label":"dmoz/Society"}],"source":)"
      R"({"uri":"x.example","title":"X","location":{"type":"place","label":)"
      R"({"eng":"Leeds"},"country":{"type":"country","label":)"
      R"({"eng":"United Kingdom"}}}}})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kAuthor), "Ann; Wire");
  EXPECT_THAT(a->meta_of(MetaField::kTag),
              ElementsAre("news/Politics", "dmoz/Society"));
  EXPECT_FALSE(a->country.empty());
}

TEST(PresetTest, WebzReadsCategoriesAndTopics) {
  Decoding decoding("webz");
  const Article* a = decoding.Decode(
      R"({"uuid":"w","text":"B","title":null,"thread":{"title_full":"T | X",)"
      R"("site_categories":["media"]},"categories":["Politics"],)"
      R"("topics":["Elections","Law"]})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Text(*a, Field::kTitle), "T | X");
  EXPECT_THAT(a->meta_of(MetaField::kTag),
              ElementsAre("Politics", "Elections", "Law"));
}

TEST(PresetTest, SchemaOrgReadsTextsObjectsAndLists) {
  Decoding decoding("schemaorg");
  const auto author = [&](const std::string& json) {
    const Article* a =
        decoding.Decode(R"({"headline":"T","author":)" + json + "}");
    return a == nullptr ? "rejected" : Text(*a, Field::kAuthor);
  };
  EXPECT_EQ(author(R"("Ann")"), "Ann");
  EXPECT_EQ(author(R"({"@type":"Person","name":"Ann"})"), "Ann");
  EXPECT_EQ(author(R"(["Ann","Ben"])"), "Ann; Ben");
  EXPECT_EQ(author(R"([{"name":"Ann"},{"name":"Ben"}])"), "Ann; Ben");
  EXPECT_EQ(author(R"([{"name":"Ann"},"Ben",{"@id":"#c"}])"), "Ben; Ann");
  EXPECT_EQ(author(R"({"name":["Ann","Ben"]})"), "Ann; Ben");
  EXPECT_EQ(author("null"), "");

  const Article* a = decoding.Decode(
      R"({"@type":["NewsArticle"],"headline":{"@language":"en","@value":"H"},)"
      R"("alternativeHeadline":"Sub","description":[{"@value":"D1"},"D2"],)"
      R"("articleBody":["One.","Two."],"publisher":[{"name":"P"},)"
      R"({"name":"Q"}],"inLanguage":{"@type":"Language","alternateName":"en",)"
      R"("name":"English"},"keywords":[{"@type":"DefinedTerm","name":"Ports"},)"
      R"({"name":"Quays, old"}],"identifier":{"@type":"PropertyValue",)"
      R"("value":"n-77"},"mainEntityOfPage":{"url":"https://x.example/1"}})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->id, "n-77");
  EXPECT_EQ(Text(*a, Field::kTitle), "H; Sub");
  EXPECT_EQ(Text(*a, Field::kSummary), "D2; D1");
  EXPECT_EQ(Text(*a, Field::kBody), "One.; Two.");
  EXPECT_THAT(a->meta_of(MetaField::kSource), ElementsAre("P", "Q"));
  EXPECT_EQ(a->url, "https://x.example/1");
  EXPECT_FALSE(a->lang.empty());
  EXPECT_THAT(a->meta_of(MetaField::kTag),
              ElementsAre("Ports", "Quays", "old"));
  a = decoding.Decode(
      R"({"name":"T","keywords":"Shipping, Ports,, Old Quays ,"})");
  ASSERT_NE(a, nullptr);
  EXPECT_THAT(a->meta_of(MetaField::kTag),
              ElementsAre("Shipping", "Ports", "Old Quays"));
}

TEST(PresetTest, WhatIdentifiesNothingIsNoId) {
  Decoding decoding("schemaorg");
  const auto id = [&](const std::string& members) {
    const Article* a = decoding.Decode(R"({"headline":"T",)" + members + "}");
    return a == nullptr ? "rejected" : std::string(a->id);
  };
  const std::string of_text = id(R"("x":0)");
  const std::string of_url = id(R"("url":"https://x.example/1")");
  EXPECT_EQ(of_text.size(), 64U);
  EXPECT_NE(of_text, of_url);
  for (const char* nothing :
       {"True", "false", "null", "None", "undefined", "#article", "/news/1",
        "_:b0", "./1", "?id=1", " "}) {
    const std::string written = std::string("\"@id\":\"") + nothing + "\"";
    EXPECT_EQ(id(written), of_text) << nothing;
    EXPECT_EQ(id(written + R"(,"url":"https://x.example/1")"), of_url)
        << nothing;
    EXPECT_EQ(id(written + R"(,"identifier":"n-7")"), "n-7") << nothing;
    EXPECT_EQ(id(std::string("\"mainEntityOfPage\":\"") + nothing + "\""),
              of_text)
        << nothing;
  }
  EXPECT_EQ(id(R"("@id":"u1")"), "u1");
  EXPECT_EQ(id(R"("@id":"https://x.example/1#article")"),
            "https://x.example/1#article");
  EXPECT_EQ(id(R"("mainEntityOfPage":true)"), of_text);
}

TEST(PresetTest, ARelativeUrlIsShownAndIsNoId) {
  Decoding decoding;
  const Article* a = decoding.Decode(R"({"title":"T","url":"/news/1"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->url, "/news/1");
  const std::string id(a->id);
  EXPECT_EQ(decoding.Decode(R"({"title":"T"})")->id, id);
  EXPECT_EQ(decoding.Decode(R"({"title":"T","url":"True"})")->url, "");
  EXPECT_EQ(decoding.Decode(R"({"title":"T","id":"None"})")->id, id);
  // A host without a scheme is a page of one site.
  EXPECT_NE(decoding.Decode(R"({"title":"T","url":"x.example/1"})")->id, id);
  // An id of one's own may look like anything else.
  EXPECT_EQ(decoding.Decode(R"({"title":"T","id":"/a/1"})")->id, "/a/1");
}

}  // namespace
}  // namespace presshawk
