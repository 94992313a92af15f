// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/subscription_lint.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/str_cat.h"
#include "core/config/suggestion.h"
#include "core/delivery/schedule.h"
#include "core/delivery/subscription_matcher.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {
namespace {

class Lint {
 public:
  explicit Lint(const SubscriptionSurroundings& around) : around_(around) {
    for (const ReceiverOptions& receiver : around.receivers) {
      names_.push_back(receiver.name);
    }
    used_.resize(names_.size(), false);
  }

  void Look(const Subscription& subscription) {
    LookAtReceivers(subscription);
    LookAtLists(subscription);
    LookAtTimes(subscription);
  }

  // After all subscriptions.
  void LookAtUnusedReceivers() {
    for (size_t i = 0; i < names_.size(); ++i) {
      const ReceiverOptions& receiver = around_.receivers[i];
      if (!used_[i] && receiver.name != around_.operator_receiver) {
        Diagnostic& warning = Add();
        warning.file = around_.configuration;
        warning.line = receiver.place.line;
        warning.column = receiver.place.column;
        warning.message =
            StrCat("no subscription names the receiver `", receiver.name, "`");
        warning.fix = "name it under to:, or remove it";
      }
    }
  }

  std::vector<Diagnostic> Take() { return std::move(found_); }

 private:
  Diagnostic& Add() {
    Diagnostic& warning = found_.emplace_back();
    warning.severity = Diagnostic::Severity::kWarning;
    return warning;
  }
  void Warn(const Subscription& subscription, std::string message,
            std::string fix) {
    Diagnostic& warning = Add();
    warning.file = FileOf(subscription);
    warning.line = subscription.place.line;
    warning.column = subscription.place.column;
    warning.watchlist = subscription.id;
    warning.message = std::move(message);
    warning.fix = std::move(fix);
  }

  void LookAtReceivers(const Subscription& subscription) {
    bool has_people = false;
    bool has_unknown = false;
    for (const std::string& name : subscription.to) {
      const auto found = std::find(names_.begin(), names_.end(), name);
      if (found == names_.end()) {
        has_unknown = true;
        const std::string_view near = NearestName(name, names_);
        Warn(subscription,
             StrCat("there is no receiver `", name,
                    "`: what is owed to it waits until there is"),
             near.empty() ? "name one of receivers: in the configuration"
                          : StrCat("did you mean ", near, "?"));
        continue;
      }
      const auto index = static_cast<size_t>(found - names_.begin());
      used_[index] = true;
      has_people = has_people || IsForPeople(around_.receivers[index].kind);
    }
    if (has_people || has_unknown) {
      return;
    }
    constexpr char kFix[] =
        "remove it, or name a receiver of people: slack, teams or email";
    if (subscription.max > 0) {
      Warn(subscription, "max is for people's receivers, and it names none",
           kFix);
    }
    if (subscription.quiet.has_value()) {
      Warn(subscription, "quiet is for people's receivers, and it names none",
           kFix);
    }
  }

  void LookAtLists(const Subscription& subscription) {
    if (around_.lists == nullptr) {
      return;
    }
    const AlertMatch& match = subscription.match;
    const bool matches_any = std::any_of(
        around_.lists->begin(), around_.lists->end(),
        [&](const WatchList& list) { return ListMatches(match, list); });
    if (!matches_any) {
      Warn(subscription,
           "it matches nothing: no list has such an id and such labels",
           "compare match: watchlists: and labels: with the lists");
      return;
    }
    for (const std::string& pattern : match.watchlists) {
      const bool means_any =
          std::any_of(around_.lists->begin(), around_.lists->end(),
                      [&](const WatchList& list) {
                        return MatchesIdPattern(pattern, list.id);
                      });
      if (!means_any) {
        Warn(subscription, StrCat("no list has the id `", pattern, "`"),
             "compare match: watchlists: with the lists");
      }
    }
  }

  static bool ListMatches(const AlertMatch& match, const WatchList& list) {
    const bool has_id =
        match.watchlists.empty() ||
        std::any_of(match.watchlists.begin(), match.watchlists.end(),
                    [&](const std::string& pattern) {
                      return MatchesIdPattern(pattern, list.id);
                    });
    return has_id && std::all_of(match.labels.begin(), match.labels.end(),
                                 [&](const auto& label) {
                                   const auto found =
                                       list.labels.find(label.first);
                                   return found != list.labels.end() &&
                                          found->second == label.second;
                                 });
  }

  void LookAtTimes(const Subscription& subscription) {
    if (subscription.when == Subscription::When::kDigest) {
      WarnOfSkipped(subscription, subscription.digest.at,
                    subscription.digest.days, subscription.digest.zone,
                    "a digest is told");
    }
    if (subscription.quiet.has_value()) {
      const QuietHours& quiet = *subscription.quiet;
      WarnOfSkipped(subscription, {quiet.from, quiet.to}, kEveryDay, quiet.zone,
                    "quiet hours change");
    }
  }

  void WarnOfSkipped(const Subscription& subscription,
                     const std::vector<uint32_t>& minutes, DaySet days,
                     const std::string& zone, std::string_view what) {
    for (const std::string& time :
         SkippedTimes(minutes, days, zone, around_.now)) {
      Warn(subscription,
           StrCat(time, " does not exist in ", zone, ": on that day ", what,
                  " at the transition"),
           "choose a time that every day has, if that matters");
    }
  }

  const SubscriptionSurroundings& around_;
  std::vector<std::string_view> names_;
  std::vector<bool> used_;
  std::vector<Diagnostic> found_;
};

}  // namespace

std::vector<Diagnostic> LintSubscriptions(
    const std::vector<Subscription>& subscriptions,
    const SubscriptionSurroundings& around) {
  Lint lint(around);
  for (const Subscription& subscription : subscriptions) {
    lint.Look(subscription);
  }
  lint.LookAtUnusedReceivers();
  return lint.Take();
}

}  // namespace presshawk
