// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/boolean_lists.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include "bench/macro/rounds.h"
#include "core/base/str_cat.h"
#include "matchers/query_set.h"
#include "tests/support/boolean_queries.h"

namespace presshawk {
namespace {

constexpr size_t kLists = 10'000;

using Set = std::shared_ptr<const QuerySet>;

std::vector<WatchList> MakeLists(const std::function<std::string(size_t)>& of) {
  std::vector<WatchList> lists(kLists);
  for (size_t i = 0; i < kLists; ++i) {
    lists[i].id = lists[i].name = StrCat("list-", i);
    lists[i].query = WatchListTerm{of(i), {}};
  }
  return lists;
}

Set Compile(const std::vector<WatchList>& lists) {
  auto set = QuerySet::Compile(lists, {});
  if (!set.ok()) {
    std::fprintf(stderr, "the lists do not compile\n");
    std::exit(1);
  }
  return *set;
}

// Each about as often as the others, as analysts choose them: what a query is
// about is a run of the shuffled terms.
std::vector<Theme> Themes(std::vector<std::string> terms,
                          std::mt19937_64* random) {
  constexpr size_t kThemeTerms = 16;
  std::erase_if(terms, [](const std::string& term) {
    return term.find_first_of("\"*?{}<>/") != std::string::npos;
  });
  std::vector<Theme> themes(terms.size() / kThemeTerms + 1);
  for (size_t i = terms.size(); i > 0; --i) {
    std::swap(terms[i - 1], terms[(*random)() % i]);
    themes[i % themes.size()].push_back(terms[i - 1]);
  }
  return themes;
}

struct Contest {
  std::vector<Timing> timings;    // For each set: scan; scan and evaluate.
  std::vector<double> pairs;      // For each set, an article.
  std::vector<double> evaluated;  // Lists looked at, likewise.
};

// Scans and evaluates all articles with each of the sets, in turn.
Contest Measure(const Inputs& inputs, const std::vector<Set>& sets,
                int rounds) {
  const Article none;
  std::vector<ListSlot> slots;
  std::vector<std::unique_ptr<Matcher>> matchers;
  std::vector<Contestant> contestants;
  Contest contest;
  for (const Set& set : sets) {
    matchers.push_back(set->NewMatcher());
    Matcher* const matcher = matchers.back().get();
    uint64_t pairs = 0;
    uint64_t evaluated = 0;
    for (const ArticleText& text : inputs.canonical) {
      if (!matcher->Scan(text)) {
        std::fprintf(stderr, "an article cannot be scanned\n");
        std::exit(1);
      }
      matcher->Evaluate(none, text, &slots);
      pairs += slots.size();
      evaluated += matcher->evaluated();
    }
    contest.evaluated.push_back(static_cast<double>(evaluated) /
                                static_cast<double>(inputs.canonical.size()));
    contest.pairs.push_back(static_cast<double>(pairs) /
                            static_cast<double>(inputs.canonical.size()));
    contestants.push_back({"scan", [&inputs, matcher] {
                             for (const ArticleText& text : inputs.canonical) {
                               (void)matcher->Scan(text);
                             }
                           }});
    contestants.push_back(
        {"scan and evaluate", [&inputs, matcher, &none, &slots] {
           for (const ArticleText& text : inputs.canonical) {
             (void)matcher->Scan(text);
             matcher->Evaluate(none, text, &slots);
           }
         }});
  }
  contest.timings = RunRounds(contestants, rounds);
  return contest;
}

// Of two timings, round by round: (b - a) / c.
void PrintShare(const char* what, const Timing& a, const Timing& b,
                const Timing& c) {
  Timing difference;
  for (size_t i = 0; i < a.seconds.size(); ++i) {
    difference.seconds.push_back(b.seconds[i] - a.seconds[i]);
  }
  const Spread share = SpeedRatio(c, difference);
  std::printf("%s: %.2f (%.2f-%.2f)\n", what, share.median, share.min,
              share.max);
}

double SecondsOf(const std::function<void()>& run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

}  // namespace

void BenchBooleanLists(const Inputs& inputs,
                       const std::vector<std::string>& terms, int rounds) {
  std::mt19937_64 random(7);
  const std::vector<Theme> themes = Themes(terms, &random);
  BooleanQueries queries(themes, &random);
  const std::vector<WatchList> lists =
      MakeLists([&](size_t) { return queries.Next(); });

  std::printf("\n%zu Boolean lists, mean 8 terms, a third with NEAR\n", kLists);
  std::vector<WatchList> one_bad = lists;
  one_bad[kLists / 2].query->text += " AND (";
  std::vector<double> good_seconds;
  std::vector<double> bad_seconds;
  for (int i = 0; i < rounds; ++i) {
    good_seconds.push_back(SecondsOf([&] { Compile(lists); }));
    bad_seconds.push_back(SecondsOf([&] { Compile(one_bad); }));
  }
  std::printf(
      "checked, planned, compiled: %.2f s; with an error in one: %.2f s\n",
      Timing{"", good_seconds}.median(), Timing{"", bad_seconds}.median());

  const Set set = Compile(lists);
  const Contest boolean = Measure(inputs, {set}, rounds);
  std::printf("%zu lists, %.2f pairs an article; evaluated %.1f\n", set->size(),
              boolean.pairs[0], boolean.evaluated[0]);
  for (const Timing& timing : boolean.timings) {
    PrintRow(timing, inputs.json_bytes, nullptr);
  }
  PrintShare("evaluate / scan", boolean.timings[0], boolean.timings[1],
             boolean.timings[0]);

  // X: each as rare as the other terms.
  const auto with = [&](const char* operation) {
    return Compile(MakeLists([&](size_t i) {
      return StrCat("the ", operation, " \"", terms[i * 7 % terms.size()],
                    "\"");
    }));
  };
  const Contest near = Measure(inputs, {with("AND"), with("NEAR/5")}, rounds);
  std::printf("\n`the NEAR/5 X`: %.2f pairs an article, `the AND X`: %.2f\n",
              near.pairs[1], near.pairs[0]);
  Timing zero;
  zero.seconds.assign(near.timings[1].seconds.size(), 0);
  PrintShare("time of NEAR / time of AND, scan and evaluate", zero,
             near.timings[3], near.timings[1]);
  PrintShare("evaluate alone: NEAR of AND's scan and evaluate", near.timings[2],
             near.timings[3], near.timings[1]);

  const Set ruinous =
      Compile(MakeLists([](size_t) { return "the NEAR/5 of"; }));
  const Contest worst = Measure(inputs, {ruinous}, rounds);
  std::printf("\n%zu lists `the NEAR/5 of`: %.2f ms an article (%.0f pairs)\n",
              kLists,
              worst.timings[1].median() * 1e3 /
                  static_cast<double>(inputs.canonical.size()),
              worst.pairs[0]);
}

}  // namespace presshawk
