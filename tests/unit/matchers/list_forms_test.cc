// SPDX-License-Identifier: Apache-2.0
// SPEC FORMS-6 to FORMS-11: forms in lists and in queries. The languages xa and
// xb are invented (tests/support/forms).
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/forms/form_tables.h"
#include "matchers/list_hints.h"
#include "matchers/query/lower_case_words.h"
#include "matchers/query/parser.h"
#include "matchers/query/term_language.h"
#include "matchers/query_set.h"
#include "matchers/term_forms.h"
#include "matchers/watchlist_version.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::shared_ptr<const FormTables> Tables() {
  static const auto* const tables = new std::shared_ptr<const FormTables>(
      std::make_shared<const FormTables>(PRESSHAWK_TEST_FORMS));
  return *tables;
}

// Lists in YAML, and what is wrong with them.
struct Compiled {
  std::shared_ptr<const QuerySet> set;
  std::string errors;
};

Compiled Compile(const std::string& yaml,
                 QuerySet::Engine engine = QuerySet::Engine::kAuto,
                 std::shared_ptr<const FormTables> tables = Tables()) {
  WatchListSet lists;
  ParseWatchLists("lists.yaml", StrCat("watchlists:\n", yaml), &lists);
  Compiled compiled = {
      *QuerySet::Compile(lists.lists, {.engine = engine, .forms = tables}), ""};
  const std::vector<Diagnostic>& found = compiled.set->diagnostics();
  for (const std::vector<Diagnostic>* const all :
       {&std::as_const(lists.diagnostics), &found}) {
    for (const Diagnostic& one : *all) {
      StrAppend(&compiled.errors, FormatText(one), "\n");
    }
  }
  return compiled;
}

// The hits of the list `q` in a body, as `term=text`; empty if it does not
// hold.
std::vector<std::string> Hits(const QuerySet& set, const std::string& body) {
  Article article;
  article.text[static_cast<size_t>(Field::kBody)] = body;
  ArticleText text;
  EXPECT_TRUE(text.Assign(article, ~size_t{0}));
  const auto matcher = set.NewMatcher();
  EXPECT_TRUE(matcher->Scan(text));
  std::vector<ListSlot> slots;
  matcher->Evaluate(article, text, &slots);
  std::vector<std::string> found;
  for (const ListSlot slot : slots) {
    if (set.list(slot).id != "q") {
      continue;
    }
    std::vector<Hit> hits;
    matcher->CollectHits(slot, text, &hits);
    for (const Hit& hit : hits) {
      const ByteSpan span = text.ToOriginal(hit.field, hit.span);
      found.push_back(StrCat(hit.term, "=",
                             body.substr(span.begin, span.end - span.begin)));
    }
  }
  return found;
}

std::vector<std::string> HitsOf(const std::string& query,
                                const std::string& body,
                                const std::string& other = "") {
  const Compiled compiled =
      Compile(StrCat("  - {id: q, query: '", query, "'}\n", other));
  EXPECT_EQ(compiled.errors, "");
  return Hits(*compiled.set, body);
}

TEST(ListFormsTest, TermsAndTheWholeQueryHaveTheFormsOfTheList) {
  for (const QuerySet::Engine engine :
       {QuerySet::Engine::kTokens, QuerySet::Engine::kHyperscan}) {
    const Compiled compiled = Compile(
        "  - {id: q, terms: [Trump], query: 'Kremlin NEAR/1 Europa', "
        "forms: [xa]}\n",
        engine);
    EXPECT_EQ(compiled.errors, "");
    EXPECT_THAT(Hits(*compiled.set, "of Trumpa and Trump"),
                UnorderedElementsAre("Trump=Trumpa", "Trump=Trump"));
    EXPECT_THAT(Hits(*compiled.set, "Kremlinu, Europe"),
                ElementsAre("Kremlin=Kremlinu", "Europa=Europe"));
    EXPECT_THAT(Hits(*compiled.set, "Trumpes, Kremlinern"), IsEmpty());
  }
}

