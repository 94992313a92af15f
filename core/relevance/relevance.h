// SPDX-License-Identifier: Apache-2.0
// How sure it is that an article is about what a list asks for (SPEC REL-1).
//
//   RelevanceScorer scorer;
//   scorer.BeginArticle({.title = ..., .body = ..., .lang = "en"}, zones);
//   const Relevance relevance = scorer.Score(hits, hit_count);
//   if (relevance.score < list.min_relevance) ...
//
// LIFE. Reuse one object. What BeginArticle() gets must outlive the last
// Score() for the article.
// THREAD SAFETY. None.
// COST. BeginArticle() reads the title and the first 600 bytes of the body;
// Score() looks at the hits and the words around the first four.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/field.h"
#include "core/model/hit.h"
#include "core/relevance/signals.h"
#include "core/relevance/weights.h"
#include "core/zones/article_zones.h"

namespace presshawk {

// The release of the weights that are built in: `relevance.release` of alerts.
std::string_view RelevanceRelease();

struct RelevanceArticle {
  std::string_view title, summary, body, lang;
};

struct RelevanceHit {
  Field field = Field::kTitle;
  ByteSpan bytes;  // In the text of the field.
  Zone zone = Zone::kMain;
};

struct Relevance {
  int score = 0;  // 0 to 100.
  Signals signals = {};
  uint32_t lines = 0;           // Lines of the body that are no blocks.
  uint32_t lines_with_hit = 0;  // Of these; of the hits that were given.
  uint64_t hit_count = 0;
  // The weights of the score; null where no hit was given, and the score is
  // 100. Each signal adds its value times its weight to the bias.
  const RelevanceWeights* weights = nullptr;
};

class RelevanceScorer {
 public:
  void BeginArticle(const RelevanceArticle& article, const ArticleZones& zones);
  // The first hits of an alert, in order, and the number of all.
  Relevance Score(absl::Span<const RelevanceHit> hits,
                  uint64_t hit_count) const;

 private:
  std::string_view TextOf(Field field) const;
  void CountPlaces(absl::Span<const RelevanceHit> hits,
                   Relevance* relevance) const;
  void LookAround(absl::Span<const RelevanceHit> hits,
                  Relevance* relevance) const;
  float SharedContext(const RelevanceHit& hit) const;

  RelevanceArticle article_;
  const ArticleZones* zones_ = nullptr;
  double words_ = 1;  // Of all texts: an estimate by their length.
  double words_per_byte_ = 0;
  uint32_t headline_end_ = 0;  // In the body, where the title is missing.
  bool roundup_ = false;
  bool english_ = false;
  uint32_t story_lines_ = 0;
  std::bitset<2048> start_words_;  // By hash: of the title and the start.
};

// What speaks for and against the article, in words, as a JSON array of at most
// three texts: ["in the title","5 of 9 paragraphs"].
void AppendWhy(const Relevance& relevance, std::string* json);

}  // namespace presshawk
