// SPDX-License-Identifier: Apache-2.0
#include "matchers/import/import.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matchers/import/dialect.h"
#include "matchers/import/foreign_operators.h"
#include "matchers/import/list_ids.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* vendor;  // Their query.
  const char* ours;    // Empty: an error.
  const char* note;    // A part of a note; empty: none.
};

void Expect(Dialect dialect, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.vendor);
    const ImportedQuery imported = ImportQuery(c.vendor, {.dialect = dialect});
    EXPECT_EQ(imported.query, c.ours);
    std::string notes;
    for (const ImportNote& note : imported.notes) {
      notes += note.message + "\n";
      EXPECT_EQ(note.is_error, *c.ours == '\0') << note.message;
    }
    if (*c.note == '\0') {
      EXPECT_EQ(notes, "");
    } else {
      EXPECT_THAT(notes, HasSubstr(c.note));
    }
  }
}

TEST(ImportTest, Brandwatch) {
  Expect(Dialect::kBrandwatch,
         {{"apple NOT (pie OR juice)", "apple AND NOT (pie OR juice)", ""},
          {"(a1 OR a2) NEAR/5 (b1)", "(a1 OR a2) NEAR/5 b1", ""},
          {"apple NEAR/2f pie", "apple ONEAR/2 pie", ""},
          {"\"apple pie\"~5", "\"apple pie\"~5", "counts the other words"},
          {"((aa OR bb) AND cc)~5", "(aa OR bb) NEAR/5 cc", "counts the other"},
          {"apple pie", "apple AND pie", ""},
          {"{BT} AND {Bt}", "{BT} AND {Bt}", "the capitals alone"},
          {"aa <<<why>>> AND bb", "aa AND bb", ""},
          {"title:(aa OR bb)", "title:(aa OR bb)", ""},
          {"site:bbc.co.uk AND language:en", "site:bbc.co.uk AND lang:en", ""},
          {"country:(gbr OR usa)", "country:gbr OR country:usa", "codes"},
          {"caf\u00E9", "caf\u00E9", "the accented form alone"},
          {"aa OR bb AND cc", "", "mixed without brackets"},
          {"aa NEAR/2 bb NEAR/2 cc", "", "terms, or brackets of terms"},
          {"rating:[1 TO 5] AND aa", "", "the field rating"},
          {"aa AND ()", "", "nothing between"},
          {"\"aa", "", "not closed"},
          {"(aa OR bb", "", "not closed"},
          {"aa OR bb)", "", "not opened"},
          {"NOT aa", "", "contain nothing of the query"},
          {"", "", "missing"}});
}

TEST(ImportTest, Meltwater) {
  Expect(Dialect::kMeltwater,
         {{"Tesla or (Volvo near electric)", "Tesla OR (Volvo NEAR/4 electric)",
           ""},
          {"aa ONEAR/10 bb", "aa ONEAR/10 bb", ""},
          {"aa OR bb AND cc NOT dd", "aa OR (bb AND cc AND NOT dd)", ""},
          {"orchard^9 AND aa", "orchard AND aa", "only ranks"},
          {"electric car", "", "side by side"}});
}

TEST(ImportTest, Factiva) {
  Expect(Dialect::kFactiva,
         {{"technology spending and canada",
           "\"technology spending\" AND canada", ""},
          {"aa adj bb", "aa ONEAR/0 bb", ""},
          {"aa adj5 bb", "aa ONEAR/4 bb", ""},
          {"aa w/2 bb", "aa ONEAR/1 bb", ""},
          {"aa near5 (bb or cc)", "aa NEAR/4 (bb OR cc)", ""},
          {"aa /N30/ bb", "aa NEAR/29 bb", ""},
          {"aa same bb", "aa PARAGRAPH bb", ""},
          {"aa near0 bb", "", "differ by 1"},
          {"atleast10 Olympics", "atleast/10(Olympics)", ""},
          {"hd=(merger or takeover) and by=smith",
           "title:(merger OR takeover) AND author:smith", ""},
          {"hlp=merger", "lead:merger", "first 60 words"},
          {"sn=reuters", "source:reuters", ""},
          {"manag$3", "manag*", "any number"},
          {"aa not bb or cc", "(aa AND NOT bb) OR cc", ""},
          {"aa % bb", "", "no counterpart"},
          {"wc>500 and aa", "", "no counterpart"},
          {"co=ibm", "", "the field co"}});
}