TEST(ListFormsTest, WithoutFormsATermIsFoundAsWritten) {
  EXPECT_THAT(HitsOf("Trump", "of Trumpa"), IsEmpty());
  EXPECT_THAT(HitsOf("forms/xa(Trump) OR Kremlin", "Kremlina"), IsEmpty());
}

TEST(ListFormsTest, BracketsAskForFormsWithinThem) {
  EXPECT_THAT(HitsOf("forms/xa(Trump) AND Kremlin", "Trumpa Kremlin"),
              ElementsAre("Trump=Trumpa", "Kremlin=Kremlin"));
  EXPECT_THAT(HitsOf("FORMS/XA (Trump)", "Trumpu"),
              ElementsAre("Trump=Trumpu"));
  EXPECT_THAT(HitsOf("forms/xa,xb(Trump)", "Trumpu Trumpes"),
              ElementsAre("Trump=Trumpu", "Trump=Trumpes"));
  EXPECT_THAT(HitsOf("forms/xa(forms/xb(Trump))", "Trumpu Trumpes"),
              ElementsAre("Trump=Trumpu", "Trump=Trumpes"));
  EXPECT_THAT(HitsOf("body:forms/xa(NOT Trump) AND Kremlin", "Kremlin Trumpa"),
              IsEmpty());
  EXPECT_THAT(HitsOf("forms/xa(Trump) NEAR/0 Kremlin", "Kremlin Trumpu"),
              ElementsAre("Trump=Trumpu", "Kremlin=Kremlin"));
  EXPECT_THAT(
      HitsOf("atleast/2(forms/xa(Trump OR Kremlin))", "Trumpu Kremlina"),
      ElementsAre("Trump=Trumpu", "Kremlin=Kremlina"));
}

TEST(ListFormsTest, WindowsTakeTheFormsOfEachPiece) {
  EXPECT_THAT(HitsOf("forms/xa(\"Trump Bank\"~1)", "Banka of Trumpu"),
              ElementsAre("\"Trump Bank\"~1=Banka of Trumpu"));
  // `Bank-ku` is two tokens, which do not count as extra words.
  EXPECT_THAT(HitsOf("forms/xa(\"Trump Bank\"~0)", "Bank-ku Trumpu"),
              ElementsAre("\"Trump Bank\"~0=Bank-ku Trumpu"));
  EXPECT_THAT(HitsOf("\"Trump Bank\"~1", "Banka of Trumpu"), IsEmpty());
}

TEST(ListFormsTest, APhraseHasTheFormsInWhichItsWordsAgree) {
  EXPECT_THAT(HitsOf("forms/xa(\"Grandny Bank\")", "Grandnego Banka"),
              ElementsAre("Grandny Bank=Grandnego Banka"));
  EXPECT_THAT(HitsOf("forms/xa(\"Grandny Bank\")", "Grandny Banka"), IsEmpty());
}

TEST(ListFormsTest, BracesWildcardsAndRegexesHaveNone) {
  EXPECT_THAT(HitsOf("forms/xa({Trump})", "Trumpa"), IsEmpty());
  EXPECT_THAT(HitsOf("forms/xa(Tr?mp)", "Trumpa"), IsEmpty());
  EXPECT_THAT(HitsOf("forms/xa(/Trump\\b/)", "Trumpa"), IsEmpty());
}

TEST(ListFormsTest, AFormHasTheSymbolsOfItsTerm) {
  EXPECT_THAT(HitsOf("forms/xa(\"#Trump\")", "Trumpa #Trump"),
              ElementsAre("#Trump=Trump"));
}

