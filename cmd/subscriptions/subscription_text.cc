// SPDX-License-Identifier: Apache-2.0
#include "cmd/subscriptions/subscription_text.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_join.h"
#include "cmd/terminal_text.h"
#include "core/alerts/retraction.h"
#include "core/base/str_cat.h"
#include "core/config/quantities.h"
#include "core/delivery/people_gate.h"
#include "core/delivery/schedule.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

using nlohmann::ordered_json;

constexpr size_t kSlotsShown = 3;

std::string TimeOfDayText(uint32_t minutes) {
  return absl::FormatTime("%H:%M",
                          absl::UnixEpoch() + absl::Minutes(int64_t{minutes}),
                          absl::UTCTimeZone());
}

std::vector<Slot> NextSlots(const Subscription& subscription, absl::Time now) {
  if (subscription.when != Subscription::When::kDigest) {
    return {};
  }
  const auto schedule = Schedule::Create(subscription.digest);
  return schedule.ok() ? schedule->NextSlots(now, kSlotsShown)
                       : std::vector<Slot>();
}

std::string WhenText(const Subscription& subscription) {
  switch (subscription.when) {
    case Subscription::When::kInstant:
      return "instant";
    case Subscription::When::kSpike:
      return StrCat("spike of ",
                    FormatConfigDuration(subscription.spike.window));
    case Subscription::When::kDigest:
      break;
  }
  const DigestSchedule& digest = subscription.digest;
  if (digest.at.empty()) {
    return StrCat("digest every ", FormatConfigDuration(digest.every), " ",
                  digest.zone);
  }
  std::string text = "digest at";
  for (const uint32_t minutes : digest.at) {
    StrAppend(&text, minutes == digest.at.front() ? " " : ", ",
              TimeOfDayText(minutes));
  }
  return StrCat(text, " ", digest.zone);
}

std::string ReceiversText(const std::vector<std::string>& names) {
  return names.empty() ? "the feed" : absl::StrJoin(names, ", ");
}

std::string MatchText(const AlertMatch& match) {
  std::vector<std::string> parts;
  if (!match.watchlists.empty()) {
    parts.push_back(StrCat("lists ", absl::StrJoin(match.watchlists, ", ")));
  }
  for (const auto& [key, value] : match.labels) {
    parts.push_back(StrCat(key, "=", value));
  }
  if (!match.where.empty()) {
    parts.push_back(StrCat("where ", match.where));
  }
  if (match.min_relevance.has_value()) {
    parts.push_back(StrCat("relevance from ", *match.min_relevance));
  }
  return absl::StrJoin(parts, "; ");
}

// What does not match, of what the subscription asks for.
std::string WhyNot(const AlertMatch& match, const MatchParts& parts,
                   const Alert& alert) {
  std::vector<std::string> why;
  if (!parts.watchlists) {
    why.push_back(StrCat("the list ", alert.watchlist.id, " is none of ",
                         absl::StrJoin(match.watchlists, ", ")));
  }
  if (!parts.labels) {
    for (const auto& label : match.labels) {
      const auto& labels = alert.watchlist.labels;
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
        why.push_back(
            StrCat("the list has no label ", label.first, ": ", label.second));
      }
    }
  }
  if (!parts.relevance) {
    why.push_back(StrCat("the relevance ", alert.relevance.value_or(0),
                         " is less than ", match.min_relevance.value_or(0)));
  }
  if (!parts.where) {
    why.push_back(StrCat("where does not hold: ", match.where));
  }
  return absl::StrJoin(why, "; ");
}

bool NamesPeople(const Subscription& subscription,
                 const std::vector<ReceiverOptions>& receivers) {
  return std::any_of(
      receivers.begin(), receivers.end(), [&](const ReceiverOptions& receiver) {
        return IsForPeople(receiver.kind) &&
               std::find(subscription.to.begin(), subscription.to.end(),
                         receiver.name) != subscription.to.end();
      });
}

// When quiet hours end that hold the alert for people.
std::optional<absl::Time> QuietEnd(const Subscription& subscription,
                                   const Alert& alert, absl::Time now) {
  if (!subscription.quiet.has_value() ||
      IsExcepted(subscription, alert.watchlist.labels)) {
    return std::nullopt;
  }
  const auto clock = QuietClock::Create(*subscription.quiet);
  return clock.ok() ? clock->QuietUntil(now) : std::nullopt;
}

}  // namespace

