// SPDX-License-Identifier: Apache-2.0
// What a set of watch-lists would have alerted on past articles.
//
// The articles go through the hot path once (twice with older lists to compare
// with); each worker counts for itself, and the counts are added at the end, so
// that the result does not depend on how many workers there are.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cmd/article_feed.h"
#include "ingest/json/mapping.h"
#include "matchers/query_set.h"

namespace presshawk {

// Days are `2026-01-02`, in UTC; this where published_at is no time that
// ParsePublishedTime() reads.
inline constexpr char kUndated[] = "undated";

struct TermCount {
  uint64_t articles = 0;  // In which it is a hit.
  uint64_t alone = 0;     // In which it is the only term that is.
};

struct SampleAlert {
  uint64_t key = 0;  // A hash of the article's id: which samples are kept.
  std::string json;  // The alert.
  friend bool operator<(const SampleAlert& a, const SampleAlert& b) {
    return std::tie(a.key, a.json) < std::tie(b.key, b.json);
  }
};

// An article that only one of two versions of a list holds for.
struct ChangedArticle {
  uint64_t key = 0;
  std::string id;
  std::string title;
  std::string payload;  // The article as JSON.
  std::string why;      // Why the other version does not hold.
  friend bool operator<(const ChangedArticle& a, const ChangedArticle& b) {
    return std::tie(a.key, a.payload) < std::tie(b.key, b.payload);
  }
};

struct ListChange {
  bool compared = false;  // The list is in both sets.
  uint64_t gained = 0;
  uint64_t lost = 0;
  std::vector<ChangedArticle> gained_samples;
  std::vector<ChangedArticle> lost_samples;
};

// Alerts by the score of their relevance, 0 to 100 (SPEC REL-1).
using AlertsByScore = std::array<uint64_t, 101>;

struct ListReport {
  std::string id;
  std::string name;
  uint64_t alerts = 0;  // Also those that `min_relevance` would hold back.
  AlertsByScore by_score = {};
  std::optional<int> min_relevance;
  // Of the articles that it alerts on (SPEC STORY-9).
  uint64_t stories = 0;
  std::map<std::string, uint64_t> by_day;
  std::map<std::string, uint64_t> by_source;
  std::map<std::string, TermCount> by_term;
  // For a list that uses forms (SPEC FORMS-6): by term and canonical form, but
  // for the written one. `alone` counts articles with no hit of another form or
  // term: what the form brings.
  std::map<std::pair<std::string, std::string>, TermCount> by_form;
  std::vector<SampleAlert> samples;
  ListChange change;

  // How many alerts have at least this score: what min_relevance would keep.
  uint64_t KeptAt(int least) const;
};

struct BacktestReport {
  uint64_t articles = 0;
  uint64_t rejected = 0;
  uint64_t bytes = 0;
  // Stories that ended early, as memory was full: their texts may count twice.
  uint64_t stories_closed_early = 0;
  std::map<std::string, uint64_t> articles_by_day;
  std::vector<ListReport> lists;      // In byte order of id.
  bool has_old = false;               // There are older lists to compare with.
  std::vector<std::string> only_old;  // Ids that only the older set has.

  // Days with articles; 1 where none has a date.
  uint64_t days() const;
  double AlertsPerDay(const ListReport& list) const {
    return static_cast<double>(list.alerts) / static_cast<double>(days());
  }
};

// Lists and what they compile to.
struct BacktestLists {
  std::vector<WatchList> lists;
  std::shared_ptr<const QuerySet> query_set;
};

struct BacktestOptions {
  size_t samples = 3;  // Of a list; also gained and lost ones.
  int workers = 1;
};

// Runs all that `feed` gives. `old` may be null.
BacktestReport RunBacktest(const BacktestLists& lists, const BacktestLists* old,
                           const Mapping& mapping,
                           const BacktestOptions& options, ArticleFeed* feed);

}  // namespace presshawk
