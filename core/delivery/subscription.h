// SPDX-License-Identifier: Apache-2.0
// Who is told about which alerts, through which receivers, and how often (SPEC
// SUB-1). A subscription is plain data: matchers/subscriptions reads it, and
// SubscriptionMatcher decides which of them an alert belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "core/delivery/option_place.h"

namespace presshawk {

// Days of the week as bits: Monday is 1, Sunday 64.
using DaySet = uint8_t;
inline constexpr DaySet kEveryDay = 127;

// Which alerts: every part that is there must hold. One of the first two is.
struct AlertMatch {
  std::vector<std::string> watchlists = {};  // Ids or globs; any of them.
  std::vector<std::pair<std::string, std::string>> labels = {};  // All of them.
  std::string where = {};  // A query over the alert's article.
  std::optional<uint32_t> min_relevance = {};
};

struct DigestSchedule {
  std::vector<uint32_t> at;  // Minutes since local midnight, ascending.
  absl::Duration every = absl::ZeroDuration();  // Or a period.
  DaySet days = kEveryDay;
  std::string zone;  // IANA.
  bool send_empty = false;
  uint32_t top = 50;
};

struct SpikeRule {
  absl::Duration window = absl::Hours(1);
  enum Sensitivity : uint8_t { kLow, kNormal, kHigh } sensitivity = kNormal;
  uint32_t least = 5, sites = 3;
  double factor = 2;
};

struct QuietHours {
  uint32_t from = 0, to = 0;  // Minutes since local midnight; may cross it.
  DaySet days = kEveryDay;    // On which they begin.
  std::string zone;
  std::vector<std::pair<std::string, std::string>> except_labels;
};

struct StoryRule {
  std::optional<bool> once;  // Absent: once for people, each for machines.
  std::vector<uint32_t> grow;
  std::vector<std::string> tier1;
  bool corrections = true;
};

struct Subscription {
  enum class When : uint8_t { kInstant, kDigest, kSpike };

  std::string id, name;
  AlertMatch match;
  std::vector<std::string> to;  // Names of receivers; none for the feed alone.
  When when = When::kInstant;
  DigestSchedule digest;  // Where when is kDigest.
  SpikeRule spike;        // Where when is kSpike.
  StoryRule stories;
  std::optional<QuietHours> quiet;
  uint32_t max = 0;  // At most so many per `max_period`; 0 for any number.
  absl::Duration max_period = absl::ZeroDuration();
  bool paused = false;
  // It is in no file any more, and kept for an hour: paused.
  bool vanished = false;
  std::string subject;  // Email.
  bool snippets = true;
  // Where it is written, for messages: "subscriptions/politics.yaml:3:5".
  std::string where_from;
  OptionPlace place;
};

}  // namespace presshawk
