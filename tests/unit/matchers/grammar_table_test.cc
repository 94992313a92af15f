// SPDX-License-Identifier: Apache-2.0
// SPEC QUERY-1 to QUERY-15 and A54, row by row: each form holds where it must, and does
// not where it must not. What the borderline cases are is in query_test.cc and
// in the comparisons with tests/reference.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

struct Text {
  std::string body = {};
  std::string title = {};
  std::string summary = {};
  std::string author = {};
};

// Whether the list `q` holds; `others` are `id: query`.
bool Holds(const std::string& query, const Text& text,
           std::vector<std::pair<std::string, std::string>> others = {}) {
  others.emplace_back("q", query);
  std::vector<WatchList> lists;
  for (const auto& [id, condition] : others) {
    lists.emplace_back();
    lists.back().id = lists.back().name = id;
    lists.back().query = WatchListTerm{condition, {}};
  }
  const auto set = QuerySet::Compile(lists, {});
  EXPECT_TRUE(set.ok());
  for (const Diagnostic& diagnostic : (*set)->diagnostics()) {
    EXPECT_NE(diagnostic.severity, Diagnostic::Severity::kError)
        << FormatText(diagnostic);
  }
  Article article;
  article.id = "one";
  article.lang = "en-US";
  article.country = "us";
  article.source = "The Times";
  article.site = "news.bbc.co.uk";
  const std::string_view tag = "politics";
  const auto set_meta = [&](MetaField field, const std::string_view& value) {
    article.meta[static_cast<size_t>(field)] = {&value, 1};
  };
  set_meta(MetaField::kId, article.id);
  set_meta(MetaField::kLang, article.lang);
  set_meta(MetaField::kCountry, article.country);
  set_meta(MetaField::kSource, article.source);
  set_meta(MetaField::kSite, article.site);
  set_meta(MetaField::kTag, tag);
  article.text = {text.title, text.summary, text.body, text.author};
  ArticleText canonical;
  EXPECT_TRUE(canonical.Assign(article, ~size_t{0}));
  const auto matcher = (*set)->NewMatcher();
  EXPECT_TRUE(matcher->Scan(canonical));
  std::vector<ListSlot> slots;
  matcher->Evaluate(article, canonical, &slots);
  for (const ListSlot slot : slots) {
    if ((*set)->list(slot).id == "q") {
      return true;
    }
  }
  return false;
}

TEST(GrammarTableTest, WordAndPhrase) {
  EXPECT_TRUE(Holds("kremlin", {"The Kremlin said"}));
  EXPECT_FALSE(Holds("kremlin", {"Kremlins said"}));
  EXPECT_TRUE(Holds("\"us election\"", {"the U.S. election"}));
  EXPECT_FALSE(Holds("\"us election\"", {.body = "election", .title = "US"}));
}