TEST(ListFormsTest, AReferenceBringsItsOwnForms) {
  const std::string plain = "  - {id: other, terms: [Trump]}\n";
  const std::string declined = "  - {id: other, terms: [Trump], forms: [xa]}\n";
  EXPECT_THAT(HitsOf("forms/xa(@other OR Kremlin)", "Trumpa", plain),
              IsEmpty());
  EXPECT_THAT(HitsOf("@other AND Kremlin", "Trumpa Kremlin", declined),
              ElementsAre("Trump=Trumpa", "Kremlin=Kremlin"));
  EXPECT_THAT(HitsOf("@other NEAR/2 Kremlin", "Trumpa Kremlin", declined),
              ElementsAre("Trump=Trumpa", "Kremlin=Kremlin"));
}

TEST(ListFormsTest, FormsAreOneTermForCounts) {
  EXPECT_THAT(HitsOf("atleast/2(forms/xa(Trump))", "Trumpa"), IsEmpty());
  EXPECT_THAT(HitsOf("forms/xa(atleast/2(Trump))", "Trump of Trumpa"),
              ElementsAre("Trump=Trump", "Trump=Trumpa"));
}

TEST(ListFormsTest, AllFilesCanAskForForms) {
  WatchListSet set;
  ParseWatchLists("a.yaml",
                  "watchlists:\n  - {id: a, terms: [x], forms: [xb, xa]}\n"
                  "  - {id: b, terms: [x], forms: []}\n"
                  "  - {id: c, terms: [x], forms: }\n",
                  &set);
  ParseWatchLists("a.ndjson", R"({"id":"d","terms":["x"],"forms":["xa"]})",
                  &set);
  ParseWatchLists("a.csv", "id,term,forms\ne,x,xa xb\ne,y,\nf,y,\"xb, xa\"\n",
                  &set);
  ASSERT_EQ(set.lists.size(), 6U)
      << (set.diagnostics.empty() ? "" : FormatText(set.diagnostics[0]));
  SetDefaultForms({"yy"}, &set.lists);
  EXPECT_THAT(*set.lists[0].forms, ElementsAre("xa", "xb"));
  EXPECT_THAT(*set.lists[1].forms, IsEmpty());
  EXPECT_THAT(*set.lists[2].forms, ElementsAre("yy"));
  EXPECT_THAT(*set.lists[3].forms, ElementsAre("xa"));
  EXPECT_THAT(*set.lists[4].forms, ElementsAre("xa", "xb"));
  EXPECT_THAT(*set.lists[5].forms, ElementsAre("xa", "xb"));
}

TEST(ListFormsTest, MistakesNameTheirPlaceAndWhatToDo) {
  EXPECT_THAT(Compile("  - {id: a, terms: [x], forms: [xa, xa]}\n").errors,
              HasSubstr("lists.yaml:2:37: error: `xa` stands twice"));
  EXPECT_THAT(Compile("  - {id: a, terms: [x], forms: [Russian]}\n").errors,
              HasSubstr("no code of a language"));
  EXPECT_THAT(Compile("  - {id: a, terms: [x], forms: xa}\n").errors,
              HasSubstr("`forms` is a list of languages"));
  const std::string missing =
      Compile("  - {id: a, terms: [x], forms: [zz]}\n").errors;
  EXPECT_THAT(missing, HasSubstr("no forms of `zz`"));
  EXPECT_THAT(missing, HasSubstr("there are xa, xb"));
  EXPECT_THAT(missing, HasSubstr("install the table"));
  EXPECT_THAT(Compile("  - {id: a, query: 'b AND forms/zz(x)'}\n").errors,
              HasSubstr("lists.yaml:2:27: error: no forms of `zz`"));
  EXPECT_THAT(Compile("  - {id: a, terms: [x], forms: [xa]}\n",
                      QuerySet::Engine::kAuto, nullptr)
                  .errors,
              HasSubstr("there are no tables of forms here"));
}

