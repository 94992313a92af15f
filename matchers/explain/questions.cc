// SPDX-License-Identifier: Apache-2.0
#include "matchers/explain/questions.h"

#include "core/alerts/alert_builder.h"
#include "core/alerts/placed_hits.h"
#include "core/base/check.h"
#include "core/base/str_cat.h"
#include "core/zones/article_zones.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

// Enough to tell where a term is; a limit for what a person reads.
constexpr size_t kHitsMax = 1000;

AnswerHit Place(const ArticleText& text, const ArticleZones& zones,
                const PlacedHit& placed) {
  AnswerHit hit;
  hit.field = placed.field;
  hit.span = placed.code_points;
  hit.bytes = placed.bytes;
  hit.text =
      text.original(placed.field)
          .substr(placed.bytes.begin, placed.bytes.end - placed.bytes.begin);
  const ArticleText::TokenSpan tokens =
      text.TokensTouching(placed.field, placed.bytes);
  hit.token_begin = tokens.begin;
  hit.token_end = tokens.end;
  hit.zone = zones.At(placed.field, placed.bytes.begin);
  return hit;
}

}  // namespace

void Questions::Add(const Question& question) { answers_[question]; }

absl::Status Questions::Ask(const Article& article, const ArticleText& text) {
  std::vector<WatchList> all = lists_;
  std::map<std::string, Answer*> by_id;
  for (auto& [question, answer] : answers_) {
    WatchList list;
    // No id of a file has a space: none can be the same.
    list.id = StrCat("question ", by_id.size());
    list.name = list.id;
    list.query = WatchListTerm{question.query, {}};
    list.editorial = question.editorial;
    by_id.emplace(list.id, &answer);
    all.push_back(std::move(list));
  }
  const auto query_set = QuerySet::Compile(all, {.forms = forms_});
  if (!query_set.ok()) {
    return query_set.status();
  }
  const std::unique_ptr<Matcher> matcher = (*query_set)->NewMatcher();
  if (!matcher->Scan(text)) {
    return absl::InternalError("the engine failed on this article");
  }
  std::vector<ListSlot> slots;
  matcher->Evaluate(article, text, &slots);
  ArticleZones zones;
  zones.Assign(text.original(Field::kTitle), text.original(Field::kBody));
  AlertBuilder builder((AlertLimits()));
  builder.BeginArticle(article, text, {});
  std::vector<Hit> hits;
  std::vector<PlacedHit> placed;
  for (const ListSlot slot : slots) {
    const auto answer = by_id.find(std::string((*query_set)->list(slot).id));
    if (answer == by_id.end()) {
      continue;
    }
    answer->second->holds = true;
    matcher->CollectHits(slot, text, &hits);
    answer->second->relevance = builder.RelevanceOf(&hits);
    PlaceHits(text, &hits, kHitsMax, &placed);
    for (const PlacedHit& hit : placed) {
      answer->second->hits.push_back(Place(text, zones, hit));
    }
  }
  return absl::OkStatus();
}

const Answer& Questions::of(const Question& question) const {
  const auto answer = answers_.find(question);
  PRESSHAWK_CHECK(answer != answers_.end());
  return answer->second;
}

}  // namespace presshawk
