// SPDX-License-Identifier: Apache-2.0
// Random lists on real and on own articles: matchers/ against tests/reference.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/forms/form_tables.h"
#include "matchers/query/parser.h"
#include "matchers/query_set.h"
#include "tests/property/matchers/described_hits.h"
#include "tests/property/matchers/random_query.h"
#include "tests/property/matchers/saved_and_opened.h"
#include "tests/property/text/random_text.h"
#include "tests/property/text/shared_texts.h"
#include "tests/reference/matchers/printed_forms.h"
#include "tests/reference/matchers/reference_matcher.h"

namespace presshawk::testing {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

// Own texts, in several scripts, with what the language is about.
std::vector<std::string> OwnTexts() {
  return {
      "The Kremlin’s “US election” bet: a wire story from Washington. AT&T and "
      "C++ users pay 5 % more; U.S. officials asked us to wait. #Kremlin "
      "trends. vice-president and vice president, oil oil oil.",
      "Кремль заявил: выборы в США пройдут 3 ноября. Ёлка, й и ї — буквы.",
      "特朗普与普京通话 AI技术 美国大选 U.S.的 東京タワー 한국어 뉴스",
      "16日，本案 日本 日，本 日 本，日·本 美 国、大。选 美国大选! กี่,ก กี่ก 日 "
      "本",
      "قال الكرملين إنّ الانتخابات الأمريكية ستجري في موعدها الـمحدد",
      "a b c a b a c c b a b c",
      "A said a.\nB said\r\nb, c! C? a b\n \nA b c. a\xE2\x80\xA9"
      "b c\r\n\r\nDr. A met b at 5 p.m. in c. \xC2\x85\xE2\x80\xA8 a",
      "Bank of Kremlin, the Bank Grandny. Banka Banku Banki Bank-ku Bankov: "
      "Kremlin Kremlina Kremlinu kremlini; Europa Europy Europe alEuropa "
      "Bankes w-Bank Grandnego Banka Trump Trumpa C++a C++ AT&T AT&Ta",
      "Кремль Кремля Кремлю, Путин Путина Путину Bank Bank Europy w-Kremlin",
      "US us Us u.s. U.S. #us $us us% {us} us+ C++",
      "The Kremlin said US oil prices fell.\n\nPhoto: a Kremlin guard and oil, "
      "b c a b\n\na b c said he. READ MORE: US oil and the Kremlin\n\n"
      "“The Kremlin will not wait for US oil, a b,” she said.\n\nImage: a b c "
      "oil oil US / Getty Images\n\nc b a. Sign up for our US oil newsletter "
      "b a.\n\nRead more: Kremlin a b\n\n© 2026 US oil Kremlin. All rights "
      "reserved."};
}

// One article made of texts; owns what it shows.
class OwnedArticle {
 public:
  OwnedArticle(std::array<std::string, kFieldCount> texts, size_t number)
      : texts_(std::move(texts)), id_(StrCat("article-", number)) {
    // As a decoder leaves them.
    static constexpr const char* kLanguages[] = {"en", "en-US", "de", "ru",
                                                 "klingon"};
    static constexpr const char* kCountries[] = {"US", "us", "DE", "Usania",
                                                 ""};
    static constexpr const char* kUrls[] = {
        "https://www.news.example.com:443/a?b",
        "https://новости.example.рф/1",
        "http://xn--b1amnebsh.example.xn--p1ai",
        "news.example.com/1",
        "news/1.html",
        "/go?to=https://example.com",
        "example.com is down"};
    language_ = kLanguages[number % std::size(kLanguages)];
    country_ = kCountries[number % 7 % std::size(kCountries)];
    for (size_t i = 0; i < kFieldCount; ++i) {
      article.text[i] = texts_[i];
    }
    article.id = id_;
    article.lang = language_;
    article.url = kUrls[number % std::size(kUrls)];
    article.meta[static_cast<size_t>(MetaField::kId)] = {&article.id, 1};
    article.meta[static_cast<size_t>(MetaField::kLang)] = {&article.lang, 1};
    article.meta[static_cast<size_t>(MetaField::kCountry)] = {&country_, 1};
    article.meta[static_cast<size_t>(MetaField::kSource)] = {&source_, 1};
    article.meta[static_cast<size_t>(MetaField::kTag)] = tags_;
  }
  OwnedArticle(const OwnedArticle&) = delete;

