// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/subscription_fields.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "core/base/identifier.h"
#include "core/base/str_cat.h"
#include "core/config/quantities.h"
#include "matchers/subscriptions/where_query.h"

namespace presshawk {
namespace {

void Missing(ConfigSection* section, std::string_view key,
             std::string_view fix) {
  section->Error(section->place(), StrCat(section->PathOf(key), " is missing"),
                 std::string(fix));
}

// --- Identity.

void ReadId(ConfigSection* section, Subscription* subscription) {
  const std::optional<ConfigScalar> id = section->Scalar("id");
  if (!id.has_value()) {
    if (!section->Has("id")) {
      Missing(section, "id", "add `id: politics-desk`");
    }
    return;
  }
  subscription->id = id->text;
  if (!IsIdentifier(id->text)) {
    section->Error(id->place,
                   StrCat("`", id->written, "` is no id of a subscription"),
                   kIdentifierRule);
  } else if (id->text.starts_with('_')) {
    section->Error(id->place,
                   StrCat("`", id->text,
                          "`: ids that begin with _ are "
                          "presshawk's own, as _operator is"),
                   "give the subscription another id");
  }
}

void ReadReceivers(ConfigSection* section, Subscription* subscription) {
  constexpr char kFix[] = "write to: [NAME] with names of receivers";
  const size_t errors = section->error_count();
  const std::vector<ConfigScalar> names = section->Texts("to");
  if (!section->Has("to")) {
    Missing(section, "to", kFix);
  } else if (names.empty() && section->error_count() == errors) {
    section->Error(section->PlaceOfKey("to"),
                   StrCat(section->PathOf("to"), " names no receiver"),
                   StrCat(kFix, ", or [_feed] for the feed alone"));
  }
  std::vector<std::string>& to = subscription->to;
  for (const ConfigScalar& name : names) {
    if (name.text == "_feed") {
      continue;  // Every subscription has it.
    }
    if (!IsIdentifier(name.text)) {
      section->Error(name.place,
                     StrCat("`", name.written, "` is no name of a receiver"),
                     kIdentifierRule);
    } else if (std::find(to.begin(), to.end(), name.text) != to.end()) {
      section->Error(
          name.place,
          StrCat(section->PathOf("to"), " names `", name.text, "` twice"),
          "remove one of them");
    } else {
      to.push_back(name.text);
    }
  }
}

// --- Match.

std::vector<std::pair<std::string, std::string>> ReadLabels(
    ConfigSection* section) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const auto& [key, value] : section->Map("labels").Scalars()) {
    labels.emplace_back(key.text, value.text);
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

bool IsIdPattern(std::string_view text) {
  return !text.empty() && text.size() <= kIdentifierBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsIdentifierCharacter(c) || c == '*' || c == '?';
         });
}

// --- Times.

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu",
                                                   "fri", "sat", "sun"};

DaySet ReadDays(ConfigSection* section) {
  if (!section->Has("days")) {
    return kEveryDay;
  }
  const size_t errors = section->error_count();
  DaySet days = 0;
  for (const ConfigScalar& day : section->Texts("days")) {
    const auto found = std::find(kDays.begin(), kDays.end(), day.text);
    if (found == kDays.end()) {
      section->Error(day.place,
                     StrCat(section->PathOf("days"), ": `", day.written,
                            "` is no day of the week"),
                     "write mon, tue, wed, thu, fri, sat or sun");
      continue;
    }
    days |= static_cast<DaySet>(1U << (found - kDays.begin()));
  }
  if (days == 0 && section->error_count() == errors) {
    section->Error(section->PlaceOfKey("days"),
                   StrCat(section->PathOf("days"), " names no day"),
                   "write days: [mon, tue, wed, thu, fri], or leave it out");
  }
  return days;
}

