// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/schedule.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr char kSlotFormat[] = "%Y-%m-%dT%H:%M%Ez";
// A schedule has a slot at least once a week; a zone may skip a day.
constexpr int kDaysToSearch = 16;
// What was missed longer ago than this is no more than counted from then on.
constexpr absl::Duration kMissedMax = absl::Hours(24 * 400);

bool IsOn(absl::CivilDay day, DaySet days) {
  const auto weekday = static_cast<unsigned>(absl::GetWeekday(day));
  return ((days >> weekday) & 1U) != 0;
}

absl::CivilSecond LocalTime(absl::CivilDay day, uint32_t minutes) {
  return absl::CivilSecond(day.year(), day.month(), day.day(),
                           static_cast<int>(minutes / 60),
                           static_cast<int>(minutes % 60), 0);
}

absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone) {
  return absl::CivilDay(zone.At(time).cs);
}

absl::StatusOr<absl::TimeZone> LoadZone(const std::string& name) {
  absl::TimeZone zone;
  if (name.empty() || !absl::LoadTimeZone(name, &zone)) {
    return absl::InvalidArgumentError(
        StrCat("`", name, "` is no time zone that this machine knows"));
  }
  return zone;
}

// Makes `later` a part of *slot.
void Unite(Slot later, Slot* slot) {
  const auto add = [slot](std::string name) {
    if (slot->stands_for.size() < kStandsForMax) {
      slot->stands_for.push_back(std::move(name));
    } else {
      ++slot->more;
    }
  };
  add(std::move(later.name));
  for (std::string& name : later.stands_for) {
    add(std::move(name));
  }
  slot->more += later.more;
  slot->at = later.at;
}

}  // namespace

