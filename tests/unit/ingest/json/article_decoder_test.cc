// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/article_decoder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/ingest/json/decoding.h"

namespace presshawk {
namespace {

TEST(ArticleDecoderTest, EveryKeyOfTheGenericPresetIsRead) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"id":"a1","version":2,"title":"T","summary":"S","body":"B\n",)"
      R"("author":["X","Y"],"source":"The Times","site":"times.co.uk",)"
      R"("url":"https://t","lang":"en","country":"gb","tags":["p","q"],)"
      R"("published_at":"2026-01-02","status":"usable",)"
      R"("embargo":"2026-01-03"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->id, "a1");
  EXPECT_EQ(a->version, "2");
  EXPECT_EQ(a->text_of(Field::kTitle), "T");
  EXPECT_EQ(a->text_of(Field::kSummary), "S");
  EXPECT_EQ(a->text_of(Field::kBody), "B\n");
  EXPECT_EQ(a->text_of(Field::kAuthor), "X; Y");
  EXPECT_EQ(a->source, "The Times");
  EXPECT_EQ(a->site, "times.co.uk");
  EXPECT_EQ(a->url, "https://t");
  EXPECT_EQ(a->lang, "en");
  EXPECT_EQ(a->country, "gb");
  EXPECT_EQ(a->published_at, "2026-01-02");
  EXPECT_EQ(a->status, "usable");
  EXPECT_EQ(a->embargo, "2026-01-03");
  EXPECT_THAT(a->meta_of(MetaField::kTag), testing::ElementsAre("p", "q"));
  EXPECT_THAT(a->meta_of(MetaField::kId), testing::ElementsAre("a1"));
}

TEST(ArticleDecoderTest, LanguagesAndCountriesBecomeIsoCodes) {
  Decoding decoding;
  const Article* a =
      decoding.Decode(R"({"title":"T","lang":["english","ger-AT","EN","xx"],)"
                      R"("country":["USA","us","Germany","Atlantis"]})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->lang, "en; de-AT; EN; xx");
  EXPECT_THAT(a->meta_of(MetaField::kLang),
              testing::ElementsAre("en", "de-AT", "EN", "xx"));
  EXPECT_EQ(a->country, "US; us; DE; Atlantis");
  EXPECT_THAT(a->meta_of(MetaField::kCountry),
              testing::ElementsAre("US", "us", "DE", "Atlantis"));
}

TEST(ArticleDecoderTest, ReferencesOfSourceAndTagsAreDecodedOthersAreNot) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"id":"a&amp;b","title":"A &amp; B","source":"Marks &amp; Spencer",)"
      R"("tags":["R&amp;D","<b>oil</b>","a & b"],"url":"https://t/?a&amp;b",)"
      R"("site":"t&amp;t"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->source, "Marks & Spencer");
  EXPECT_THAT(a->meta_of(MetaField::kTag),
              testing::ElementsAre("R&D", "<b>oil</b>", "a & b"));
  EXPECT_EQ(a->id, "a&amp;b");
  EXPECT_EQ(a->url, "https://t/?a&amp;b");
  EXPECT_EQ(a->site, "t&amp;t");
  EXPECT_EQ(a->text_of(Field::kTitle), "A &amp; B");  // core/text reads these.
  EXPECT_EQ(a->html[static_cast<size_t>(Field::kAuthor)], HtmlMode::kAuto);
}

TEST(ArticleDecoderTest, AliasesComeInTheirOrderAndBlankOnesDoNotCount) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"body":" \t\u00a0","content":"C","text":"X","headline":"H",)"
      R"("language":"de","id":"1"})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->text_of(Field::kBody), "C");
  EXPECT_EQ(a->text_of(Field::kTitle), "H");
  EXPECT_EQ(a->lang, "de");
}

TEST(ArticleDecoderTest, OfRepeatedKeysTheLastCounts) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"title":"first","t\u0069tle":"last","body":"b","body":null})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->text_of(Field::kTitle), "last");
  EXPECT_EQ(a->text_of(Field::kBody), "");
}

TEST(ArticleDecoderTest, ARepeatedObjectTakesItsMembersWithIt) {
  Decoding decoding("newsapi");
  const Article* a = decoding.Decode(
      R"({"title":"T","source":{"name":"A"},"source":{"id":"x"}})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->source, "");
}

TEST(ArticleDecoderTest, NumbersAreTheirWrittenText) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"id":-1.50e+3,"title":12345678901234567890123,"body":1e999})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->id, "-1.50e+3");
  EXPECT_EQ(a->text_of(Field::kTitle), "12345678901234567890123");
  EXPECT_EQ(a->text_of(Field::kBody), "1e999");
}

TEST(ArticleDecoderTest, WhatIsNoTextIsAbsent) {
  Decoding decoding;
  const Article* a = decoding.Decode(
      R"({"id":true,"title":"T","tags":["a",["b"],{"c":"d"},1,null,"e"]})");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->id.size(), 64u);
  EXPECT_THAT(a->meta_of(MetaField::kTag), testing::ElementsAre("a", "1", "e"));
}

TEST(ArticleDecoderTest, AStringIsOneTag) {
  Decoding decoding;
  const Article* a = decoding.Decode(R"({"title":"T","tags":"a; b"})");
  ASSERT_NE(a, nullptr);
  EXPECT_THAT(a->meta_of(MetaField::kTag), testing::ElementsAre("a; b"));
}

