// SPDX-License-Identifier: Apache-2.0
// Prints the signals of labelled alerts, from which learn_relevance.py learns
// the weights. A line of standard input is an alert with its article:
//
//   {"list":…,"useful":2,"hit_count":3,"title":…,"summary":…,"body":…,
//    "lang":…,"hits":[{"field":"body","begin":10,"end":17}]}
//
// and a line of standard output is list, useful and the signals, between tabs.
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"
#include "core/relevance/relevance.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using nlohmann::json;

// The byte of the code point with that index.
uint32_t ByteOf(std::string_view text, uint64_t code_point) {
  size_t at = 0;
  while (at < text.size() && code_point-- > 0) {
    at += Utf8Size(text[at]);
  }
  return static_cast<uint32_t>(at);
}

void PrintSignals(const json& alert) {
  const std::string title = alert["title"], summary = alert["summary"],
                    body = alert["body"], lang = alert["lang"];
  ArticleZones zones;
  zones.Assign(title, body);
  RelevanceScorer scorer;
  scorer.BeginArticle({title, summary, body, lang}, zones);
  std::vector<RelevanceHit> hits;
  for (const json& hit : alert["hits"]) {
    const Field field = hit["field"] == "title"     ? Field::kTitle
                        : hit["field"] == "summary" ? Field::kSummary
                                                    : Field::kBody;
    const std::string_view text = field == Field::kTitle     ? title
                                  : field == Field::kSummary ? summary
                                                             : body;
    const ByteSpan bytes = {ByteOf(text, hit["begin"]),
                            ByteOf(text, hit["end"])};
    hits.push_back({field, bytes, zones.At(field, bytes.begin)});
  }
  const Relevance relevance = scorer.Score(hits, alert["hit_count"]);
  std::cout << alert["list"].get<std::string>() << '\t' << alert["useful"];
  for (const float signal : relevance.signals) {
    std::cout << '\t' << signal;
  }
  std::cout << '\n';
}

}  // namespace
}  // namespace presshawk

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    presshawk::PrintSignals(nlohmann::json::parse(line));
  }
  return 0;
}
