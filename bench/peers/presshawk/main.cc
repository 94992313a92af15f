// SPDX-License-Identifier: Apache-2.0
// Ours, from texts in memory to pairs: canonicalize, scan, evaluate.
//
//   presshawk_peer_ours TEXTS LISTS
//
// LISTS: watch-lists whose ids in byte order are the indices of the terms.
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "bench/peers/session.h"
#include "matchers/query_set.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

int Run(const std::string& texts_path, const std::string& lists_path) {
  const PeerTexts texts(texts_path);
  WatchListSet lists;
  if (!LoadWatchLists({lists_path}, &lists).ok()) {
    std::fprintf(stderr, "%s: cannot read this file\n", lists_path.c_str());
    return 3;
  }
  std::shared_ptr<const QuerySet> set;
  const double build_seconds = SecondsOf([&] {
    auto compiled = QuerySet::Compile(lists.lists, {});
    if (compiled.ok()) {
      set = *std::move(compiled);
    }
  });
  if (set == nullptr || set->size() != lists.lists.size()) {
    std::fprintf(stderr, "%s: not every list compiles\n", lists_path.c_str());
    return 3;
  }
  const std::unique_ptr<Matcher> matcher = set->NewMatcher();
  Article article;
  ArticleText text;
  return ServeMatcher(
      "presshawk", build_seconds, texts,
      [&](const PeerText& in, std::vector<uint32_t>* slots) {
        article.text[static_cast<size_t>(Field::kTitle)] =
            in.text.substr(0, in.title_bytes);
        article.text[static_cast<size_t>(Field::kBody)] =
            in.text.substr(in.title_bytes + 1);
        slots->clear();
        if (text.Assign(article, ~size_t{0}) && matcher->Scan(text)) {
          matcher->Evaluate(article, text, slots);
        }
      });
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  return argc == 3 ? presshawk::Run(argv[1], argv[2]) : 2;
}
