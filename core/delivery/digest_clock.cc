// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/digest_clock.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Slots that were told are known for this long, the last 100 for ever, and 3,000
// at most: two days of a digest each minute. A clock that goes back further may
// name a slot a second time.
constexpr absl::Duration kToldFor = absl::Hours(24 * 31);
constexpr size_t kToldMin = 100;
constexpr size_t kToldMax = 3'000;

std::string NameOf(const std::string& subscription) {
  return StrCat(DigestClock::kPrefix, subscription);
}

// What tells one schedule from another.
std::string TimesOf(const DigestSchedule& schedule) {
  std::string text = StrCat(schedule.zone, " ", int{schedule.days}, " ",
                            absl::ToInt64Minutes(schedule.every));
  for (const uint32_t minutes : schedule.at) {
    StrAppend(&text, ",", minutes);
  }
  return text;
}

int64_t Number(const std::string& text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

}  // namespace

void DigestClock::Load(const Notes& notes) {
  for (const auto& [name, value] : notes) {
    std::optional<Timer> timer = Read(value);
    if (name.starts_with(kPrefix) && timer.has_value()) {
      timers_[name.substr(kPrefix.size())] = *std::move(timer);
    }
  }
}

std::vector<DigestCut> DigestClock::Due(
    absl::Span<const Subscription> subscriptions, absl::Time now,
    Notes* changed) {
  if (now < last_) {
    // It went back: what was calculated from it does not hold any more.
    for (auto& [id, timer] : timers_) {
      timer.wake = absl::InfinitePast();
    }
  }
  last_ = now;
  std::vector<DigestCut> cuts;
  for (const Subscription& subscription : subscriptions) {
    if (subscription.when != Subscription::When::kDigest) {
      Forget(subscription.id, changed);
    } else if (!subscription.paused) {
      if (auto cut = DueOf(subscription, now, changed); cut.has_value()) {
        cuts.push_back(*std::move(cut));
      }
    }
  }
  return cuts;
}

void DigestClock::Forget(const std::string& subscription, Notes* changed) {
  if (timers_.erase(subscription) > 0) {
    changed->emplace_back(NameOf(subscription), "");
  }
}

std::optional<DigestCut> DigestClock::DueOf(const Subscription& subscription,
                                            absl::Time now, Notes* changed) {
  const auto [found, is_new] = timers_.try_emplace(subscription.id);
  Timer& timer = found->second;
  std::string times = TimesOf(subscription.digest);
  if (is_new || (timer.times != times && !timer.open.has_value())) {
    timer.done = now;
    timer.times = std::move(times);
    timer.wake = absl::InfinitePast();
    Change(subscription.id, timer, changed);
  }
  if (timer.open.has_value()) {
    return DigestCut{.subscription = &subscription,
                     .slot = *timer.open,
                     .part = timer.parts + 1};
  }
  if (now < timer.wake) {
    return std::nullopt;
  }
  if (now < timer.done) {
    timer.done = now;
    Change(subscription.id, timer, changed);
  }
  const auto schedule = Schedule::Create(subscription.digest);
  if (!schedule.ok()) {
    return std::nullopt;  // Its file was refused; no such one is in force.
  }
  Schedule::Due due =
      schedule->DueAt(timer.done, now, [&timer](const Slot& slot) {
        return std::find(timer.told.begin(), timer.told.end(), slot.named_at) !=
               timer.told.end();
      });
  if (!due.slot.has_value()) {
    timer.wake = due.wake;
    return std::nullopt;
  }
  return DigestCut{
      .subscription = &subscription, .slot = *std::move(due.slot), .part = 1};
}

absl::Time DigestClock::NextWake() const {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [id, timer] : timers_) {
    next = std::min(next, timer.wake);
  }
  return next;
}

absl::Time DigestClock::NextSlot(
    absl::Span<const Subscription> subscriptions) const {
  absl::Time next = absl::InfiniteFuture();
  for (const Subscription& one : subscriptions) {
    if (one.when != Subscription::When::kDigest || one.paused) {
      continue;
    }
    const auto timer = timers_.find(one.id);
    if (timer != timers_.end() && timer->second.wake != absl::InfinitePast()) {
      next = std::min(next, timer->second.wake);
    }
  }
  return next;
}

void DigestClock::Done(const DigestCut& cut, bool is_last, absl::Time now,
                       Notes* changed) {
  const std::string& id = cut.subscription->id;
  Timer& timer = timers_[id];
  if (cut.part == 1) {
    timer.done = now;
    timer.told.push_back(cut.slot.named_at);
    if (const size_t told = timer.told.size();
        told > kToldMax ||
        (told > kToldMin &&
         absl::AbsDuration(now - timer.told.front()) > kToldFor)) {
      timer.told.erase(timer.told.begin());
    }
  }
  timer.open = is_last ? std::nullopt : std::optional(cut.slot);
  timer.parts = is_last ? 0 : cut.part;
  timer.wake = absl::InfinitePast();
  Change(id, timer, changed);
}

void DigestClock::Change(const std::string& id, const Timer& timer,
                         Notes* changed) {
  changed->emplace_back(NameOf(id), Write(timer));
}

// A line each: `done` in microseconds; `times` of the schedule; `told`, the
// slots in seconds, each after the first as the difference to the one before;
// `open`, the parts that were told, the slot's two times, how many more it
// stands for, and the names.
std::string DigestClock::Write(const Timer& timer) {
  std::string note = StrCat("done ", absl::ToUnixMicros(timer.done),
                            "\ntimes\t", timer.times, "\ntold");
  int64_t before = 0;
  for (const absl::Time at : timer.told) {
    const int64_t seconds = absl::ToUnixSeconds(at);
    StrAppend(&note, " ", seconds - before);
    before = seconds;
  }
  note += "\n";
  if (timer.open.has_value()) {
    StrAppend(&note, "open ", timer.parts, " ",
              absl::ToUnixSeconds(timer.open->at), " ",
              absl::ToUnixSeconds(timer.open->named_at), " ", timer.open->more,
              "\t", timer.open->name);
    for (const std::string& name : timer.open->stands_for) {
      StrAppend(&note, "\t", name);
    }
    note += "\n";
  }
  return note;
}

std::optional<DigestClock::Timer> DigestClock::Read(const std::string& note) {
  Timer timer;
  const std::vector<std::string> lines = absl::StrSplit(note, '\n');
  for (const std::string& line : lines) {
    const std::vector<std::string> names = absl::StrSplit(line, '\t');
    const std::vector<std::string> words = absl::StrSplit(names[0], ' ');
    if (words[0] == "done" && words.size() == 2) {
      timer.done = absl::FromUnixMicros(Number(words[1]));
    } else if (words[0] == "times" && names.size() == 2) {
      timer.times = names[1];
    } else if (words[0] == "told") {
      int64_t seconds = 0;
      for (size_t i = 1; i < words.size(); ++i) {
        seconds += Number(words[i]);
        timer.told.push_back(absl::FromUnixSeconds(seconds));
      }
    } else if (words[0] == "open" && words.size() == 5 && names.size() > 1) {
      timer.parts = static_cast<uint32_t>(Number(words[1]));
      timer.open = Slot{.at = absl::FromUnixSeconds(Number(words[2])),
                        .named_at = absl::FromUnixSeconds(Number(words[3])),
                        .name = names[1],
                        .stands_for = {names.begin() + 2, names.end()},
                        .more = static_cast<uint64_t>(Number(words[4]))};
    }
  }
  return note.starts_with("done ") ? std::optional(std::move(timer))
                                   : std::nullopt;
}

}  // namespace presshawk