AlertVerdict JudgeAlert(const Subscription& subscription,
                        const MatchParts& parts, const Alert& alert,
                        const std::vector<ReceiverOptions>& receivers,
                        absl::Time now) {
  if (!parts.all()) {
    return {.told = false, .text = WhyNot(subscription.match, parts, alert)};
  }
  if (IsCanceled(alert.article.status)) {
    return {.told = false,
            .text = StrCat("its article was retracted: ",
                           subscription.stories.corrections
                               ? "who was told of it gets a correction"
                               : "corrections are off")};
  }
  const std::string to = ReceiversText(subscription.to);
  AlertVerdict verdict = {.told = true, .text = ""};
  if (subscription.when == Subscription::When::kDigest) {
    const auto schedule = Schedule::Create(subscription.digest);
    // An alert of the instant of a slot is in it.
    verdict.text = StrCat(
        "in the digest ",
        schedule.ok() ? SlotText(schedule->Next(now - absl::Nanoseconds(1)))
                      : "",
        " to ", to);
  } else if (subscription.when == Subscription::When::kSpike) {
    verdict.text = StrCat("counted for a spike to ", to);
  } else {
    verdict.text = StrCat("at once to ", to);
    const auto quiet = QuietEnd(subscription, alert, now);
    if (quiet.has_value() && NamesPeople(subscription, receivers)) {
      StrAppend(
          &verdict.text, "; to people when their quiet hours end, at ",
          absl::FormatTime("%Y-%m-%dT%H:%MZ", *quiet, absl::UTCTimeZone()));
    }
  }
  if (subscription.paused) {
    verdict.text =
        StrCat("waits: the subscription is paused; then ", verdict.text);
  }
  return verdict;
}

std::string SubscriptionText(const Subscription& subscription, absl::Time now) {
  std::string text =
      StrCat(subscription.id, "\t", subscription.paused ? "paused, " : "",
             WhenText(subscription), "\tto ", ReceiversText(subscription.to),
             "\t", TerminalText(MatchText(subscription.match)));
  for (const Slot& slot : NextSlots(subscription, now)) {
    StrAppend(&text, "\n    next ", SlotText(slot));
  }
  return text;
}

std::string SubscriptionJson(const Subscription& subscription, absl::Time now) {
  ordered_json match = ordered_json::object();
  if (!subscription.match.watchlists.empty()) {
    match["watchlists"] = subscription.match.watchlists;
  }
  for (const auto& [key, value] : subscription.match.labels) {
    match["labels"][key] = value;
  }
  if (!subscription.match.where.empty()) {
    match["where"] = subscription.match.where;
  }
  if (subscription.match.min_relevance.has_value()) {
    match["min_relevance"] = *subscription.match.min_relevance;
  }
  ordered_json json = {{"id", subscription.id},
                       {"name", subscription.name},
                       {"state", subscription.paused ? "paused" : "active"},
                       {"when", WhenText(subscription)},
                       {"to", subscription.to},
                       {"match", std::move(match)},
                       {"from", subscription.where_from}};
  if (subscription.when == Subscription::When::kDigest) {
    json["next"] = ordered_json::array();
    for (const Slot& slot : NextSlots(subscription, now)) {
      json["next"].push_back(
          {{"slot", slot.name},
           {"at", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", slot.at,
                                   absl::UTCTimeZone())}});
    }
  }
  return json.dump();
}

std::string VerdictJson(const Subscription& subscription,
                        const MatchParts& parts, const AlertVerdict& verdict) {
  return ordered_json({{"subscription", subscription.id},
                       {"told", verdict.told},
                       {"watchlists", parts.watchlists},
                       {"labels", parts.labels},
                       {"where", parts.where},
                       {"relevance", parts.relevance},
                       {"why", verdict.text}})
      .dump();
}

std::string SubscriptionDiagnosticJson(const Diagnostic& diagnostic) {
  ordered_json json = {
      {"file", diagnostic.file},
      {"line", diagnostic.line},
      {"column", diagnostic.column},
      {"severity", diagnostic.severity == Diagnostic::Severity::kError
                       ? "error"
                       : "warning"},
      {"subscription", diagnostic.watchlist},
      {"message", diagnostic.message},
      {"fix", diagnostic.fix}};
  return json.dump();
}

}  // namespace presshawk
