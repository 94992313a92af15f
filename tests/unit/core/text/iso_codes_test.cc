// SPDX-License-Identifier: Apache-2.0
#include "core/text/iso_codes.h"

#include <cstring>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <unicode/locid.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>

#include "core/text/iso_aliases.h"

namespace presshawk {
namespace {

std::string CodeOf(MetaField field, std::string_view value) {
  std::string code;
  return ToIsoCode(field, value, &code) ? code : std::string(value);
}
std::string Lang(std::string_view value) {
  return CodeOf(MetaField::kLang, value);
}
std::string Country(std::string_view value) {
  return CodeOf(MetaField::kCountry, value);
}

TEST(IsoCodesTest, NamesAndCodesOfLanguagesBecomeIso639Part1) {
  for (const auto& [value, code] :
       std::initializer_list<std::pair<const char*, const char*>>{
           {"english", "en"},
           {"English", "en"},
           {" ENGLISH\n", "en"},
           {"eng", "en"},
           {"zho", "zh"},
           {"ger", "de"},
           {"chi", "zh"},
           {"cmn", "zh"},
           {"iw", "he"},
           {"Norwegian Bokmål", "nb"},
           {"norwegian", "no"},
           {"Farsi", "fa"},
           {"Bengali", "bn"},
           {"Slovene", "sl"},
           {"Greek, Modern (1453-)", "el"},
           {"Spanish; Castilian", "es"},
           {"haitian_creole", "ht"},
           {"Māori", "mi"}}) {
    EXPECT_EQ(Lang(value), code) << value;
  }
}

TEST(IsoCodesTest, WhatFollowsALanguageStays) {
  EXPECT_EQ(Lang("eng-US"), "en-US");
  EXPECT_EQ(Lang("ger_AT"), "de_AT");
  EXPECT_EQ(Lang("zho-Hans-CN"), "zh-Hans-CN");
  EXPECT_EQ(Lang("Chinese (Simplified)"), "zh-Hans");
  EXPECT_EQ(Lang("Traditional Chinese"), "zh-Hant");
  EXPECT_EQ(Lang("Portuguese (Brazil)"), "pt-BR");
  EXPECT_EQ(Lang("English (United States)"), "en-US");
  EXPECT_EQ(Lang("English_UK"), "en-GB");
  EXPECT_EQ(Lang("Spanish (Latin America)"), "es-419");
  EXPECT_EQ(Lang("Serbian (Latin)"), "sr-Latn");
}

TEST(IsoCodesTest, CodesOfIso639Part1AndWhatIsUnknownStayAsWritten) {
  for (const char* value :
       {"en", "EN", "en-US", "en_GB", "zh-Hans", "xx", "und", "ceb", "qqq-US",
        "Klingon", "en, fr", "english, french", "english french", "none", "",
        "-", "*", "英語"}) {
    EXPECT_EQ(Lang(value), value);
  }
  const std::string hostile(1'000'000, '-');
  EXPECT_EQ(Lang("english" + hostile), "english" + hostile);
}

TEST(IsoCodesTest, NamesAndCodesOfCountriesBecomeIso3166) {
  for (const auto& [value, code] :
       std::initializer_list<std::pair<const char*, const char*>>{
           {"USA", "US"},
           {"usa", "US"},
           {"U.S.A.", "US"},
           {"U.S.", "US"},
           {"840", "US"},
           {"076", "BR"},
           {"United States", "US"},
           {"the United States of America", "US"},
           {"UK", "GB"},
           {"Great Britain", "GB"},
           {"United Kingdom", "GB"},
           {"Germany", "DE"},
           {"DEU", "DE"},
           {"Russia", "RU"},
           {"Russian Federation", "RU"},
           {"South Korea", "KR"},
           {"Korea, Republic of", "KR"},
           {"Korea (Democratic People's Republic of)", "KP"},
           {"Côte d’Ivoire", "CI"},
           {"Ivory Coast", "CI"},
           {"Türkiye", "TR"},
           {"Turkey", "TR"},
           {"Czech Republic", "CZ"},
           {"Czechia", "CZ"},
           {"Bosnia and Herzegovina", "BA"},
           {"Bosnia & Herzegovina", "BA"},
           {"Saint Lucia", "LC"},
           {"The Gambia", "GM"},
           {"Hong Kong", "HK"},
           {"Congo, The Democratic Republic of the", "CD"},
           {"Kosovo", "XK"}}) {
    EXPECT_EQ(Country(value), code) << value;
  }
}

TEST(IsoCodesTest, CodesOfIso3166AndWhatIsUnknownStayAsWritten) {
  for (const char* value : {"US", "us", "gb", "EU", "ZZ", "xyz", "999", "1",
                            "US-CA", "Scotland", "Europe", "U*", "", "中国"}) {
    EXPECT_EQ(Country(value), value);
  }
}

TEST(IsoCodesTest, OtherFieldsHaveNone) {
  for (const MetaField field : {MetaField::kId, MetaField::kSource,
                                MetaField::kSite, MetaField::kTag}) {
    EXPECT_EQ(CodeOf(field, "english"), "english");
    EXPECT_EQ(CodeOf(field, "USA"), "USA");
  }
}

TEST(IsoCodesTest, EveryAliasIsWrittenAsItIsLookedUp) {
  const auto expect_known = [](MetaField field, const IsoAlias& alias) {
    if (alias.name != alias.code) {
      EXPECT_EQ(CodeOf(field, alias.name), alias.code) << alias.name;
    }
  };
  for (const IsoAlias& alias : kLanguageAliases) {
    expect_known(MetaField::kLang, alias);
  }
  for (const IsoAlias& alias : kCountryAliases) {
    expect_known(MetaField::kCountry, alias);
  }
}

// ICU's other interface gives the same names: none was lost to another's.
TEST(IsoCodesTest, EveryEnglishNameAndCodeOfIcuIsKnown) {
  const auto utf8 = [](const icu::UnicodeString& name) {
    std::string text;
    return name.toUTF8String(text);
  };
  const icu::Locale& english = icu::Locale::getEnglish();
  // Places that ICU counts as countries and ISO 3166-1 does not.
  const std::set<std::string> additions = {"AC", "CP", "CQ", "DG",
                                           "EA", "IC", "TA"};
  size_t countries = 0;
  for (const char* const* code = uloc_getISOCountries(); *code != nullptr;
       ++code) {
    const icu::Locale locale("und", *code);
    icu::UnicodeString name;
    locale.getDisplayCountry(english, name);
    if (additions.count(*code) != 0) {
      continue;
    }
    ++countries;
    EXPECT_EQ(Country(utf8(name)), *code);
    EXPECT_EQ(Country(locale.getISO3Country()), *code);
  }
  EXPECT_GE(countries, 249U);
  size_t languages = 0;
  for (const char* const* code = uloc_getISOLanguages(); *code != nullptr;
       ++code) {
    if (std::strlen(*code) != 2) {
      continue;
    }
    const icu::Locale locale(*code);
    icu::UnicodeString name;
    locale.getDisplayLanguage(english, name);
    ++languages;
    EXPECT_EQ(Lang(utf8(name)), *code);
    EXPECT_EQ(Lang(locale.getISO3Language()), *code);
  }
  EXPECT_GE(languages, 180U);
}

}  // namespace
}  // namespace presshawk