TEST(ImportTest, LexisNexis) {
  Expect(Dialect::kLexisNexis,
         {{"recycl! W/10 packag! OR container AND fast",
           "(recycl* NEAR/10 (packag* OR container)) AND fast", "not known"},
          {"aa pre/3 bb", "aa ONEAR/3 bb", "not known"},
          {"aa not w/5 bb", "aa NOTNEAR/5 bb", "not known"},
          {"aa w/s bb", "aa SENTENCE bb", ""},
          {"aa W/P bb", "aa PARAGRAPH bb", ""},
          {"wom*n", "wom?n", ""},
          {"aa and bb and not cc or dd", "aa AND bb AND NOT (cc OR dd)", ""},
          {"stock market crash", "\"stock market crash\"", ""},
          {"headline(merger) and byline(smith)",
           "title:merger AND author:smith", ""},
          {"atleast5(allcaps(rico))", "atleast/5({RICO})", ""},
          {"caps(Apple)", "", "no counterpart of caps"},
          {"aa w/seg bb", "", "no counterpart"},
          {"term(bb)", "", "the field term"}});
}

TEST(ImportTest, DistancesThatAreNotKnownCanBePositions) {
  EXPECT_EQ(ImportQuery("aa w/5 bb", {.dialect = Dialect::kLexisNexis,
                                      .unknown_distance_is_positions = true})
                .query,
            "aa NEAR/4 bb");
}

TEST(ImportTest, Cision) {
  Expect(Dialect::kCision,
         {{"cs(\"BEST\") AND NOT aa", "{BEST} AND NOT aa", ""},
          {"headline(\"aa bb\")", "title:\"aa bb\"", ""},
          {"publication(\"The Times\")", "source:\"The Times\"", ""},
          {"aa w/5 bb", "aa NEAR/5 bb", "not known"},
          {"aa OR bb AND cc", "aa OR (bb AND cc)", "more tightly"},
          {"aa bb", "", "side by side"},
          {"tk_location:\"Paris\" AND aa", "", "tk_location"}});
}

TEST(ImportTest, Talkwalker) {
  Expect(Dialect::kTalkwalker,
         {{"tesla AND \"electric car\" AND lang:en",
           "tesla AND \"electric car\" AND lang:en", ""},
          {"tesla -model", "tesla AND NOT model", ""},
          {"aa SENTENCE bb", "aa SENTENCE bb", ""},
          {"aa NEAR/3 bb", "aa NEAR/3 bb", "not known"},
          {"sourcetype:ONLINENEWS AND aa", "", "sourcetype"}});
}

TEST(ImportTest, Lucene) {
  Expect(Dialect::kLucene,
         {{"+aa +b*", "", "at least 2"},
          {"+aa +bbb* -cc", "aa AND bbb* AND NOT cc", ""},
          {"aa bb", "aa OR bb", ""},
          {"+aa bb", "aa", "only ranks"},
          {"aa AND bb OR cc", "aa AND bb", "only ranks"},
          {"aa && !bb", "aa AND NOT bb", ""},
          {"title:(aa bb)^2", "title:(aa OR bb)", "only ranks"},
          {"\"aa bb\"~3", "\"aa bb\"~3", "moves of words"},
          {"aa\\:bb", "\"aa:bb\"", ""},
          {"roam~", "", "only similar"},
          {"date:[1 TO 2]", "", "the field date"},
          {"/ab+/", "", "regular expressions"},
          {"-aa", "", "contain nothing"}});
}

TEST(ImportTest, Google) {
  Expect(
      Dialect::kGoogle,
      {{"\"aa\" AND (\"bb\" OR \"cc\")", "\"aa\" AND (\"bb\" OR \"cc\")", ""},
       {"\"aa\" -\"bb\"", "\"aa\" AND NOT \"bb\"", ""},
       {"protests", "protests", "other forms"},
       {"\"aa\" | \"bb\"", "\"aa\" OR \"bb\"", ""},
       {"\"aa\" AROUND(3) \"bb\"", "\"aa\" NEAR/3 \"bb\"", "not known"},
       {"intitle:\"aa\" site:bbc.co.uk", "title:\"aa\" AND site:bbc.co.uk",
        "other forms"},
       {"\"aa\" when:7d", "", "the field when"},
       {"\"Germany) AND aa", "", "not closed"}});
}