std::string ReadZone(ConfigSection* section, const std::string& zone) {
  const std::optional<ConfigScalar> own = section->Scalar("zone");
  if (!own.has_value()) {
    if (!section->Has("zone") && zone.empty()) {
      Missing(section, "zone",
              "write zone: Europe/Berlin, here or for all in delivery: of the "
              "configuration");
    }
    return zone;
  }
  absl::TimeZone loaded;
  if (own->text.empty() || !absl::LoadTimeZone(own->text, &loaded)) {
    section->Error(own->place,
                   StrCat(section->PathOf("zone"), ": `", own->written,
                          "` is no time zone that this machine knows"),
                   "write a name of the IANA database: Europe/Berlin");
    return zone;
  }
  return own->text;
}

std::optional<uint32_t> TimeOfDay(ConfigSection* section, std::string_view key,
                                  const ConfigScalar& time) {
  const std::optional<uint32_t> minutes = ParseTimeOfDay(time.text);
  if (!minutes.has_value()) {
    section->Error(time.place,
                   StrCat(section->PathOf(key), ": `", time.written,
                          "` is no time of the day"),
                   "write it in quotes with two digits each: \"08:00\"; the "
                   "end of a day is \"00:00\"");
  }
  return minutes;
}

// --- When.

DigestSchedule ReadDigest(ConfigSection digest, const std::string& zone) {
  DigestSchedule schedule;
  constexpr std::array<std::string_view, 2> kKinds = {"at", "every"};
  const std::optional<size_t> kind =
      digest.OneOf(kKinds, "write {at: [\"08:00\", \"17:30\"]} or {every: 1h}");
  const size_t errors = digest.error_count();
  if (kind == size_t{0}) {
    for (const ConfigScalar& time : digest.Texts("at")) {
      if (const auto minutes = TimeOfDay(&digest, "at", time)) {
        schedule.at.push_back(*minutes);
      }
    }
    std::sort(schedule.at.begin(), schedule.at.end());
    schedule.at.erase(std::unique(schedule.at.begin(), schedule.at.end()),
                      schedule.at.end());
    if (schedule.at.empty() && digest.error_count() == errors) {
      digest.Error(digest.PlaceOfKey("at"),
                   StrCat(digest.PathOf("at"), " names no time"),
                   "write at: [\"08:00\"]");
    }
  } else if (kind == size_t{1}) {
    schedule.every = digest.Duration("every", absl::Minutes(1), absl::Hours(24))
                         .value_or(absl::Hours(1));
    if (schedule.every % absl::Minutes(1) != absl::ZeroDuration()) {
      digest.Error(digest.PlaceOfKey("every"),
                   StrCat(digest.PathOf("every"), " must be whole minutes"),
                   "write every: 90m");
    }
  }
  schedule.days = ReadDays(&digest);
  schedule.zone = ReadZone(&digest, zone);
  constexpr std::array<std::string_view, 2> kEmpty = {"skip", "send"};
  schedule.send_empty = digest.Choice("empty", kEmpty).value_or(0) == 1;
  schedule.top = static_cast<uint32_t>(
      digest.Integer("top", 1, 10'000).value_or(schedule.top));
  digest.RejectUnknownKeys();
  return schedule;
}

SpikeRule ReadSpike(ConfigSection spike) {
  SpikeRule rule;
  constexpr std::array<std::string_view, 3> kWindows = {"1h", "6h", "1d"};
  constexpr std::array<absl::Duration, 3> kLengths = {
      absl::Hours(1), absl::Hours(6), absl::Hours(24)};
  rule.window = kLengths[spike.Choice("window", kWindows).value_or(0)];
  constexpr std::array<std::string_view, 3> kLevels = {"low", "normal", "high"};
  rule.sensitivity = static_cast<SpikeRule::Sensitivity>(
      spike.Choice("sensitivity", kLevels).value_or(SpikeRule::kNormal));
  rule.least = static_cast<uint32_t>(
      spike.Integer("least", 1, 1'000'000).value_or(rule.least));
  rule.sites = static_cast<uint32_t>(
      spike.Integer("sites", 1, 1'000'000).value_or(rule.sites));
  if (const std::optional<ConfigScalar> factor = spike.Scalar("factor")) {
    constexpr double kFactorMax = 1000;
    if (!absl::SimpleAtod(factor->text, &rule.factor) ||
        !(rule.factor >= 1 && rule.factor <= kFactorMax)) {
      spike.Error(factor->place,
                  StrCat(spike.PathOf("factor"),
                         " must be a number from 1 to 1000, not `",
                         factor->written, "`"),
                  "");
    }
  }
  spike.RejectUnknownKeys();
  return rule;
}

void ReadWhen(ConfigSection* section, const std::string& zone,
              Subscription* subscription) {
  constexpr char kFix[] =
      "write instant, {digest: {at: [\"08:00\"]}}, {digest: {every: 1h}} or "
      "{spike: {window: 1h}}";
  if (!section->HoldsMap("when")) {
    const std::optional<ConfigScalar> when = section->Scalar("when");
    if (when.has_value() && when->text != "instant") {
      section->Error(
          when->place,
          StrCat(section->PathOf("when"), " must not be `", when->written, "`"),
          kFix);
    }
    return;
  }
  ConfigSection when = section->Map("when");
  constexpr std::array<std::string_view, 2> kKinds = {"digest", "spike"};
  const std::optional<size_t> kind = when.OneOf(kKinds, kFix);
  if (kind == size_t{0}) {
    subscription->when = Subscription::When::kDigest;
    subscription->digest = ReadDigest(when.Map("digest"), zone);
  } else if (kind == size_t{1}) {
    subscription->when = Subscription::When::kSpike;
    subscription->spike = ReadSpike(when.Map("spike"));
  }
  when.RejectUnknownKeys();
}

// --- How often.

StoryRule ReadStories(ConfigSection stories) {
  StoryRule rule;
  constexpr std::array<std::string_view, 2> kTell = {"once", "each"};
  if (const auto tell = stories.Choice("tell", kTell)) {
    rule.once = *tell == 0;
  }
  for (const ConfigScalar& text : stories.Texts("grow")) {
    uint32_t sites = 0;
    if (!absl::SimpleAtoi(text.text, &sites) || sites < 2) {
      stories.Error(text.place,
                    StrCat(stories.PathOf("grow"), ": `", text.written,
                           "` is no number of sites from 2"),
                    "write grow: [5, 20, 100]");
      continue;
    }
    rule.grow.push_back(sites);
  }
  std::sort(rule.grow.begin(), rule.grow.end());
  rule.grow.erase(std::unique(rule.grow.begin(), rule.grow.end()),
                  rule.grow.end());
  for (ConfigScalar& site : stories.Texts("tier1")) {
    rule.tier1.push_back(absl::AsciiStrToLower(site.text));
  }
  rule.corrections = stories.Bool("corrections").value_or(true);
  stories.RejectUnknownKeys();
  return rule;
}

QuietHours ReadQuiet(ConfigSection quiet, const std::string& zone) {
  QuietHours hours;
  const size_t errors = quiet.error_count();
  for (const auto& [key, minutes] :
       {std::pair<std::string_view, uint32_t*>("from", &hours.from),
        std::pair<std::string_view, uint32_t*>("to", &hours.to)}) {
    if (const std::optional<ConfigScalar> time = quiet.Scalar(key)) {
      *minutes = TimeOfDay(&quiet, key, *time).value_or(0);
    } else if (!quiet.Has(key)) {
      Missing(&quiet, key, "write {from: \"22:00\", to: \"07:00\"}");
    }
  }
  if (quiet.Has("from") && quiet.Has("to") && hours.from == hours.to &&
      quiet.error_count() == errors) {
    quiet.Error(quiet.place(),
                StrCat(quiet.PathOf("to"), " is the same time as `from`"),
                "to tell nothing at all, write state: paused");
  }
  hours.days = ReadDays(&quiet);
  hours.zone = ReadZone(&quiet, zone);
  ConfigSection except = quiet.Map("except");
  hours.except_labels = ReadLabels(&except);
  except.RejectUnknownKeys();
  quiet.RejectUnknownKeys();
  return hours;
}

void ReadMax(ConfigSection* section, Subscription* subscription) {
  const std::optional<ConfigScalar> max = section->Scalar("max");
  if (!max.has_value()) {
    return;
  }
  const std::optional<ConfigRate> rate = ParseConfigRate(max->text);
  if (!rate.has_value() || rate->period < absl::Minutes(1) ||
      rate->period > absl::Hours(24 * 31)) {
    section->Error(max->place,
                   StrCat(section->PathOf("max"), " must be how often, not `",
                          max->written, "`"),
                   "write 10 per 1h, with a period from 1m to 31d");
    return;
  }
  subscription->max = rate->count;
  subscription->max_period = rate->period;
}

}  // namespace

std::optional<uint32_t> ParseTimeOfDay(std::string_view text) {
  constexpr size_t kSize = 5;  // "08:00"
  uint32_t hours = 0;
  uint32_t minutes = 0;
  if (text.size() != kSize || text[2] != ':' ||
      !absl::SimpleAtoi(std::string(text.substr(0, 2)), &hours) ||
      !absl::SimpleAtoi(std::string(text.substr(3)), &minutes) || hours > 23 ||
      minutes > 59) {
    return std::nullopt;
  }
  return 60 * hours + minutes;
}

AlertMatch ReadMatch(ConfigSection match) {
  AlertMatch read;
  const size_t errors = match.error_count();
  for (const ConfigScalar& id : match.Texts("watchlists")) {
    if (IsIdPattern(id.text)) {
      read.watchlists.push_back(id.text);
    } else {
      match.Error(
          id.place,
          StrCat(match.PathOf("watchlists"), ": `", id.written,
                 "` is no id of a list and no pattern of ids"),
          "write A-Z a-z 0-9 . _ -, * for any characters and ? for one");
    }
  }
  read.labels = ReadLabels(&match);
  if (read.watchlists.empty() && read.labels.empty() &&
      match.error_count() == errors) {
    match.Error(match.place(),
                StrCat(match.PathOf("watchlists"), " and ",
                       match.PathOf("labels"), " are both missing"),
                "name lists or labels of lists; [\"*\"] is all lists");
  }
  if (const std::optional<ConfigScalar> where = match.Scalar("where")) {
    read.where = where->text;
    JudgeWhere(&match, "where", *where);
  }
  if (const auto relevance = match.Integer("min_relevance", 0, 100)) {
    read.min_relevance = static_cast<uint32_t>(*relevance);
  }
  match.RejectUnknownKeys();
  return read;
}

Subscription ReadSubscription(ConfigSection* section, const std::string& zone) {
  Subscription subscription;
  ReadId(section, &subscription);
  subscription.name = section->Text("name").value_or(subscription.id);
  if (section->Has("match")) {
    subscription.match = ReadMatch(section->Map("match"));
  } else {
    Missing(section, "match", "write match: {watchlists: [ID]}");
  }
  ReadReceivers(section, &subscription);
  ReadWhen(section, zone, &subscription);
  subscription.stories = ReadStories(section->Map("stories"));
  if (section->Has("quiet")) {
    subscription.quiet = ReadQuiet(section->Map("quiet"), zone);
  }
  ReadMax(section, &subscription);
  constexpr std::array<std::string_view, 2> kStates = {"active", "paused"};
  subscription.paused = section->Choice("state", kStates).value_or(0) == 1;
  subscription.subject = section->Text("subject").value_or("");
  constexpr std::array<std::string_view, 2> kSnippets = {"off", "on"};
  subscription.snippets =
      section->Choice("snippets", kSnippets).value_or(1) == 1;
  return subscription;
}

}  // namespace presshawk