TEST(ListFormsTest, TheVersionHasTheLanguagesBehindEverythingElse) {
  WatchList list;
  list.terms = {{"Kremlin", {}}};
  const std::string plain = WatchListVersion(list, {});
  list.forms.emplace();
  EXPECT_EQ(WatchListVersion(list, {}), plain);
  list.forms = {"ru", "uk"};
  EXPECT_EQ(WatchListVersion(list, {}), HexPrefix(Sha256()
                                                      .Add("t")
                                                      .AddTerminated("Kremlin")
                                                      .Add("f")
                                                      .AddTerminated("ru")
                                                      .Add("f")
                                                      .AddTerminated("uk")
                                                      .Finish(),
                                                  8));
}

TEST(ListFormsTest, TheReleaseNamesTheTablesThatAConditionUses) {
  const Compiled compiled = Compile(
      "  - {id: a, terms: [x]}\n"
      "  - {id: b, terms: [x], forms: [xb]}\n"
      "  - {id: c, query: '@b OR forms/xa(x)'}\n");
  ASSERT_EQ(compiled.set->size(), 3U) << compiled.errors;
  const std::string xa = StrCat("xa:", (*Tables()->Get("xa"))->release());
  const std::string xb = StrCat("xb:", (*Tables()->Get("xb"))->release());
  EXPECT_EQ(compiled.set->list(0).forms_release, "");
  EXPECT_EQ(compiled.set->list(1).forms_release, xb);
  EXPECT_EQ(compiled.set->list(2).forms_release, StrCat(xa, ",", xb));
  EXPECT_THAT(LanguagesOfRelease(StrCat(xa, ",", xb)), ElementsAre("xa", "xb"));
  EXPECT_EQ(DescriptionDigest("n", "{}", "", kNoMinRelevance),
            Sha256().Add(R"({"labels":{},"name":"n"})").Finish());
  EXPECT_EQ(DescriptionDigest("n", "{}", "xa:1", kNoMinRelevance),
            Sha256()
                .Add(R"({"forms_release":"xa:1","labels":{},"name":"n"})")
                .Finish());
}

// A folder with a table `xa` of its own.
class OtherTables {
 public:
  explicit OtherTables(const std::string& more) {
    std::filesystem::create_directories(path_);
    std::ifstream from(StrCat(PRESSHAWK_TEST_FORMS, "/xa"));
    std::ofstream(path_ + "/xa") << from.rdbuf() << more;
  }
  ~OtherTables() { std::filesystem::remove_all(path_); }
  std::shared_ptr<const FormTables> get() const {
    return std::make_shared<const FormTables>(path_);
  }

 private:
  const std::string path_ = StrCat(::testing::TempDir(), "/forms-", getpid());
};

TEST(ListFormsTest, AGenerationOfOtherTablesIsNotOpened) {
  const OtherTables other("noun m x| : - yz zz\n");
  const std::string lists = "  - {id: q, terms: [Trump], forms: [xa]}\n";
  const Compiled old = Compile(lists);
  const Compiled now = Compile(lists, QuerySet::Engine::kAuto, other.get());
  EXPECT_NE(old.set->id(), now.set->id());
  EXPECT_EQ(old.set->list(0).version, now.set->list(0).version);
  const std::string path =
      StrCat(::testing::TempDir(), "/list-forms-", getpid());
  const CacheKey key = Sha256().Add(path).Finish();
  if (absl::Status saved = old.set->Save(path, key, ""); !saved.ok()) {
    GTEST_SKIP() << saved;  // No build id.
  }
  const auto opened = QuerySet::Open(path, key, Tables().get());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->query_set->id(), old.set->id());
  EXPECT_EQ(opened->query_set->list(0).forms_release,
            old.set->list(0).forms_release);
  EXPECT_THAT(Hits(*opened->query_set, "Trumpa"), ElementsAre("Trump=Trumpa"));
  EXPECT_THAT(
      std::string(
          QuerySet::Open(path, key, other.get().get()).status().message()),
      HasSubstr("other tables of forms"));
  EXPECT_FALSE(QuerySet::Open(path, key, nullptr).ok());
  std::filesystem::remove(path);
}

