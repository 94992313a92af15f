// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/subscription_matcher.h"

#include <algorithm>
#include <utility>

namespace presshawk {
namespace {

// The number of list ids for which the meaning of patterns is kept.
constexpr size_t kPatternsSeenMax = 100'000;

bool IsPattern(std::string_view id) {
  return id.find_first_of("*?") != std::string_view::npos;
}

bool HasLabel(const Alert& alert,
              const std::pair<std::string, std::string>& label) {
  const auto& labels = alert.watchlist.labels;
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

bool LabelsHold(const AlertMatch& match, const Alert& alert) {
  return std::all_of(match.labels.begin(), match.labels.end(),
                     [&](const auto& label) { return HasLabel(alert, label); });
}

bool ListsHold(const AlertMatch& match, const Alert& alert) {
  return match.watchlists.empty() ||
         std::any_of(match.watchlists.begin(), match.watchlists.end(),
                     [&](const std::string& pattern) {
                       return MatchesIdPattern(pattern, alert.watchlist.id);
                     });
}

bool RelevanceHolds(const AlertMatch& match, const Alert& alert) {
  return !match.min_relevance.has_value() || !alert.relevance.has_value() ||
         *alert.relevance >= *match.min_relevance;
}

}  // namespace

bool MatchesIdPattern(std::string_view pattern, std::string_view id) {
  size_t p = 0;
  size_t i = 0;
  size_t star = std::string_view::npos;  // The last `*`, and where in the id
  size_t resume = 0;                     // what follows it is tried next.
  while (i < id.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = i;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == id[i])) {
      ++p;
      ++i;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

SubscriptionMatcher::SubscriptionMatcher(std::vector<AlertMatch> matches)
    : matches_(std::move(matches)),
      query_of_(matches_.size(), kNoWhere),
      considered_for_(matches_.size(), 0) {
  absl::flat_hash_map<std::string, Indexes> by_pattern;
  for (uint32_t i = 0; i < matches_.size(); ++i) {
    for (const std::string& id : matches_[i].watchlists) {
      Indexes& found = IsPattern(id) ? by_pattern[id] : by_list_[id];
      if (found.empty() || found.back() != i) {
        found.push_back(i);
      }
    }
    if (matches_[i].watchlists.empty() && !matches_[i].labels.empty()) {
      by_label_[matches_[i].labels.front()].push_back(i);
    }
  }
  by_pattern_.assign(by_pattern.begin(), by_pattern.end());
}

absl::StatusOr<std::unique_ptr<SubscriptionMatcher>>
SubscriptionMatcher::Create(std::vector<AlertMatch> matches,
                            const WhereCompiler& compile) {
  std::unique_ptr<SubscriptionMatcher> matcher(
      new SubscriptionMatcher(std::move(matches)));
  if (absl::Status status = matcher->CompileWhere(compile); !status.ok()) {
    return status;
  }
  return matcher;
}

absl::Status SubscriptionMatcher::CompileWhere(const WhereCompiler& compile) {
  std::vector<std::string> queries;
  absl::flat_hash_map<std::string, uint32_t> index_of;
  for (size_t i = 0; i < matches_.size(); ++i) {
    const std::string& where = matches_[i].where;
    if (where.empty()) {
      continue;
    }
    const auto [found, is_new] =
        index_of.emplace(where, static_cast<uint32_t>(queries.size()));
    if (is_new) {
      queries.push_back(where);
    }
    query_of_[i] = found->second;
  }
  holds_for_.assign(queries.size(), 0);
  if (queries.empty()) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<WhereQueries>> compiled = compile(queries);
  if (!compiled.ok()) {
    return compiled.status();
  }
  where_ = *std::move(compiled);
  return absl::OkStatus();
}

const SubscriptionMatcher::Indexes& SubscriptionMatcher::MeantByPattern(
    const std::string& watchlist) {
  if (const auto seen = patterns_seen_.find(watchlist);
      seen != patterns_seen_.end()) {
    return seen->second;
  }
  if (patterns_seen_.size() >= kPatternsSeenMax) {
    patterns_seen_.clear();
  }
  Indexes& meant = patterns_seen_[watchlist];
  for (const auto& [pattern, indexes] : by_pattern_) {
    if (MatchesIdPattern(pattern, watchlist)) {
      meant.insert(meant.end(), indexes.begin(), indexes.end());
    }
  }
  return meant;
}

bool SubscriptionMatcher::WhereHolds(uint32_t index, const Alert& alert) {
  if (query_of_[index] == kNoWhere) {
    return true;
  }
  if (!where_asked_) {
    where_asked_ = true;
    where_->Holding(alert, &holding_);
    for (const uint32_t query : holding_) {
      holds_for_[query] = alert_;
    }
  }
  return holds_for_[query_of_[index]] == alert_;
}

void SubscriptionMatcher::Consider(const Indexes& candidates,
                                   const Alert& alert, Indexes* matching) {
  for (const uint32_t index : candidates) {
    if (considered_for_[index] == alert_) {
      continue;  // It names the list twice.
    }
    considered_for_[index] = alert_;
    const AlertMatch& match = matches_[index];
    if (LabelsHold(match, alert) && RelevanceHolds(match, alert) &&
        WhereHolds(index, alert)) {
      matching->push_back(index);
    }
  }
}

void SubscriptionMatcher::Match(const Alert& alert, Indexes* matching) {
  matching->clear();
  ++alert_;
  where_asked_ = false;
  if (const auto found = by_list_.find(alert.watchlist.id);
      found != by_list_.end()) {
    Consider(found->second, alert, matching);
  }
  if (!by_pattern_.empty()) {
    Consider(MeantByPattern(alert.watchlist.id), alert, matching);
  }
  if (!by_label_.empty()) {
    for (const auto& label : alert.watchlist.labels) {
      if (const auto found = by_label_.find(label); found != by_label_.end()) {
        Consider(found->second, alert, matching);
      }
    }
  }
  std::sort(matching->begin(), matching->end());
}

MatchParts SubscriptionMatcher::Explain(uint32_t index, const Alert& alert) {
  ++alert_;
  where_asked_ = false;
  const AlertMatch& match = matches_[index];
  const bool asks = !match.watchlists.empty() || !match.labels.empty();
  return {.watchlists = asks && ListsHold(match, alert),
          .labels = LabelsHold(match, alert),
          .where = WhereHolds(index, alert),
          .relevance = RelevanceHolds(match, alert)};
}

}  // namespace presshawk