TEST(GrammarTableTest, TermsOfTwentyThousandCharacters) {
  const std::string word(20'000, 'a');
  EXPECT_TRUE(Holds(word, {.body = StrCat("x ", word, "!")}));
  EXPECT_FALSE(Holds(word, {.body = word + "a"}));
  EXPECT_FALSE(Holds(word, {.body = word.substr(1)}));
  std::string phrase = "w";
  std::string letters;
  for (int i = 0; i < 3'000; ++i) {
    StrAppend(&phrase, " w", i);
  }
  for (int i = 0; i < 19'000; ++i) {
    letters += "文";
  }
  EXPECT_TRUE(Holds(StrCat("\"", phrase, "\""), {.body = phrase}));
  EXPECT_FALSE(Holds(StrCat("\"", phrase, "\""),
                     {.body = phrase.substr(0, phrase.size() - 1)}));
  EXPECT_TRUE(Holds(letters, {.body = letters}));
  EXPECT_FALSE(Holds(letters, {.body = letters.substr(3)}));
  const std::string start = word.substr(0, 5'000);
  const std::string end = start + "bcz";
  EXPECT_TRUE(Holds(start + "*z", {.body = end}));
  EXPECT_FALSE(Holds(start + "*z", {.body = start}));
}

TEST(GrammarTableTest, Wildcards) {
  EXPECT_TRUE(Holds("Kreml*", {"Kremlology"}));
  EXPECT_TRUE(Holds("*gate", {"Watergate"}));
  EXPECT_TRUE(Holds("wom?n", {"women"}));
  EXPECT_FALSE(Holds("wom?n", {"womn"}));
  EXPECT_TRUE(Holds("\"US elect*\"", {"US electors"}));
  EXPECT_FALSE(Holds("Kreml*", {"Krem lin"}));
}

TEST(GrammarTableTest, WildcardsBesideLettersThatAreWords) {
  EXPECT_TRUE(Holds("\"Mate* 华为\"", {"Mate60 华为手机"}));
  EXPECT_TRUE(Holds("\"华为 Mate*\"", {"在华为Mate60中"}));
  EXPECT_TRUE(Holds("\"苹果 *phone\"", {"苹果iPhone"}));
  EXPECT_TRUE(Holds("\"삼성 *laxy\"", {"삼성 Galaxy"}));
  EXPECT_FALSE(Holds("\"Mate* 华为\"", {"华为 Mate60"}));
  EXPECT_TRUE(Holds("\"Mate* 华为\"~1", {"华为 x Mate60"}));
}

TEST(GrammarTableTest, PunctuationBetweenLettersThatAreWords) {
  EXPECT_TRUE(Holds("日本", {"在日本"}));
  EXPECT_FALSE(Holds("日本", {"16日，本案"}));
  EXPECT_FALSE(Holds("\"日 本\"", {"16日. 本案"}));
  for (const char* const mark : {"，", "、", "。", "．", "！", "？", "；", "：",
                                 "…", "｡", "､", ",", ".", "!", "?", ";", ":"}) {
    EXPECT_FALSE(Holds("日本", {StrCat("日", mark, "本")})) << mark;
    if (StrCat(mark) != "？" && StrCat(mark) != "?") {  // A wildcard.
      EXPECT_TRUE(Holds(StrCat("\"日", mark, "本\""), {"日本"})) << mark;
    }
    EXPECT_TRUE(Holds("\"日. 本\"", {StrCat("日", mark, "本")})) << mark;
  }
  for (const char* const mark :
       {" ", "\n", "·", "・", "‧", "-", "“", "（", "「", "\u3000", "/"}) {
    EXPECT_TRUE(Holds("日本", {StrCat("日", mark, "本")})) << mark;
  }
  // Only the gap that the term has without punctuation must be without it.
  EXPECT_TRUE(Holds("\"你好，李焕英\"", {"你好李焕英"}));
  EXPECT_FALSE(Holds("\"你好，李焕英\"", {"你好，李，焕英"}));
  // Between other words, and beside them, punctuation is what it was.
  EXPECT_TRUE(Holds("\"Mate 华\"", {"Mate, 华"}));
  EXPECT_TRUE(Holds("\"华 Mate\"", {"华。Mate"}));
  EXPECT_FALSE(Holds("\"Mate* 华为\"", {"Mate60 华，为"}));
  EXPECT_FALSE(Holds("\"华为 x\"~3", {"x 华、为"}));
  // Thai letters keep their marks, and symbols are still asked for.
  EXPECT_TRUE(Holds("\"กี่\"", {"กี่"}));
  EXPECT_FALSE(Holds("\"กี่ก\"", {"กี่, ก"}));
  EXPECT_TRUE(Holds("\"日&本\"", {"日 & 本"}));
  EXPECT_FALSE(Holds("\"日&本\"", {"日,&本"}));
}

TEST(GrammarTableTest, SurfaceConditions) {
  EXPECT_TRUE(Holds("{US}", {"the US said"}));
  EXPECT_FALSE(Holds("{US}", {"told us"}));
  EXPECT_TRUE(Holds("#tag", {"a #tag"}));
  EXPECT_FALSE(Holds("#tag", {"a tag"}));
  EXPECT_TRUE(Holds("AT&T", {"AT&T rose"}));
  EXPECT_FALSE(Holds("AT&T", {"at t"}));
}

TEST(GrammarTableTest, Regex) {
  EXPECT_TRUE(Holds("/CVE-\\d{4}-\\d+/", {"see CVE-2024-1234."}));
  EXPECT_FALSE(Holds("/CVE-\\d{4}-\\d+/", {"see cve-2024-1234."}));
  EXPECT_TRUE(Holds("/CVE-\\d{4}-\\d+/i", {"see cve-2024-1234."}));
}

TEST(GrammarTableTest, BooleanOperators) {
  const Text text = {.body = "alpha", .title = "beta"};
  EXPECT_TRUE(Holds("alpha AND beta", text));
  EXPECT_FALSE(Holds("alpha AND gamma", text));
  EXPECT_TRUE(Holds("gamma OR beta", text));
  EXPECT_TRUE(Holds("alpha AND NOT gamma", text));
  EXPECT_FALSE(Holds("alpha AND NOT beta", text));
}

TEST(GrammarTableTest, Near) {
  EXPECT_TRUE(Holds("aa NEAR/2 bb", {"aa x y bb"}));
  EXPECT_TRUE(Holds("aa NEAR/2 bb", {"bb x y aa"}));
  EXPECT_FALSE(Holds("aa NEAR/2 bb", {"aa x y z bb"}));
  EXPECT_FALSE(Holds("aa NEAR/2 bb", {.body = "bb", .title = "aa"}));
  EXPECT_FALSE(Holds("\"aa bb\" NEAR/2 bb", {"aa bb"}));  // Not overlapping.
}

TEST(GrammarTableTest, OrderedNear) {
  EXPECT_TRUE(Holds("aa ONEAR/1 bb", {"aa x bb"}));
  EXPECT_FALSE(Holds("aa ONEAR/1 bb", {"bb x aa"}));
}

TEST(GrammarTableTest, NotNear) {
  EXPECT_TRUE(Holds("aa NOTNEAR/1 bb", {"aa x y bb"}));
  EXPECT_FALSE(Holds("aa NOTNEAR/1 bb", {"aa x bb"}));
  EXPECT_TRUE(Holds("aa NOTNEAR/1 bb", {"aa bb x x x aa"}));
}

TEST(GrammarTableTest, Window) {
  EXPECT_TRUE(Holds("\"aa bb cc\"~1", {"cc aa x bb"}));
  EXPECT_FALSE(Holds("\"aa bb cc\"~1", {"cc x aa x bb"}));
}

TEST(GrammarTableTest, SentenceAndParagraph) {
  EXPECT_TRUE(Holds("aa SENTENCE bb", {"One aa is\nbb. Two."}));
  EXPECT_FALSE(Holds("aa SENTENCE bb", {"One is aa. And bb."}));
  EXPECT_TRUE(Holds("aa PARAGRAPH bb", {"One is aa. And bb."}));
  EXPECT_FALSE(Holds("aa PARAGRAPH bb", {"One is aa.\n\nAnd bb."}));
}

TEST(GrammarTableTest, AtLeast) {
  EXPECT_TRUE(Holds("atleast/2(aa OR bb)", {"aa x bb"}));
  EXPECT_FALSE(Holds("atleast/3(aa OR bb)", {"aa x bb"}));
}

// Two regexes overlap by their spans, all else by its words.
TEST(GrammarTableTest, RegexesWithinOneWord) {
  EXPECT_TRUE(Holds("atleast/2(/[A-Z]{3,5}/)", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("atleast/3(/[A-Z]{3,5}/)", {"AGGRESSION"}));
  EXPECT_TRUE(Holds("atleast/2(/AGG/ OR /SION/)", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("atleast/2(/AGGR/ OR /RES/)", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("atleast/2(/AGG/ OR aggression)", {"AGGRESSION"}));
  EXPECT_TRUE(Holds("/AGG/ SENTENCE /SION/", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("/AGGR/ SENTENCE /RES/", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("/AGG/ SENTENCE aggress*", {"AGGRESSION"}));
  EXPECT_TRUE(Holds("/AGG/ PARAGRAPH /SION/", {"AGGRESSION"}));
  EXPECT_FALSE(Holds("/AGG/ NEAR/5 /SION/", {"AGGRESSION"}));
  // What lies between the words of a phrase is not in its way.
  EXPECT_TRUE(Holds("atleast/2(/a!/ OR /!!+/ OR \"aa bb\")", {"aa!!! bb"}));
  EXPECT_FALSE(Holds("atleast/3(/a!/ OR /!!+/ OR \"aa bb\")", {"aa!!! bb"}));
}

TEST(GrammarTableTest, First) {
  EXPECT_TRUE(Holds("first/2(aa)", {"x aa"}));
  EXPECT_FALSE(Holds("first/2(aa)", {"x x aa"}));
}

TEST(GrammarTableTest, FieldsAndLead) {
  const Text text = {"body aa", "title bb", "summary cc", "author dd"};
  EXPECT_TRUE(Holds("title:bb", text));
  EXPECT_FALSE(Holds("title:aa", text));
  EXPECT_TRUE(Holds("summary:cc", text));
  EXPECT_TRUE(Holds("body:aa", text));
  EXPECT_TRUE(Holds("author:dd", text));
  EXPECT_FALSE(Holds("dd", text));  // The author only where it is asked for.
  std::string late;
  for (int i = 0; i < 60; ++i) {
    late += "x ";
  }
  EXPECT_TRUE(Holds("lead:(aa AND bb)", text));
  EXPECT_FALSE(Holds("lead:aa", {late + "aa"}));
}

TEST(GrammarTableTest, Metadata) {
  const Text text = {"anything"};
  for (const char* const condition :
       {"lang:en", "lang:en-us", "country:us", "country:USA",
        "source:\"The Times\"", "source:the*", "site:bbc.co.uk",
        "site:news.bbc.co.uk", "tag:politics", "id:one"}) {
    EXPECT_TRUE(Holds(condition, text)) << condition;
  }
  for (const char* const condition : {"lang:e", "country:gbr", "source:Times",
                                      "site:co.uk.bbc", "tag:sport", "id:on"}) {
    EXPECT_FALSE(Holds(condition, text)) << condition;
  }
}

TEST(GrammarTableTest, OtherLists) {
  EXPECT_TRUE(Holds("@other AND bb", {"aa bb"}, {{"other", "aa"}}));
  EXPECT_FALSE(Holds("@other AND bb", {"bb"}, {{"other", "aa"}}));
}

TEST(GrammarTableTest, Comments) {
  EXPECT_TRUE(Holds("aa <<< not bb >>> AND cc", {"aa cc"}));
}

}  // namespace
}  // namespace presshawk