  Article article;

 private:
  const std::array<std::string, kFieldCount> texts_;
  const std::string id_;
  std::string language_;
  std::string_view country_;
  std::string_view source_ = "The  Times";
  std::array<std::string_view, 2> tags_ = {"Politics", "world"};
};

std::string Cut(const std::string& text, size_t bytes_max) {
  size_t end = std::min(text.size(), bytes_max);
  while (end < text.size() && IsUtf8Continuation(text[end])) {
    ++end;
  }
  return text.substr(0, end);
}

struct Lists {
  std::vector<WatchList> lists;
  std::vector<ParsedQuery> parsed;
  reference::ReferenceLists reference;
};

Lists MakeLists(RandomQuery* query, std::mt19937_64* random, size_t count) {
  Lists made;
  std::vector<std::string> ids;
  made.lists.resize(count);
  for (size_t i = 0; i < count; ++i) {
    WatchList& list = made.lists[i];
    list.id = StrCat("list-", i);
    list.name = list.id;
    reference::ReferenceList& as_reference = made.reference[list.id];
    if ((*random)() % 4 == 0) {
      const std::string term = query->Words();
      if (!reference::Canonicalize(term).tokens.empty()) {
        list.terms.push_back({term, {}});
        as_reference.terms.push_back(term);
      }
    }
    static const std::vector<std::string> kForms[] = {
        {}, {"xa"}, {"xb"}, {"xa", "xb"}};
    if ((*random)() % 3 == 0) {
      list.forms = kForms[(*random)() % std::size(kForms)];
      as_reference.languages = *list.forms;
    }
    list.editorial = as_reference.editorial = (*random)() % 4 == 0;
    list.query = WatchListTerm{query->Next(ids), {}};
    made.parsed.push_back(ParseQuery(list.query->text));
    as_reference.query = made.parsed.back().root.get();
    ids.push_back(list.id);
  }
  return made;
}

class RandomListsTest : public ::testing::Test {
 protected:
  // Compares all lists on all articles; counts the pairs.
  void Compare(const Lists& lists,
               const std::vector<std::unique_ptr<OwnedArticle>>& articles) {
    auto query_set = QuerySet::Compile(
        lists.lists,
        {.engine = random_() % 2 == 0 ? QuerySet::Engine::kTokens
                                      : QuerySet::Engine::kHyperscan,
         .forms = reference::TestForms()});
    ASSERT_TRUE(query_set.ok());
    if (random_() % 2 == 0) {  // A generation of a file gives the same answers.
      query_set = SavedAndOpened(**query_set, reference::TestForms().get());
      ASSERT_NE(*query_set, nullptr);
    }
    const std::unique_ptr<Matcher> matcher = (*query_set)->NewMatcher();
    ArticleText text;
    std::vector<ListSlot> slots;
    for (const auto& owned : articles) {
      const Article& article = owned->article;
      ASSERT_TRUE(text.Assign(article, ~size_t{0}));
      ASSERT_TRUE(matcher->Scan(text));
      matcher->Evaluate(article, text, &slots);
      const reference::ReferenceArticle expected(article);
      for (ListSlot slot = 0; slot < (*query_set)->size(); ++slot) {
        const std::string id((*query_set)->list(slot).id);
        const auto& list =
            *std::find_if(lists.lists.begin(), lists.lists.end(),
                          [&](const WatchList& l) { return l.id == id; });
        const bool holds = std::binary_search(slots.begin(), slots.end(), slot);
        ++pairs_;
        ASSERT_EQ(holds, expected.Holds(lists.reference, id))
            << Reproducer(list, article);
        if (!holds) {
          continue;
        }
        ++held_;
        ASSERT_EQ(DescribeHits(matcher.get(), slot, text),
                  DescribeHits(expected, lists.reference, id))
            << Reproducer(list, article);
      }
    }
  }

