// SPDX-License-Identifier: Apache-2.0
// The way of an article as `match` goes it, for contestants.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bench/macro/inputs.h"
#include "core/base/str_cat.h"
#include "core/matching/article_consumers.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query_set.h"

namespace presshawk {

inline constexpr size_t kGroup = 64;  // Articles a call, as from a batch.

// Each returns something that depends on all its work.

inline uint64_t DecodeAll(const Inputs& inputs, JsonArticleDecoder* decoder) {
  static std::vector<Article> articles;
  static std::vector<Reject> rejects;
  uint64_t decoded = 0;
  const absl::Span<const std::string_view> views = inputs.views;
  for (size_t i = 0; i < views.size(); i += kGroup) {
    decoder->Decode(views.subspan(i, kGroup), &articles, &rejects);
    decoded += articles.size();
  }
  return decoded;
}

inline uint64_t AssignAll(const Inputs& inputs, ArticleText* text) {
  uint64_t assigned = 0;
  for (const Article& article : inputs.articles) {
    assigned += text->Assign(article, ~size_t{0}) ? 1 : 0;
  }
  return assigned;
}

// Gives the articles to `consumer`, in groups as they come in batches.
template <typename Consumer>
void Process(const Inputs& inputs, ArticleProcessor* processor,
             Consumer* consumer) {
  StageTicks ticks;
  const absl::Span<const Payload> payloads = inputs.payloads;
  for (size_t i = 0; i < payloads.size(); i += kGroup) {
    ConsumeAll(payloads.subspan(i, kGroup), processor, &ticks, consumer);
  }
}

// One list a term.
inline std::shared_ptr<const QuerySet> CompileTerms(
    const std::vector<std::string>& terms, QuerySet::Engine engine) {
  std::vector<WatchList> lists(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    lists[i].id = lists[i].name = StrCat("t", i);
    lists[i].terms.push_back({terms[i], {}});
  }
  auto set = QuerySet::Compile(lists, {.engine = engine});
  if (!set.ok() || (*set)->size() != terms.size()) {
    std::fprintf(stderr, "the lists do not compile\n");
    std::exit(1);
  }
  return *set;
}

}  // namespace presshawk