// Hashes by `printf URL | sha256sum`, `printf 'T\0\0B\0' | sha256sum`.
TEST(ArticleDecoderTest, WithoutIdTheUrlsHashIsTheIdElseTheTextsHash) {
  Decoding decoding;
  EXPECT_EQ(decoding.Decode(R"({"title":"T","url":"https:\/\/e.org\/1"})")->id,
            "355ccc7c8db8d56ec7a49c988391df3bb3d0e4c6c30019f4efc8a25bc326cc53");
  EXPECT_EQ(decoding.Decode(R"({"title":"T","body":"B"})")->id,
            "a4b8bf2080a8c4e06526e721d1ea1a22a370012bb070bdcbbe62b5c56470d5be");
}

TEST(ArticleDecoderTest, LoneSurrogatesAreReplaced) {
  Decoding decoding;
  EXPECT_EQ(decoding.Decode(R"({"title":"a\ud800b\udc00c\ud83c\udf0d"})")
                ->text_of(Field::kTitle),
            "a\uFFFD"
            "b\uFFFD"
            "c🌍");
}

TEST(ArticleDecoderTest, NulIsACharacter) {
  Decoding decoding;
  EXPECT_EQ(decoding.Decode(R"({"title":"a\u0000b"})")->text_of(Field::kTitle),
            std::string_view("a\0b", 3));
}

TEST(ArticleDecoderTest, EachReasonHasItsInput) {
  Decoding decoding("generic", 1000);
  EXPECT_EQ(decoding.Outcome(R"({"title":"T"})"), "ok");
  // Whoever knows where a message or a file begins takes its mark off.
  EXPECT_EQ(decoding.Outcome("\xEF\xBB\xBF{\"title\":\"T\"}"), "not_json");
  EXPECT_EQ(decoding.Outcome(R"({"title":")" + std::string(1000, 'x') + "\"}"),
            "too_large");
  EXPECT_EQ(decoding.Outcome("{\"title\":\"\xFF\"}"), "not_utf8");
  EXPECT_EQ(decoding.Outcome("{\"title\":\"\xFF"), "not_utf8");
  EXPECT_EQ(decoding.Outcome(""), "not_json");
  EXPECT_EQ(decoding.Outcome("  \n"), "not_json");
  EXPECT_EQ(decoding.Outcome(R"({"title":"T"} x)"), "not_json");
  EXPECT_EQ(decoding.Outcome(R"({"title":"T","x":troo})"), "not_json");
  EXPECT_EQ(decoding.Outcome(R"({"title":"T","x":01})"), "not_json");
  EXPECT_EQ(decoding.Outcome(R"({"title":"T","x":"\q"})"), "not_json");
  EXPECT_EQ(decoding.Outcome("{\"title\":\"a\nb\"}"), "not_json");
  EXPECT_EQ(decoding.Outcome("[]"), "not_an_object");
  EXPECT_EQ(decoding.Outcome("\"text\""), "not_an_object");
  EXPECT_EQ(decoding.Outcome("{}"), "missing_text");
  EXPECT_EQ(decoding.Outcome(R"({"summary":"S","title":" "})"), "missing_text");
  EXPECT_EQ(decoding.Outcome(R"({"status":"usable"})"), "missing_text");
  EXPECT_EQ(decoding.Outcome(R"({"id":"7","status":"canceled"})"), "ok");
}

TEST(ArticleDecoderTest, TheThousandAndTwentyFifthLevelIsTooDeep) {
  Decoding decoding;
  const auto nested = [](size_t levels) {
    return R"({"title":"T","x":)" + std::string(levels, '[') +
           std::string(levels, ']') + "}";
  };
  EXPECT_EQ(decoding.Outcome(nested(1023)), "ok");
  EXPECT_EQ(decoding.Outcome(nested(1024)), "too_deep");
  EXPECT_EQ(decoding.Outcome(nested(10'000)), "too_deep");
  EXPECT_EQ(decoding.Outcome(std::string(100'000, '[')), "too_deep");
  EXPECT_EQ(decoding.Outcome("[1 2" + std::string(2000, '[')), "not_json");
  EXPECT_EQ(decoding.Outcome(std::string(2000, '[') + "\""), "too_deep");
}

TEST(ArticleDecoderTest, SixteenMebibytesAreAnArticle) {
  Decoding decoding;
  std::string json = R"({"title":"T","body":")";
  json += std::string(kArticleBytesMax - json.size() - 2, 'x') + "\"}";
  EXPECT_EQ(json.size(), kArticleBytesMax);
  EXPECT_EQ(decoding.Outcome(json), "ok");
  EXPECT_EQ(decoding.Outcome(json + " "), "too_large");
}

TEST(ArticleDecoderTest, MessagesKeepTheirIndex) {
  JsonArticleDecoder decoder(*LoadMapping("generic"));
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  const std::vector<std::string_view> payloads = {
      R"({"title":"a","tags":["x"]})", "{", R"({"title":"b\n","tags":"y"})"};
  decoder.Decode(payloads, &articles, &rejects);
  ASSERT_EQ(articles.size(), 2u);
  ASSERT_EQ(rejects.size(), 1u);
  EXPECT_EQ(articles[0].message, 0u);
  EXPECT_EQ(articles[1].message, 2u);
  EXPECT_EQ(rejects[0].message, 1u);
  EXPECT_THAT(articles[0].meta_of(MetaField::kTag), testing::ElementsAre("x"));
  EXPECT_THAT(articles[1].meta_of(MetaField::kTag), testing::ElementsAre("y"));
}

}  // namespace
}  // namespace presshawk