  std::string Reproducer(const WatchList& list, const Article& article) const {
    std::string text =
        StrCat("PRESSHAWK_SEED=", seed_, "\nquery: ", list.query->text);
    for (const std::string& language :
         list.forms.value_or(std::vector<std::string>())) {
      StrAppend(&text, "\nforms: ", language);
    }
    for (const WatchListTerm& term : list.terms) {
      StrAppend(&text, "\nterm: ", Quoted(term.text));
    }
    StrAppend(&text, list.editorial ? "\nzones: editorial" : "");
    StrAppend(&text, "\nid: ", article.id, " lang: ", article.lang,
              " url: ", article.url);
    for (const Field field : kFields) {
      StrAppend(&text, "\n", FieldName(field), ": ",
                Quoted(article.text_of(field)));
    }
    return text;
  }

  // As CompareOn(), each list a form that asks whether hits overlap.
  void CompareDenseOn(const std::vector<std::string>& texts, size_t rounds) {
    RandomQuery query(texts, &random_);
    for (size_t round = 0; round < rounds && !HasFatalFailure(); ++round) {
      Lists made;
      made.lists.resize(40);
      for (size_t i = 0; i < made.lists.size(); ++i) {
        WatchList& list = made.lists[i];
        list.id = list.name = StrCat("list-", i);
        list.query = WatchListTerm{query.NextDense(), {}};
        made.parsed.push_back(ParseQuery(list.query->text));
        made.reference[list.id].query = made.parsed.back().root.get();
      }
      std::vector<std::unique_ptr<OwnedArticle>> articles;
      for (size_t i = 0; i < 6; ++i) {
        const auto any = [&](size_t bytes_max) {
          return Cut(texts[random_() % texts.size()], bytes_max);
        };
        articles.push_back(std::make_unique<OwnedArticle>(
            std::array<std::string, kFieldCount>{any(30), "", any(90), ""}, i));
      }
      Compare(made, articles);
    }
  }

  // Articles that mix `texts`, and lists about their words.
  void CompareOn(const std::vector<std::string>& texts, size_t rounds,
                 size_t lists, size_t articles) {
    RandomQuery query(texts, &random_, /*with_forms=*/true);
    const auto any = [&](size_t bytes_max) {
      return Cut(texts[random_() % texts.size()], bytes_max);
    };
    for (size_t round = 0; round < rounds && !HasFatalFailure(); ++round) {
      std::vector<std::unique_ptr<OwnedArticle>> made;
      for (size_t i = 0; i < articles; ++i) {
        made.push_back(std::make_unique<OwnedArticle>(
            std::array<std::string, kFieldCount>{any(120), any(200), any(3000),
                                                 any(30)},
            i));
      }
      Compare(MakeLists(&query, &random_, lists), made);
    }
  }

  void TearDown() override {
    std::printf("%llu pairs compared, %llu held\n",
                static_cast<unsigned long long>(pairs_),
                static_cast<unsigned long long>(held_));
  }

  const uint64_t seed_ = FromEnvironment("PRESSHAWK_SEED", 20260101);
  const size_t rounds_ = FromEnvironment("PRESSHAWK_CASES", 3);
  std::mt19937_64 random_{seed_};
  uint64_t pairs_ = 0;
  uint64_t held_ = 0;
};

TEST_F(RandomListsTest, OwnArticlesEqualTheReference) {
  CompareOn(OwnTexts(), 10 * rounds_, 60, 20);
  EXPECT_GT(held_, pairs_ / 50);
}

TEST_F(RandomListsTest, RegexesThatOverlapEqualTheReference) {
  CompareDenseOn(OwnTexts(), 2 * rounds_);
  CompareDenseOn({"AGGRESSION aggression, aa!! bb!? (cc)!", "½ cup: 1½ 2 3¾!",
                  "a!b!!c d.e, f-g!!! h", "U.S. AI技术!! 美国,x",
                  "I.B.M. and N.A.T.O.! e\u0301te\u0301! o'k"},
                 6 * rounds_);
  EXPECT_GT(held_, pairs_ / 10);
}

TEST_F(RandomListsTest, ArticlesOfEveryLanguageEqualTheReference) {
  const std::vector<SampleFile> files =
      SampleArticles(PRESSHAWK_SHARED_DATA, 20'000);
  if (files.empty()) {
    GTEST_SKIP() << "no shared data here";
  }
  for (const SampleFile& file : files) {
    SCOPED_TRACE(file.name);
    CompareOn(file.texts, rounds_, 60, 10);
    if (HasFatalFailure()) {
      return;
    }
  }
  EXPECT_GT(held_, pairs_ / 100);
}

}  // namespace
}  // namespace presshawk::testing
