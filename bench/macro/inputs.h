// SPDX-License-Identifier: Apache-2.0
// The corpus, made ready for every stage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/macro/corpus.h"
#include "core/matching/article_processor.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "ingest/json/mapping.h"

namespace presshawk {

// The corpus in every form that a contestant starts from.
struct Inputs {
  std::vector<std::string> lines;  // With room behind, for simdjson.
  std::vector<std::string_view> views;
  std::vector<Payload> payloads;  // The same, numbered.
  uint64_t json_bytes = 0;
  uint64_t text_bytes = 0;             // Of titles and bodies.
  std::vector<std::string> texts;      // "title\nbody", for raw Hyperscan.
  std::vector<std::string> originals;  // Fields that the articles view.
  std::vector<Article> articles;
  std::vector<ArticleText> canonical;
};

Inputs Prepare(Corpus corpus, const Mapping& mapping);

}  // namespace presshawk