std::string NotesOf(const char* query, Dialect dialect) {
  std::string notes;
  for (const ImportNote& note :
       ImportQuery(query, {.dialect = dialect}).notes) {
    notes += note.message + "\n";
  }
  return notes;
}

// Each operator of the table in each dialect: its own, or named with whose it
// is. None becomes a word in silence.
TEST(ImportTest, EveryOperatorOfEveryOtherVendorIsNamed) {
  size_t foreign = 0;
  for (const DialectRules& rules : AllDialectRules()) {
    for (const ForeignOperator& op : ForeignOperators()) {
      SCOPED_TRACE(std::string(rules.name) + ": " + std::string(op.example));
      if (std::find(op.owners.begin(), op.owners.end(), rules.dialect) !=
          op.owners.end()) {
        continue;
      }
      ++foreign;
      const std::string notes =
          NotesOf(std::string(op.example).c_str(), rules.dialect);
      EXPECT_THAT(notes, HasSubstr(VendorsOf(op)));
      const ImportedQuery imported =
          ImportQuery(op.example, {.dialect = rules.dialect});
      if (op.is_error) {
        EXPECT_EQ(imported.query, "");
      }
    }
  }
  EXPECT_GT(foreign, 350U);
}

// An operator of the dialect itself is read as one, or is an error: it is no
// word either.
TEST(ImportTest, ADialectsOwnOperatorsAreNoWords) {
  for (const ForeignOperator& op : ForeignOperators()) {
    for (const Dialect owner : op.owners) {
      const ImportedQuery imported =
          ImportQuery(op.example, {.dialect = owner});
      SCOPED_TRACE(std::string(RulesOf(owner).name) + ": " +
                   std::string(op.example) + " → " + imported.query);
      const bool failed =
          std::any_of(imported.notes.begin(), imported.notes.end(),
                      [](const ImportNote& note) { return note.is_error; });
      EXPECT_EQ(imported.query.empty(), failed);
      EXPECT_EQ(imported.query.find(op.begin.empty() ? "/bb" : op.begin) !=
                        std::string::npos &&
                    imported.query.find('"') != std::string::npos,
                false);
    }
  }
}

TEST(ImportTest, FieldsOfOtherVendorsAreNamed) {
  for (const Dialect dialect :
       {Dialect::kBrandwatch, Dialect::kMeltwater, Dialect::kCision,
        Dialect::kTalkwalker, Dialect::kLucene}) {
    EXPECT_THAT(NotesOf("aa AND inurl:bb", dialect), HasSubstr("Google"));
    EXPECT_THAT(NotesOf("aa AND intitle:bb", dialect), HasSubstr("Google"));
    EXPECT_THAT(NotesOf("aa AND hlead(bb)", dialect), HasSubstr("LexisNexis"));
    EXPECT_THAT(NotesOf("aa AND hd=bb", dialect), HasSubstr("Factiva"));
    EXPECT_THAT(NotesOf("aa AND tk_location:bb", dialect), HasSubstr("Cision"));
  }
  EXPECT_THAT(NotesOf("aa AND title: bb", Dialect::kMeltwater),
              HasSubstr("directly behind the colon"));
}

TEST(ImportTest, SuffixesOfPhrasesAreNamed) {
  EXPECT_THAT(NotesOf("\"aa bb\"~5", Dialect::kGoogle),
              HasSubstr("Lucene, Brandwatch, Meltwater and Talkwalker"));
  EXPECT_THAT(NotesOf("\"aa bb\"^5", Dialect::kFactiva),
              HasSubstr("Meltwater"));
  EXPECT_THAT(NotesOf("\"aa bb\"/2", Dialect::kBrandwatch),
              HasSubstr("Manticore"));
  EXPECT_THAT(NotesOf("aa AND -\"bb\"", Dialect::kMeltwater),
              HasSubstr("Lucene, Talkwalker and Google"));
}

