// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/inputs.h"

#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {

Inputs Prepare(Corpus corpus, const Mapping& mapping) {
  Inputs inputs;
  inputs.lines = std::move(corpus.lines);
  inputs.json_bytes = corpus.bytes;
  inputs.originals.reserve(inputs.lines.size() * 2);
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  for (std::string& line : inputs.lines) {
    line.reserve(line.size() + kTextPaddingBytes);
    const std::string_view view = line;
    inputs.views.push_back(view);
    decoder.Decode({&view, 1}, &articles, &rejects);
    if (articles.empty()) {
      continue;
    }
    Article article;
    for (const Field field : {Field::kTitle, Field::kBody}) {
      inputs.originals.emplace_back(articles[0].text_of(field));
      article.text[static_cast<size_t>(field)] = inputs.originals.back();
      inputs.text_bytes += inputs.originals.back().size();
    }
    inputs.texts.push_back(StrCat(article.text_of(Field::kTitle), "\n",
                                  article.text_of(Field::kBody)));
    inputs.articles.push_back(article);
  }
  for (const Article& article : inputs.articles) {
    ArticleText text;
    if (text.Assign(article, ~size_t{0})) {
      inputs.canonical.push_back(std::move(text));
    }
  }
  inputs.payloads = NumberedPayloads(inputs.views);
  return inputs;
}

}  // namespace presshawk
