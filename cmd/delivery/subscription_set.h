// SPDX-License-Identifier: Apache-2.0
// The subscriptions and silences that are in force together.
//
//   std::shared_ptr<const SubscriptionSet> set = live->Current();
//   std::vector<MatchedSubscription> matched = set->Match(alert, now);
//
// LIFE. A set never changes; another one takes its place.
// THREAD SAFETY. All of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/alerts/alert.h"
#include "core/base/mutex.h"
#include "core/delivery/decider.h"
#include "core/delivery/subscription.h"
#include "core/delivery/subscription_matcher.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

class SubscriptionSet {
 public:
  // Fails only on exhausted resources.
  static absl::StatusOr<std::shared_ptr<const SubscriptionSet>> Make(
      std::vector<Subscription> subscriptions,
      std::vector<SilenceRecord> silences);

  const std::vector<Subscription>& all() const { return subscriptions_; }
  // Null where there is none.
  const Subscription* Find(std::string_view id) const;
  // Those that the alert belongs to, with the silence that hides it at `now`.
  std::vector<MatchedSubscription> Match(const Alert& alert,
                                         absl::Time now) const;
  // Whether any of the silences matches the alert, whatever its time.
  bool IsSilenced(const Alert& alert) const;
  // What is wrong with the JSON of a `match`; empty for nothing.
  static std::string JudgeMatch(const std::string& json);

 private:
  SubscriptionSet() = default;

  std::vector<Subscription> subscriptions_;
  std::vector<SilenceRecord> silences_;
  absl::flat_hash_map<std::string, size_t> by_id_;
  mutable Mutex mutex_;  // The matchers have scratch memory.
  std::unique_ptr<SubscriptionMatcher> matcher_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<SubscriptionMatcher> silence_matcher_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