TEST(ImportTest, WordsThatOnlyLookLikeOperatorsStayWords) {
  for (const char* query :
       {"aa AND same AND before", "AC/DC", "\"w/5 near/3\"", "aa AND near"}) {
    const ImportedQuery imported =
        ImportQuery(query, {.dialect = Dialect::kTalkwalker});
    EXPECT_NE(imported.query, "") << query;
    EXPECT_TRUE(imported.notes.empty()) << query;
  }
}

TEST(ListIdsTest, AValidIdStays) {
  ListIds ids;
  EXPECT_EQ(ids.For("us-election.2_A").text, "us-election.2_A");
  EXPECT_EQ(ids.For("other").warning, "");
}

TEST(ListIdsTest, AnotherBecomesLatinWithDigitsOfItsOwn) {
  ListIds ids;
  const ListIds::Id gazprom = ids.For("Газпром");
  EXPECT_THAT(gazprom.text, ::testing::MatchesRegex("Gazprom-[0-9a-f]+"));
  EXPECT_THAT(gazprom.warning, HasSubstr(gazprom.text));
  EXPECT_THAT(ids.For("Роснефт").text,
              ::testing::MatchesRegex("Rosneft-[0-9a-f]+"));
  const std::string one = ids.For("Oil & Gas").text;
  const std::string other = ids.For("Oil + Gas").text;
  EXPECT_THAT(one, ::testing::StartsWith("Oil-Gas-"));
  EXPECT_NE(one, other);
  // Whatever else there is.
  ListIds later;
  EXPECT_EQ(later.For("Oil + Gas").text, other);
  EXPECT_EQ(later.For("Газпром").text, gazprom.text);
}

TEST(ListIdsTest, EveryIdIsValidAndThereOnce) {
  ListIds ids;
  std::set<std::string> seen;
  for (const char* given :
       {"", "!", "!!", "华为", "أرامكو", "삼성", "a", "a", "a", "a-2", "a b",
        "a  b", "Ελλάδα", "Ελλαδα", "🙂", "🙃"}) {
    const std::string id = ids.For(given).text;
    EXPECT_TRUE(seen.insert(id).second) << given << ": " << id;
    EXPECT_THAT(id, ::testing::MatchesRegex("[A-Za-z0-9._-]+")) << given;
    EXPECT_LE(id.size(), 128U);
  }
  EXPECT_LE(ids.For(std::string(500, 'x')).text.size(), 128U);
}

TEST(ImportTest, SpansCountCodePoints) {
  const ImportedQuery imported =
      ImportQuery("\u041A\u0440\u0435\u043C\u043B\u044C AND rating:5",
                  {.dialect = Dialect::kBrandwatch});
  ASSERT_EQ(imported.notes.size(), 1U);
  EXPECT_EQ(imported.notes[0].span.begin, 11U);
  EXPECT_EQ(imported.notes[0].span.end, 19U);
}

TEST(ImportTest, BracketsInBracketsEnd) {
  const std::string deep(10'000, '(');
  const ImportedQuery imported =
      ImportQuery(deep, {.dialect = Dialect::kLucene});
  EXPECT_EQ(imported.query, "");
  std::string fields;
  for (int i = 0; i < 10'000; ++i) {
    fields += "title:";
  }
  EXPECT_EQ(ImportQuery(fields + "aa", {.dialect = Dialect::kBrandwatch}).query,
            "");
}

TEST(ImportTest, CapitalsThatAreCommonWordsBecomeExact) {
  Expect(Dialect::kBrandwatch,
         {{"DLR OR tram", "{DLR} OR tram", "also finds `dlr` (dollars)"},
          {"\"ICE\" AND border", "{ICE} AND border", "the capitals alone"},
          {"\"ICE agents\" AND OPEC", "\"ICE agents\" AND OPEC", ""}});
}

TEST(ImportTest, FormsThatTheVendorFindsAreAskedFor) {
  Expect(Dialect::kGoogle,
         {{"Рыбинск \"Рыбинск\" -авто*",
           "forms/ru(Рыбинск) AND \"Рыбинск\" AND NOT авто*",
           "forms/ru(…) asks for other cases"},
          {"(Рыбинск OR Углич) intitle:Тверь",
           "(forms/ru(Рыбинск) OR forms/ru(Углич)) AND title:forms/ru(Тверь)",
           "for no other words"},
          {"Warszawa", "Warszawa", "unless forms/LANGUAGE(…) asks"}});
}

}  // namespace
}  // namespace presshawk
