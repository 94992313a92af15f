// SPDX-License-Identifier: Apache-2.0
// Which subscriptions, or silences, an alert belongs to (SPEC SUB-2).
//
//   auto matcher = SubscriptionMatcher::Create(matches, CompileWhereQueries);
//   (*matcher)->Match(alert, &which);   // Indexes in `matches`, ascending.
//
// COST. By the alert's list and labels only those that may match are looked at:
// 100,000 subscriptions of other lists cost nothing. The `where` queries of all
// of them are answered together, once for an alert, and only where one of those
// that are left asks.
// THREAD SAFETY. None: one for each thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/alerts/alert.h"
#include "core/delivery/subscription.h"

namespace presshawk {

// The port through which the language of queries is asked: which of a set of
// queries hold for an alert's article. matchers/subscriptions implements it.
class WhereQueries {
 public:
  virtual ~WhereQueries() = default;
  // Replaces *holding by the indexes of those that hold, in any order.
  virtual void Holding(const Alert& alert, std::vector<uint32_t>* holding) = 0;
};
using WhereCompiler =
    std::function<absl::StatusOr<std::unique_ptr<WhereQueries>>(
        absl::Span<const std::string> queries)>;

// Whether the id is meant by a pattern: `*` is any characters, `?` one.
bool MatchesIdPattern(std::string_view pattern, std::string_view id);

// What of one match holds for an alert; a part that is absent holds.
struct MatchParts {
  bool watchlists = false, labels = false, where = false, relevance = false;
  bool all() const { return watchlists && labels && where && relevance; }
};

class SubscriptionMatcher {
 public:
  // Fails only where `compile` does, which is asked only if there is a `where`.
  static absl::StatusOr<std::unique_ptr<SubscriptionMatcher>> Create(
      std::vector<AlertMatch> matches, const WhereCompiler& compile);

  // Replaces *matching by the indexes of those that the alert belongs to,
  // ascending.
  void Match(const Alert& alert, std::vector<uint32_t>* matching);
  // Why one of them matches, or does not.
  MatchParts Explain(uint32_t index, const Alert& alert);

 private:
  using Indexes = std::vector<uint32_t>;

  explicit SubscriptionMatcher(std::vector<AlertMatch> matches);
  absl::Status CompileWhere(const WhereCompiler& compile);
  // Those whose patterns mean the list.
  const Indexes& MeantByPattern(const std::string& watchlist);
  void Consider(const Indexes& candidates, const Alert& alert,
                Indexes* matching);
  bool WhereHolds(uint32_t index, const Alert& alert);

  const std::vector<AlertMatch> matches_;
  // By how an alert finds them. A match with lists is found by these only.
  absl::flat_hash_map<std::string, Indexes> by_list_;
  std::vector<std::pair<std::string, Indexes>> by_pattern_;
  absl::flat_hash_map<std::pair<std::string, std::string>, Indexes> by_label_;
  // What patterns mean, for lists that were seen; bounded.
  absl::flat_hash_map<std::string, Indexes> patterns_seen_;

  static constexpr uint32_t kNoWhere = UINT32_MAX;
  std::unique_ptr<WhereQueries> where_;
  Indexes query_of_;  // By match: the index of its query, or kNoWhere.
  // Of the alert at hand: whether queries were asked, and which hold.
  uint64_t alert_ = 0;
  bool where_asked_ = false;
  std::vector<uint64_t> holds_for_;       // By query: the last such alert.
  std::vector<uint64_t> considered_for_;  // By match.
  Indexes holding_;
};

}  // namespace presshawk
