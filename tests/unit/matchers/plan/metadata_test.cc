// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/metadata.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matchers/query/lint.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

// Whether `condition` holds for an article with one such value.
bool Holds(MetaField field, std::string_view condition,
           std::string_view value) {
  Article article;
  article.meta[static_cast<size_t>(field)] = {&value, 1};
  MetaValues values;
  AppendMetaValues(field, article, &values);
  const std::string pattern = FoldMetaPattern(field, condition);
  return std::any_of(values.all().begin(), values.all().end(),
                     [&](const std::string& folded) {
                       return MetaMatches(field, pattern, folded);
                     });
}
bool UrlHolds(std::string_view condition, std::string_view url) {
  Article article;
  article.url = url;
  MetaValues values;
  AppendMetaValues(MetaField::kSite, article, &values);
  const std::string pattern = FoldMetaPattern(MetaField::kSite, condition);
  return std::any_of(values.all().begin(), values.all().end(),
                     [&](const std::string& folded) {
                       return MetaMatches(MetaField::kSite, pattern, folded);
                     });
}

// Articles have what a decoder leaves: codes.
TEST(MetadataTest, NamesInConditionsAreCodes) {
  EXPECT_TRUE(Holds(MetaField::kLang, "english", "en"));
  EXPECT_TRUE(Holds(MetaField::kLang, "eng", "en-US"));
  EXPECT_TRUE(Holds(MetaField::kLang, "Portuguese (Brazil)", "pt-BR"));
  EXPECT_TRUE(Holds(MetaField::kLang, "en", "en_GB"));
  EXPECT_TRUE(Holds(MetaField::kLang, "Klingon", "klingon"));
  EXPECT_FALSE(Holds(MetaField::kLang, "english", "eng"));
  EXPECT_FALSE(Holds(MetaField::kLang, "eng-US", "en"));
  EXPECT_TRUE(Holds(MetaField::kCountry, "USA", "us"));
  EXPECT_TRUE(Holds(MetaField::kCountry, "United Kingdom", "GB"));
  EXPECT_TRUE(Holds(MetaField::kTag, "english", "English"));
}

TEST(MetadataTest, AWildcardIsComparedWithTheCode) {
  EXPECT_TRUE(Holds(MetaField::kCountry, "U*", "US"));
  EXPECT_FALSE(Holds(MetaField::kCountry, "USA*", "US"));
  EXPECT_TRUE(Holds(MetaField::kLang, "e*", "en-US"));
  EXPECT_FALSE(Holds(MetaField::kLang, "eng*", "en"));
}

TEST(MetadataTest, SitesMeetInBothForms) {
  for (const char* site : {"пример.рф", "xn--e1afmkfd.xn--p1ai", "ПРИМЕР.РФ",
                           "https://пример.рф/x", "рф", "*.рф", "xn--p1*"}) {
    EXPECT_TRUE(UrlHolds(site, "https://пример.рф/1")) << site;
    EXPECT_TRUE(UrlHolds(site, "https://news.xn--e1afmkfd.xn--p1ai")) << site;
    EXPECT_FALSE(UrlHolds(site, "https://example.com")) << site;
  }
  EXPECT_TRUE(UrlHolds("straße.de", "https://xn--strae-oqa.de/"));
  EXPECT_FALSE(UrlHolds("*", "/news/1"));
  EXPECT_FALSE(UrlHolds("bbc.co.uk", "bbc.co.uk is down"));
}

// A square of these would take hours.
TEST(MetadataTest, HostileValuesAreReadOnce) {
  const std::string language = "en" + std::string(4'000'000, '-');
  EXPECT_FALSE(Holds(MetaField::kLang, "*x", language));
  std::string host;
  while (host.size() < 4'000'000) {
    host += "xn--a.ж.";
  }
  EXPECT_FALSE(UrlHolds("*x", "https://" + host + "/"));
}

TEST(MetadataTest, NamesOfLanguagesGetNoWarning) {
  const auto warnings = [](std::string_view query) {
    return LintQuery(*ParseQuery(query).root).size();
  };
  EXPECT_EQ(warnings("lang:english AND lang:en"), 0U);
  EXPECT_EQ(warnings("a1 AND lang:\"Chinese (Simplified)\""), 0U);
  EXPECT_EQ(warnings("a1 AND lang:klingon"), 1U);
  EXPECT_EQ(warnings("lang:english AND lang:german"), 1U);
}

}  // namespace
}  // namespace presshawk