absl::Time InstantOf(absl::CivilSecond local, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(local);
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

absl::StatusOr<Schedule> Schedule::Create(const DigestSchedule& schedule) {
  const absl::StatusOr<absl::TimeZone> zone = LoadZone(schedule.zone);
  if (!zone.ok()) {
    return zone.status();
  }
  if ((schedule.at.empty() && schedule.every < absl::Minutes(1)) ||
      (schedule.days & kEveryDay) == 0) {
    return absl::InvalidArgumentError("the schedule has no time");
  }
  return Schedule(schedule, *zone);
}

// A slot whose name nobody has asked for.
struct Schedule::Candidate {
  absl::Time at;
  absl::CivilSecond local;  // As the schedule says.
  bool is_skipped = false;  // Its day never has this time.
};

std::string Schedule::NameOf(const Candidate& candidate) const {
  if (!candidate.is_skipped) {
    return StrCat(absl::FormatTime(kSlotFormat, candidate.at, zone_), " ",
                  schedule_.zone);
  }
  const absl::TimeZone before =
      absl::FixedTimeZone(zone_.At(candidate.at - absl::Seconds(1)).offset);
  return StrCat(
      absl::FormatTime(kSlotFormat, absl::FromCivil(candidate.local, before),
                       before),
      " ", schedule_.zone);
}

void Schedule::AppendDay(absl::CivilDay day,
                         std::vector<Candidate>* slots) const {
  if (!IsOn(day, schedule_.days)) {
    return;
  }
  for (const uint32_t minutes : schedule_.at) {
    const absl::CivilSecond local = LocalTime(day, minutes);
    const absl::TimeZone::TimeInfo info = zone_.At(local);
    const bool is_skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
    slots->push_back({.at = is_skipped ? info.trans : info.pre,
                      .local = local,
                      .is_skipped = is_skipped});
  }
  if (schedule_.at.empty()) {
    const absl::Time end = InstantOf(absl::CivilSecond(day + 1), zone_);
    for (absl::Time at = InstantOf(absl::CivilSecond(day), zone_); at < end;
         at += schedule_.every) {
      slots->push_back({.at = at, .local = {}});
    }
  }
}

// The slots after a time, one instant after the other. Each day is asked once.
class Schedule::Walk {
 public:
  Walk(const Schedule* schedule, absl::Time after)
      : schedule_(*schedule),
        after_(after),
        day_(DayOf(after, schedule->zone_) - 2) {}

  // The next instant, with all slots of it; InfiniteFuture where a search of
  // kDaysToSearch days finds none.
  Slot Next() {
    Fill();
    Slot named = {.at = absl::InfiniteFuture(),
                  .named_at = absl::InfiniteFuture(),
                  .name = ""};
    for (; at_ < slots_.size() &&
           (named.name.empty() || slots_[at_].at == named.at);
         ++at_) {
      std::string name = schedule_.NameOf(slots_[at_]);
      if (named.name.empty()) {
        named.at = slots_[at_].at;
        named.named_at = named.at;
        named.name = std::move(name);
      } else {
        named.stands_for.push_back(std::move(name));
      }
    }
    after_ = named.at;
    return named;
  }

 private:
  // Until the first slot is one that no later day can have an earlier one than:
  // a time that is skipped may be told on the next day, and a zone may skip a
  // day as well.
  void Fill() {
    for (int days_left = kDaysToSearch;; --days_left) {
      while (at_ < slots_.size() && slots_[at_].at <= after_) {
        ++at_;
      }
      if (days_left == 0 ||
          (at_ < slots_.size() && slots_[at_].at < safe_until_)) {
        return;
      }
      slots_.erase(slots_.begin(),
                   slots_.begin() + static_cast<std::ptrdiff_t>(at_));
      at_ = 0;
      schedule_.AppendDay(day_, &slots_);
      safe_until_ = InstantOf(absl::CivilSecond(day_ - 1), schedule_.zone_);
      ++day_;
      std::stable_sort(
          slots_.begin(), slots_.end(),
          [](const Candidate& a, const Candidate& b) { return a.at < b.at; });
    }
  }

  const Schedule& schedule_;
  absl::Time after_;
  absl::CivilDay day_;  // The first that was not asked yet.
  absl::Time safe_until_ = absl::InfinitePast();
  std::vector<Candidate> slots_;  // Sorted.
  size_t at_ = 0;
};

Slot Schedule::Next(absl::Time after) const { return Walk(this, after).Next(); }

std::vector<Slot> Schedule::NextSlots(absl::Time after, size_t count) const {
  Walk walk(this, after);
  std::vector<Slot> slots;
  while (slots.size() < count) {
    slots.push_back(walk.Next());
  }
  return slots;
}

Schedule::Due Schedule::DueAt(absl::Time done, absl::Time now,
                              WasCut was_cut) const {
  Walk walk(this, std::max(done, now - kMissedMax));
  std::optional<Slot> missed;
  Slot next = walk.Next();
  while (next.at <= now) {
    if (was_cut(next)) {
      // Told before the clock went back.
    } else if (missed.has_value()) {
      Unite(std::move(next), &*missed);
    } else {
      missed = std::move(next);
    }
    next = walk.Next();
  }
  Due due = {.slot = std::nullopt, .wake = next.at};
  if (missed.has_value() && now - missed->at < (next.at - missed->at) / 2) {
    due.slot = std::move(missed);
  }
  return due;
}

std::string SlotText(const Slot& slot) {
  return StrCat(
      slot.name, " (",
      absl::FormatTime("%Y-%m-%dT%H:%MZ", slot.at, absl::UTCTimeZone()), ")");
}

absl::StatusOr<QuietClock> QuietClock::Create(const QuietHours& hours) {
  const absl::StatusOr<absl::TimeZone> zone = LoadZone(hours.zone);
  if (!zone.ok()) {
    return zone.status();
  }
  return QuietClock(hours, *zone);
}

std::optional<absl::Time> QuietClock::QuietUntil(absl::Time time) const {
  std::optional<absl::Time> until;
  // One may begin where another ends: at a transition.
  constexpr int kUnited = 3;
  for (int i = 0; i < kUnited; ++i) {
    const absl::Time at = until.value_or(time);
    const absl::CivilDay today = DayOf(at, zone_);
    std::optional<absl::Time> end_here;
    for (absl::CivilDay day = today - 2; day <= today; ++day) {
      const absl::CivilDay last = hours_.to > hours_.from ? day : day + 1;
      if (IsOn(day, hours_.days) &&
          InstantOf(LocalTime(day, hours_.from), zone_) <= at) {
        const absl::Time end = InstantOf(LocalTime(last, hours_.to), zone_);
        if (end > at && (!end_here.has_value() || end > *end_here)) {
          end_here = end;
        }
      }
    }
    if (!end_here.has_value()) {
      break;
    }
    until = end_here;
  }
  return until;
}

std::vector<std::string> SkippedTimes(const std::vector<uint32_t>& minutes,
                                      DaySet days, const std::string& zone,
                                      absl::Time from) {
  std::vector<std::string> skipped;
  const absl::StatusOr<absl::TimeZone> loaded = LoadZone(zone);
  if (!loaded.ok()) {
    return skipped;
  }
  constexpr int kDays = 400;
  const absl::CivilDay today = DayOf(from, *loaded);
  for (const uint32_t time : minutes) {
    for (absl::CivilDay day = today; day < today + kDays; ++day) {
      const absl::CivilSecond local = LocalTime(day, time);
      if (IsOn(day, days) &&
          loaded->At(local).kind == absl::TimeZone::TimeInfo::SKIPPED) {
        skipped.push_back(absl::FormatTime(
            "%Y-%m-%d %H:%M", absl::FromCivil(local, absl::UTCTimeZone()),
            absl::UTCTimeZone()));
        break;
      }
    }
  }
  return skipped;
}

}  // namespace presshawk