TEST(ListFormsTest, TheCanonicalFormOfAQueryKeepsItsForms) {
  const ParsedQuery parsed =
      ParseQuery("forms/xb,xa (a OR b) AND NOT Forms/xa(c)");
  ASSERT_NE(parsed.root, nullptr);
  EXPECT_EQ(PrintQuery(*parsed.root),
            "forms/xa,xb(a OR b) AND NOT forms/xa(c)");
  EXPECT_EQ(ParseQuery("forms/W-2").problems.size(), 0U);  // A phrase.
}

std::string HintsOf(const std::string& yaml) {
  WatchListSet set;
  ParseWatchLists("lists.yaml", StrCat("watchlists:\n", yaml), &set);
  std::string text;
  for (const Diagnostic& one : HintsAboutForms(set.lists, *Tables())) {
    StrAppend(&text, FormatText(one), "\n");
  }
  return text;
}

TEST(ListHintsTest, SaysNothingWhereFormsAreAskedOrTheLanguageIsNotClear) {
  EXPECT_EQ(HintsOf("  - {id: a, terms: [Kremlin]}\n"), "");
  EXPECT_EQ(HintsOf("  - {id: a, terms: [Trump], forms: [xa]}\n"), "");
}

TEST(TermLanguageTest, OneLanguagesLettersMakeItClear) {
  const auto language = [](const std::vector<std::string>& terms) {
    return std::string(LanguageOfTerms(terms));
  };
  EXPECT_EQ(language({"Київ"}), "uk");
  EXPECT_EQ(language({"Україна", "Москва"}), "uk");
  EXPECT_EQ(language({"Рыбинск"}), "ru");
  EXPECT_EQ(language({"ВЫБОРЫ"}), "ru");
  EXPECT_EQ(language({"Мінск, выбары"}), "be");
  EXPECT_EQ(language({"България"}), "bg");
  EXPECT_EQ(language({"Ѓорѓиев"}), "mk");
  EXPECT_EQ(language({"Łódź"}), "pl");
  EXPECT_EQ(language({"Dvořák"}), "cs");
  EXPECT_EQ(language({"Šaľa"}), "sk");
  EXPECT_EQ(language({"Gießen"}), "de");
  EXPECT_EQ(language({"الحكومة"}), "ar");
  EXPECT_EQ(language({"Москва"}), "");
  EXPECT_EQ(language({"Warszawa", "US election"}), "");
  EXPECT_EQ(language({"Київ", "Рыбинск"}), "");
  EXPECT_EQ(language({}), "");
}

TEST(TermLanguageTest, ACapitalSpeaksAsItsSmallLetterDoes) {
  const auto language = [](const std::vector<std::string>& terms) {
    return std::string(LanguageOfTerms(terms));
  };
  EXPECT_EQ(language({"Ґрунт"}), "uk");
  EXPECT_EQ(language({"Ґрунт", "Рыбинск"}), "");
  // Polish and German have no Å.
  EXPECT_EQ(language({"Łódź", "Åland"}), "");
  EXPECT_EQ(language({"Åse Müßig"}), "");
}

TEST(LowerCaseWordTest, CapitalsThatAreWordsAreKnown) {
  EXPECT_EQ(LowerCaseWordOf("DLR")->meaning, "dollars");
  EXPECT_EQ(LowerCaseWordOf("ICE")->word, "ice");
  EXPECT_FALSE(LowerCaseWordOf("Ice").has_value());
  EXPECT_FALSE(LowerCaseWordOf("OPEC").has_value());
  EXPECT_FALSE(LowerCaseWordOf("").has_value());
  EXPECT_THAT(Compile("  - {id: a, terms: [DLR]}\n").errors,
              HasSubstr("`DLR` also finds `dlr` (dollars)"));
  EXPECT_THAT(Compile("  - {id: a, query: '{DLR}'}\n").errors,
              Not(HasSubstr("also finds")));
}

}  // namespace
}  // namespace presshawk
