// SPDX-License-Identifier: Apache-2.0
// Hits in random articles, whose values are soups of markup under any key and
// in arrays, stand in the JSON where the evidence says (SPEC ALERT-6).
#include "core/alerts/evidence.h"

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/html_text.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

using nlohmann::json;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

// The needle, whole and in pieces that markup and references may part.
constexpr std::array kPieces = {"needle",
                                "needle",
                                " needle ",
                                "n&eacute;edle",
                                "nee",
                                "dle",
                                "<b>",
                                "</b>",
                                "<i class='a > b'>",
                                "</i>",
                                "<p>",
                                "</p>",
                                "<br>",
                                "<img src=needle>",
                                "<script>needle</script>",
                                "<!-- needle -->",
                                "<",
                                ">",
                                "<AAPL.O>",
                                "&amp;",
                                "&shy;",
                                "&nbsp;",
                                "&fjlig;",
                                "&#110;",
                                "&#x65;",
                                "&acE;",
                                "&",
                                "; ",
                                " ",
                                "\n",
                                "\t",
                                "\n\n",
                                "\"",
                                "\\",
                                "/",
                                "~",
                                "é",
                                "e\u0301",
                                "\u0301",
                                "😀",
                                "漢",
                                "𝒏",
                                "\u00AD",
                                "½"};
constexpr std::array kKeys = {"title", "headline", "summary", "description",
                              "body",  "content",  "text",    "author"};

class RandomArticle {
 public:
  explicit RandomArticle(std::mt19937_64* random) : random_(*random) {}

  std::string Json() {
    std::string members;
    for (size_t i = 1 + random_() % 5; i > 0; --i) {
      StrAppend(&members, members.empty() ? "" : ",", "\"",
                kKeys[random_() % kKeys.size()], "\":", Value());
    }
    return StrCat("{", members, "}");
  }

 private:
  std::string Value() {
    if (random_() % 3 != 0) {
      return Text();
    }
    std::string elements;
    for (size_t i = random_() % 4; i > 0; --i) {
      constexpr std::array kNoTexts = {"null", "7", "[\"needle\"]",
                                       "{\"a\":[]}"};
      StrAppend(
          &elements, elements.empty() ? "" : ",",
          random_() % 4 == 0 ? kNoTexts[random_() % kNoTexts.size()] : Text());
    }
    return StrCat("[", elements, "]");
  }

  std::string Text() {
    std::string text;
    for (size_t i = random_() % 12; i > 0; --i) {
      text += kPieces[random_() % kPieces.size()];
    }
    // Half of the texts in ASCII, so that surrogate pairs are decoded.
    return json(text).dump(-1, ' ', random_() % 2 == 0);
  }

  std::mt19937_64& random_;
};

// One article at a time, and where its texts are.
class Located : public TextLocator {
 public:
  bool Decode(std::string_view payload) {
    payload_ = payload;
    decoder_.Decode({&payload_, 1}, &articles_, &rejects_);
    return !articles_.empty() && text_.Assign(articles_[0], 1 << 20);
  }
  bool Locate(Field field, ByteSpan span, TextPlace* place) override {
    return decoder_.Locate(payload_, field, span, place);
  }
  const Article& article() const { return articles_[0]; }
  const ArticleText& text() const { return text_; }

 private:
  JsonArticleDecoder decoder_{*LoadMapping("generic")};
  std::string_view payload_;
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
  ArticleText text_;
};

std::string SliceOf(std::string_view text, CodePointSpan span) {
  std::string slice;
  uint32_t code_points = 0;
  for (const char c : text) {
    code_points += IsUtf8Continuation(c) ? 0 : 1;
    if (code_points > span.begin && code_points <= span.end) {
      slice += c;
    }
  }
  return slice;
}

// What a reader sees of a piece of HTML, without white space.
std::string Shown(const std::string& html) {
  std::string text;
  ToPlainText(html, HtmlMode::kYes, &text);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

// A tag may begin in one value and end in the next, in the middle of a word.
constexpr std::string_view kOverTwoValues = "may run over two values";

// What is wrong with the evidence of a hit; empty if nothing is.
std::string Mistake(const Located& located, const json& article, Field field,
                    ByteSpan hit, Evidence* evidence) {
  const std::string text(
      located.text().original(field).substr(hit.begin, hit.end - hit.begin));
  const std::optional<Evidence::Place> place = evidence->Find(field, hit);
  if (!place.has_value() &&
      located.article().text_of(field).find("; ") != std::string::npos &&
      located.text().extracted(field)) {
    return std::string(kOverTwoValues);
  }
  if (!place.has_value()) {
    const json value = article.value(std::string(FieldName(field)), json());
    return value.is_string() &&
                   SliceOf(value.get<std::string>(),
                           located.text().ToCodePoints(field, hit)) == text
               ? ""
               : "no place for " + text;
  }
  const json::json_pointer pointer(std::string(place->pointer));
  if (!article.contains(pointer) || !article[pointer].is_string()) {
    return StrCat("no text at ", place->pointer);
  }
  const std::string slice =
      SliceOf(article[pointer].get<std::string>(), place->raw);
  const bool is_html = located.text().extracted(field);
  return slice == text || (is_html && Shown(slice) == Shown(text))
             ? ""
             : StrCat(place->pointer, " has ", slice, " for ", text);
}

TEST(EvidenceTest, HitsStandInTheJsonWhereItSays) {
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 20260103);
  std::mt19937_64 random(seed);
  Located located;
  Evidence evidence;
  size_t hits = 0;
  size_t over_two_values = 0;
  const size_t cases = 40'000 * FromEnvironment("PRESSHAWK_SOAK", 1);
  for (size_t i = 0; i < cases; ++i) {
    const std::string payload = RandomArticle(&random).Json();
    if (!located.Decode(payload)) {
      continue;
    }
    evidence.BeginArticle(located.article(), located.text(), &located);
    const json article = json::parse(payload);
    constexpr std::string_view kToken = " needle ";
    const std::string_view canonical = located.text().canonical();
    for (size_t at = canonical.find(kToken); at != std::string_view::npos;
         at = canonical.find(kToken, at + 1)) {
      const auto begin = static_cast<uint32_t>(at + 1);
      const Field field = located.text().FieldAt(begin);
      const ByteSpan hit = located.text().ToOriginal(
          field, {begin, begin + static_cast<uint32_t>(kToken.size()) - 2});
      const std::string mistake =
          Mistake(located, article, field, hit, &evidence);
      over_two_values += mistake == kOverTwoValues ? 1 : 0;
      ASSERT_TRUE(mistake.empty() || mistake == kOverTwoValues)
          << mistake << ": " << payload << " PRESSHAWK_SEED=" << seed;
      ++hits;
    }
  }
  EXPECT_GT(hits, cases / 4);
  EXPECT_LT(over_two_values, hits / 100);
}

}  // namespace
}  // namespace presshawk
