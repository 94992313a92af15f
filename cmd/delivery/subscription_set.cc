// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/subscription_set.h"

#include <utility>

#include "core/base/str_cat.h"
#include "matchers/subscriptions/subscription_files.h"
#include "matchers/subscriptions/where_queries.h"

namespace presshawk {
namespace {

// A `match` alone, read as that of a subscription.
SubscriptionList ReadMatchOf(const std::string& json) {
  SubscriptionList list;
  ParseSubscriptionJson(
      "silence", 1,
      StrCat(R"({"id":"silence","to":["_"],"when":"instant","match":)", json,
             "}"),
      /*zone=*/"", &list);
  return list;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SubscriptionSet>> SubscriptionSet::Make(
    std::vector<Subscription> subscriptions,
    std::vector<SilenceRecord> silences) {
  std::shared_ptr<SubscriptionSet> set(new SubscriptionSet);
  std::vector<AlertMatch> matches;
  for (const Subscription& subscription : subscriptions) {
    set->by_id_[subscription.id] = matches.size();
    matches.push_back(subscription.match);
  }
  set->subscriptions_ = std::move(subscriptions);
  std::vector<AlertMatch> silence_matches;
  for (const SilenceRecord& silence : silences) {
    // It was judged when it was made.
    const SubscriptionList list = ReadMatchOf(silence.matchers);
    silence_matches.push_back(list.subscriptions.empty()
                                  ? AlertMatch()
                                  : list.subscriptions[0].match);
  }
  set->silences_ = std::move(silences);
  auto matcher =
      SubscriptionMatcher::Create(std::move(matches), CompileWhereQueries);
  if (!matcher.ok()) {
    return matcher.status();
  }
  auto silence_matcher = SubscriptionMatcher::Create(std::move(silence_matches),
                                                     CompileWhereQueries);
  if (!silence_matcher.ok()) {
    return silence_matcher.status();
  }
  MutexLock lock(&set->mutex_);
  set->matcher_ = *std::move(matcher);
  set->silence_matcher_ = *std::move(silence_matcher);
  return set;
}

const Subscription* SubscriptionSet::Find(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &subscriptions_[found->second];
}

std::vector<MatchedSubscription> SubscriptionSet::Match(const Alert& alert,
                                                        absl::Time now) const {
  std::vector<uint32_t> matching;
  std::vector<MatchedSubscription> matched;
  MutexLock lock(&mutex_);
  matcher_->Match(alert, &matching);
  if (matching.empty()) {
    return matched;
  }
  for (const uint32_t index : matching) {
    matched.push_back({.subscription = &subscriptions_[index]});
  }
  if (silences_.empty()) {
    return matched;
  }
  silence_matcher_->Match(alert, &matching);
  for (const uint32_t index : matching) {
    const SilenceRecord& silence = silences_[index];
    if (silence.starts_at <= now && now < silence.ends_at) {
      for (MatchedSubscription& one : matched) {
        one.silence = silence.id;
      }
      break;
    }
  }
  return matched;
}

bool SubscriptionSet::IsSilenced(const Alert& alert) const {
  std::vector<uint32_t> matching;
  MutexLock lock(&mutex_);
  silence_matcher_->Match(alert, &matching);
  return !matching.empty();
}

std::string SubscriptionSet::JudgeMatch(const std::string& json) {
  const SubscriptionList list = ReadMatchOf(json);
  for (const Diagnostic& diagnostic : list.diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError) {
      return diagnostic.message;
    }
  }
  return "";
}

}  // namespace presshawk
