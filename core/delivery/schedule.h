// SPDX-License-Identifier: Apache-2.0
// When digests are told, and when people are left alone: civil time in a zone
// (SPEC SUB-5, SUB-6).
//
//   auto schedule = Schedule::Create({.at = {480}, .zone = "Europe/Berlin"});
//   schedule->Next(now).name;      // "2026-10-26T08:00+01:00 Europe/Berlin"
//   schedule->DueAt(last_done, now).slot;   // What is cut now, if anything.
//
// A slot is one time of the schedule. A local time that its day skips is told
// at the transition, and one that its day has twice at the first. `every`
// counts real time from local midnight, so that a day of change has 23 or 25
// slots of an hour.
//
// LIFE. Values. They keep the rules of their zone as these were when they were
// made; ZoneDatabaseStamp() tells of newer ones.
// THREAD SAFETY. Immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "core/delivery/subscription.h"

namespace presshawk {

// Slots that fall together, by a transition or because they were missed, are
// one: named by the earliest, while `stands_for` names the others.
struct Slot {
  absl::Time at;        // When it is told: of several, the time of the last.
  absl::Time named_at;  // The time of the earliest, which names it.
  // The local time that the schedule says, with its offset and its zone. For a
  // time that is skipped, the offset is that before the transition.
  std::string name;
  std::vector<std::string> stands_for = {};
  // How many more there are than `stands_for` names: it has at most
  // kStandsForMax.
  uint64_t more = 0;
};
inline constexpr size_t kStandsForMax = 1'000;

class Schedule {
 public:
  // InvalidArgument for a zone that this machine does not know, and for a
  // schedule without times.
  static absl::StatusOr<Schedule> Create(const DigestSchedule& schedule);

  // The first slot later than `after`.
  Slot Next(absl::Time after) const;
  // The first `count` of them.
  std::vector<Slot> NextSlots(absl::Time after, size_t count) const;

  struct Due {
    std::optional<Slot> slot;  // To be cut now.
    absl::Time wake;           // When to ask again, unless something is cut.
  };
  // What is due at `now`, where all slots until `done` are done. Slots that
  // were missed since then are one: it is cut now if less than half of the time
  // from the last of them to the next has passed, and with the next otherwise.
  // After a slot was cut, `done` is `now`.
  //
  // A clock that went back finds nothing due. So that nothing stalls until it
  // has caught up, `done` is then set to `now` as well, and `was_cut` says of a
  // slot whether it was cut already: none comes twice.
  using WasCut = absl::FunctionRef<bool(const Slot& slot)>;
  Due DueAt(absl::Time done, absl::Time now, WasCut was_cut = Never) const;

 private:
  Schedule(DigestSchedule schedule, absl::TimeZone zone)
      : schedule_(std::move(schedule)), zone_(zone) {}

  static bool Never(const Slot& /*slot*/) { return false; }
  struct Candidate;
  class Walk;
  // Appends the slots of one local day.
  void AppendDay(absl::CivilDay day, std::vector<Candidate>* slots) const;
  std::string NameOf(const Candidate& candidate) const;

  DigestSchedule schedule_;
  absl::TimeZone zone_;
};

// The next slots for a person, each in its zone and in UTC:
// "2026-10-26T08:00+01:00 Europe/Berlin (2026-10-26T07:00Z)".
std::string SlotText(const Slot& slot);

class QuietClock {
 public:
  // InvalidArgument for a zone that this machine does not know.
  static absl::StatusOr<QuietClock> Create(const QuietHours& hours);

  // When the quiet hours that hold at `time` end; nothing where none hold. They
  // begin on their days and end on the same day or on the next; their first
  // instant is quiet, and their last is not.
  std::optional<absl::Time> QuietUntil(absl::Time time) const;

 private:
  QuietClock(QuietHours hours, absl::TimeZone zone)
      : hours_(std::move(hours)), zone_(zone) {}

  QuietHours hours_;
  absl::TimeZone zone_;
};

// The instant of a local time: of one that is skipped the transition, and of
// one that comes twice the first.
absl::Time InstantOf(absl::CivilSecond local, absl::TimeZone zone);

// The local times among `minutes` since midnight that some day of the next 400
// after `from` skips, as "2027-03-28 02:30"; the first of each. For warnings.
std::vector<std::string> SkippedTimes(const std::vector<uint32_t>& minutes,
                                      DaySet days, const std::string& zone,
                                      absl::Time from);

}  // namespace presshawk
