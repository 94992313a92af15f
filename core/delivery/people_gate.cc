// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/people_gate.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/base/str_cat.h"
#include "core/delivery/schedule.h"

namespace presshawk {
namespace {

constexpr std::string_view kPeriod = "people/max/";
constexpr std::string_view kCaughtUp = "people/told/";

// The subscription, which has no space, and the addressee that the name of a
// note ends with.
std::optional<std::pair<std::string, std::string>> KeyOf(
    std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) {
    return std::nullopt;
  }
  const std::string key(name.substr(prefix.size()));
  const size_t space = key.find(' ');
  return space == std::string::npos
             ? std::nullopt
             : std::optional(
                   std::pair(key.substr(0, space), key.substr(space + 1)));
}

}  // namespace

std::string AddresseeOf(const std::string& receiver,
                        const std::string& address) {
  return address.empty() ? receiver : StrCat(receiver, " ", address);
}

// The notes are `people/max/SUBSCRIPTION TO`, with the start of a period
// in microseconds and its count, and `people/told/SUBSCRIPTION TO`.
void PeopleGate::Load(const Notes& notes) {
  for (const auto& [name, value] : notes) {
    const std::vector<std::string> numbers = absl::StrSplit(value, ' ');
    int64_t begin = 0;
    uint32_t count = 0;
    uint64_t sequence = 0;
    if (const auto key = KeyOf(name, kPeriod);
        key.has_value() && numbers.size() == 2 &&
        absl::SimpleAtoi(numbers[0], &begin) &&
        absl::SimpleAtoi(numbers[1], &count)) {
      periods_[*key] = {.begin = absl::FromUnixMicros(begin), .count = count};
    } else if (const auto told = KeyOf(name, kCaughtUp);
               told.has_value() && absl::SimpleAtoi(value, &sequence)) {
      caught_up_[*told] = sequence;
    }
  }
}

uint64_t PeopleGate::CaughtUpTo(const std::string& subscription,
                                const std::string& to) const {
  const auto found = caught_up_.find({subscription, to});
  return found == caught_up_.end() ? 0 : found->second;
}

void PeopleGate::SetCaughtUpTo(const std::string& subscription,
                               const std::string& to, uint64_t sequence,
                               Notes* changed) {
  caught_up_[{subscription, to}] = sequence;
  changed->emplace_back(StrCat(kCaughtUp, subscription, " ", to),
                        StrCat(sequence));
}

// Where the clock went back to before the period, the next message begins one.
bool PeopleGate::IsIn(const Subscription& subscription, const Period& period,
                      absl::Time now) {
  return now >= period.begin && now - period.begin < subscription.max_period;
}

std::optional<PeopleGate::Hold> PeopleGate::HoldOf(
    const Subscription& subscription, const std::string& to, bool is_excepted,
    absl::Time now) const {
  if (subscription.quiet.has_value() && !is_excepted) {
    // A zone that this machine does not know was refused with its file.
    const auto clock = QuietClock::Create(*subscription.quiet);
    const auto until = clock.ok() ? clock->QuietUntil(now) : std::nullopt;
    if (until.has_value()) {
      return Hold{.reason = WaitReason::kQuiet, .until = *until};
    }
  }
  if (subscription.max == 0) {
    return std::nullopt;
  }
  const auto period = periods_.find({subscription.id, to});
  if (period == periods_.end() || period->second.count < subscription.max ||
      !IsIn(subscription, period->second, now)) {
    return std::nullopt;
  }
  return Hold{.reason = WaitReason::kThrottle,
              .until = period->second.begin + subscription.max_period};
}

void PeopleGate::Count(const Subscription& subscription, const std::string& to,
                       absl::Time now, Notes* changed) {
  if (subscription.max == 0) {
    return;
  }
  Period& period = periods_[{subscription.id, to}];
  if (period.count == 0 || !IsIn(subscription, period, now)) {
    period = {.begin = now, .count = 0};
  }
  ++period.count;
  changed->emplace_back(
      StrCat(kPeriod, subscription.id, " ", to),
      StrCat(absl::ToUnixMicros(period.begin), " ", period.count));
}

bool IsExcepted(
    const Subscription& subscription,
    const std::vector<std::pair<std::string, std::string>>& labels) {
  if (!subscription.quiet.has_value() ||
      subscription.quiet->except_labels.empty()) {
    return false;
  }
  const auto& except = subscription.quiet->except_labels;
  return std::all_of(except.begin(), except.end(), [&](const auto& label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
  });
}

}  // namespace presshawk
