// SPDX-License-Identifier: Apache-2.0
// Schedules by tables of transitions that are known, and over 100,000 days of
// virtual time. schedule_calendar.py compares them with another calendar.
#include "core/delivery/schedule.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "core/base/str_cat.h"
#include "core/base/zone_database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text;
  return time;
}

Schedule AtTimes(std::vector<uint32_t> at, const std::string& zone,
                 DaySet days = kEveryDay) {
  return *Schedule::Create({.at = std::move(at), .days = days, .zone = zone});
}
Schedule Every(absl::Duration every, const std::string& zone) {
  return *Schedule::Create({.at = {}, .every = every, .zone = zone});
}

// "SLOT (UTC)" of each until then, with what it stands for behind a +.
std::vector<std::string> Slots(const Schedule& schedule, const char* from,
                               const char* until) {
  std::vector<std::string> texts;
  for (Slot slot = schedule.Next(At(from)); slot.at <= At(until);
       slot = schedule.Next(slot.at)) {
    texts.push_back(SlotText(slot));
    for (const std::string& other : slot.stands_for) {
      StrAppend(&texts.back(), " + ", other.substr(11, 11));
    }
  }
  return texts;
}

TEST(ScheduleTest, ASkippedTimeIsToldAtTheTransition) {
  const char* const from = "2026-03-28T12:00:00Z";
  const char* const until = "2026-03-29T12:00:00Z";
  EXPECT_THAT(Slots(AtTimes({150}, "Europe/Berlin"), from, until),
              ElementsAre("2026-03-29T02:30+01:00 Europe/Berlin "
                          "(2026-03-29T01:00Z)"));
  EXPECT_THAT(
      Slots(AtTimes({120, 150, 180}, "Europe/Berlin"), from, until),
      ElementsAre("2026-03-29T02:00+01:00 Europe/Berlin (2026-03-29T01:00Z) "
                  "+ 02:30+01:00 + 03:00+02:00"));
}

TEST(ScheduleTest, ATimeThatComesTwiceIsToldAtTheFirst) {
  EXPECT_THAT(Slots(AtTimes({150}, "Europe/Berlin"), "2026-10-24T12:00:00Z",
                    "2026-10-26T12:00:00Z"),
              ElementsAre("2026-10-25T02:30+02:00 Europe/Berlin "
                          "(2026-10-25T00:30Z)",
                          "2026-10-26T02:30+01:00 Europe/Berlin "
                          "(2026-10-26T01:30Z)"));
}

TEST(ScheduleTest, EveryHourIsTwentyThreeOrTwentyFiveOnADayOfChange) {
  const Schedule hourly = Every(absl::Hours(1), "Europe/Berlin");
  EXPECT_EQ(
      Slots(hourly, "2026-03-28T22:59:00Z", "2026-03-29T21:59:00Z").size(),
      23U);
  const std::vector<std::string> long_day =
      Slots(hourly, "2026-10-24T21:59:00Z", "2026-10-25T22:59:00Z");
  ASSERT_EQ(long_day.size(), 25U);
  EXPECT_EQ(long_day[2],
            "2026-10-25T02:00+02:00 Europe/Berlin (2026-10-25T00:00Z)");
  EXPECT_EQ(long_day[3],
            "2026-10-25T02:00+01:00 Europe/Berlin (2026-10-25T01:00Z)");
}

TEST(ScheduleTest, EveryBeginsAnewAtLocalMidnight) {
  EXPECT_THAT(Slots(Every(absl::Hours(10), "America/New_York"),
                    "2026-06-01T03:59:00Z", "2026-06-02T04:00:00Z"),
              ElementsAre("2026-06-01T00:00-04:00 America/New_York "
                          "(2026-06-01T04:00Z)",
                          "2026-06-01T10:00-04:00 America/New_York "
                          "(2026-06-01T14:00Z)",
                          "2026-06-01T20:00-04:00 America/New_York "
                          "(2026-06-02T00:00Z)",
                          "2026-06-02T00:00-04:00 America/New_York "
                          "(2026-06-02T04:00Z)"));
}

TEST(ScheduleTest, ZonesOfMidnightsHalfHoursAndLostDays) {
  // Half an hour, at 02:00.
  EXPECT_THAT(Slots(AtTimes({135}, "Australia/Lord_Howe"),
                    "2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z"),
              ElementsAre("2026-10-04T02:15+10:30 Australia/Lord_Howe "
                          "(2026-10-03T15:30Z)"));
  // Midnight itself is skipped.
  EXPECT_THAT(Slots(AtTimes({0}, "America/Santiago"), "2026-09-05T12:00:00Z",
                    "2026-09-06T12:00:00Z"),
              ElementsAre("2026-09-06T00:00-04:00 America/Santiago "
                          "(2026-09-06T04:00Z)"));
  // A whole day is skipped: it is told when the next begins.
  EXPECT_THAT(Slots(AtTimes({480}, "Pacific/Apia"), "2011-12-29T00:00:00Z",
                    "2011-12-31T00:00:00Z"),
              ElementsAre("2011-12-29T08:00-10:00 Pacific/Apia "
                          "(2011-12-29T18:00Z)",
                          "2011-12-30T08:00-10:00 Pacific/Apia "
                          "(2011-12-30T10:00Z)",
                          "2011-12-31T08:00+14:00 Pacific/Apia "
                          "(2011-12-30T18:00Z)"));
}

TEST(ScheduleTest, DaysAreThoseOfTheZone) {
  const DaySet monday = 1;
  EXPECT_THAT(Slots(AtTimes({30}, "Asia/Tokyo", monday), "2026-01-01T00:00:00Z",
                    "2026-01-12T00:00:00Z"),
              ElementsAre("2026-01-05T00:30+09:00 Asia/Tokyo "
                          "(2026-01-04T15:30Z)",
                          "2026-01-12T00:30+09:00 Asia/Tokyo "
                          "(2026-01-11T15:30Z)"));
}

TEST(ScheduleTest, TheNextThreeAreShownInBothZones) {
  const std::vector<Slot> next = AtTimes({480, 1050}, "Europe/Berlin")
                                     .NextSlots(At("2026-10-24T12:00:00Z"), 3);
  ASSERT_EQ(next.size(), 3U);
  EXPECT_EQ(SlotText(next[0]),
            "2026-10-24T17:30+02:00 Europe/Berlin (2026-10-24T15:30Z)");
  EXPECT_EQ(SlotText(next[1]),
            "2026-10-25T08:00+01:00 Europe/Berlin (2026-10-25T07:00Z)");
}

TEST(ScheduleTest, WhatIsNoScheduleIsAnError) {
  EXPECT_FALSE(Schedule::Create({.at = {480}, .zone = "Europe/Berln"}).ok());
  EXPECT_FALSE(Schedule::Create({.at = {480}, .zone = ""}).ok());
  EXPECT_FALSE(Schedule::Create({.at = {}, .zone = "UTC"}).ok());
  EXPECT_FALSE(Schedule::Create({.at = {480}, .days = 0, .zone = "UTC"}).ok());
}

// --- What is due.

TEST(DueTest, ASlotIsCutOnceAndNoClockThatGoesBackCutsItAgain) {
  const Schedule daily = AtTimes({480}, "UTC");
  const absl::Time slot = At("2026-01-02T08:00:00Z");
  const absl::Time before = At("2026-01-01T09:00:00Z");
  EXPECT_FALSE(daily.DueAt(before, slot - absl::Seconds(1)).slot.has_value());
  EXPECT_EQ(daily.DueAt(before, slot - absl::Seconds(1)).wake, slot);
  const Schedule::Due due = daily.DueAt(before, slot);
  ASSERT_TRUE(due.slot.has_value());
  EXPECT_EQ(due.slot->name, "2026-01-02T08:00+00:00 UTC");
  EXPECT_THAT(due.slot->stands_for, IsEmpty());
  EXPECT_FALSE(daily.DueAt(slot, slot + absl::Seconds(1)).slot.has_value());
  EXPECT_FALSE(daily.DueAt(slot, slot - absl::Hours(24)).slot.has_value());
}

TEST(DueTest, AClockThatWasFarAheadStallsNothing) {
  const Schedule daily = AtTimes({480}, "UTC");
  const absl::Time right = At("2026-01-02T07:00:00Z");
  const std::string told = "2026-01-02T08:00+00:00 UTC";
  // It was cut while the clock said 2038, and done is set back to now.
  const Schedule::Due due =
      daily.DueAt(right, right + absl::Hours(26),
                  [&](const Slot& slot) { return slot.name == told; });
  ASSERT_TRUE(due.slot.has_value());
  EXPECT_EQ(due.slot->name, "2026-01-03T08:00+00:00 UTC");
  EXPECT_THAT(due.slot->stands_for, IsEmpty());
}

TEST(DueTest, MissedSlotsBecomeOneAtOnceOrWithTheNext) {
  const Schedule daily = AtTimes({480}, "UTC");
  const absl::Time done = At("2026-01-01T08:00:00Z");
  // Of the 24 hours to the next, less than half have passed.
  const Schedule::Due soon = daily.DueAt(done, At("2026-01-04T19:59:00Z"));
  ASSERT_TRUE(soon.slot.has_value());
  EXPECT_EQ(soon.slot->name, "2026-01-02T08:00+00:00 UTC");
  EXPECT_THAT(soon.slot->stands_for, ElementsAre("2026-01-03T08:00+00:00 UTC",
                                                 "2026-01-04T08:00+00:00 UTC"));
  // Half of them have.
  const Schedule::Due late = daily.DueAt(done, At("2026-01-04T20:00:00Z"));
  EXPECT_FALSE(late.slot.has_value());
  EXPECT_EQ(late.wake, At("2026-01-05T08:00:00Z"));
  const Schedule::Due with_next = daily.DueAt(done, late.wake);
  ASSERT_TRUE(with_next.slot.has_value());
  EXPECT_EQ(with_next.slot->name, "2026-01-02T08:00+00:00 UTC");
  EXPECT_EQ(with_next.slot->stands_for.size(), 3U);
}

TEST(DueTest, WhatIsNamedHasALimitAndTheRestIsCounted) {
  const Schedule every_minute = Every(absl::Minutes(1), "UTC");
  const absl::Time done = At("2026-01-01T00:00:00Z");
  const Schedule::Due due = every_minute.DueAt(done, done + absl::Hours(24));
  ASSERT_TRUE(due.slot.has_value());
  EXPECT_EQ(due.slot->stands_for.size(), kStandsForMax);
  EXPECT_EQ(1 + due.slot->stands_for.size() + due.slot->more, 1440U);
}

// --- Quiet hours.

QuietClock Quiet(uint32_t from, uint32_t to, DaySet days = kEveryDay,
                 const std::string& zone = "Europe/Berlin") {
  return *QuietClock::Create({.from = from,
                              .to = to,
                              .days = days,
                              .zone = zone,
                              .except_labels = {}});
}

TEST(QuietClockTest, HoursOverMidnightBelongToTheDayOnWhichTheyBegin) {
  const DaySet friday = 16;  // 2026-01-02 is one.
  const QuietClock quiet = Quiet(22 * 60, 7 * 60, friday);
  const absl::Time end = At("2026-01-03T06:00:00Z");
  EXPECT_EQ(quiet.QuietUntil(At("2026-01-02T20:59:59Z")), std::nullopt);
  EXPECT_EQ(quiet.QuietUntil(At("2026-01-02T21:00:00Z")), end);
  EXPECT_EQ(quiet.QuietUntil(At("2026-01-03T05:59:59Z")), end);
  EXPECT_EQ(quiet.QuietUntil(end), std::nullopt);
  EXPECT_EQ(quiet.QuietUntil(At("2026-01-03T22:00:00Z")), std::nullopt);
}

TEST(QuietClockTest, HoursWithinADayAndOnDaysOfChange) {
  const QuietClock noon = Quiet(12 * 60, 13 * 60);
  EXPECT_EQ(noon.QuietUntil(At("2026-07-01T10:30:00Z")),
            At("2026-07-01T11:00:00Z"));
  EXPECT_EQ(noon.QuietUntil(At("2026-07-01T11:00:00Z")), std::nullopt);
  // 02:00 to 03:00 does not exist on that day.
  const QuietClock gap = Quiet(120, 180);
  EXPECT_EQ(gap.QuietUntil(At("2026-03-29T01:00:00Z")), std::nullopt);
  // 01:30 to 02:30: the first 02:30 ends it.
  EXPECT_EQ(Quiet(90, 150).QuietUntil(At("2026-10-25T00:00:00Z")),
            At("2026-10-25T00:30:00Z"));
  EXPECT_FALSE(QuietClock::Create(
                   {.from = 1, .to = 2, .zone = "nowhere", .except_labels = {}})
                   .ok());
}

TEST(SkippedTimesTest, NamesTheNextDayOfEach) {
  EXPECT_THAT(SkippedTimes({90, 150, 480}, kEveryDay, "Europe/Berlin",
                           At("2026-06-01T00:00:00Z")),
              ElementsAre("2027-03-28 02:30"));
  EXPECT_THAT(SkippedTimes({150}, 1, "Europe/Berlin",  // Mondays.
                           At("2026-06-01T00:00:00Z")),
              IsEmpty());
}

TEST(ZoneDatabaseStampTest, IsThatOfTheFiles) {
  const std::string one = ZoneDatabaseStamp({"Europe/Berlin"});
  EXPECT_EQ(one.size(), 16U);
  EXPECT_EQ(ZoneDatabaseStamp({"Europe/Berlin"}), one);
  EXPECT_NE(ZoneDatabaseStamp({"Asia/Tokyo"}), one);
  EXPECT_EQ(ZoneDatabaseStamp({"nowhere"}).size(), 16U);
}

// --- Virtual time.

// A process that is up, down, late, and whose clock jumps, for `days` days from
// 2026 on. Every slot must be cut once, by itself or in another's name.
void RunVirtualTime(const Schedule& schedule, int days, uint64_t seed) {
  std::mt19937_64 random(seed);
  const absl::Time begin = At("2026-01-01T00:00:00Z");
  const absl::Time end = begin + absl::Hours(24 * days);
  absl::Time done = begin;
  absl::Time now = begin;
  absl::Time furthest = begin;
  std::vector<std::string> told;
  std::set<std::string> cut;
  while (now < end) {
    const Schedule::Due due = schedule.DueAt(
        done, now, [&](const Slot& slot) { return cut.contains(slot.name); });
    if (due.slot.has_value()) {
      ASSERT_LE(due.slot->at, now);
      ASSERT_EQ(due.slot->more, 0U);
      told.push_back(due.slot->name);
      told.insert(told.end(), due.slot->stands_for.begin(),
                  due.slot->stands_for.end());
      cut.insert(told.begin() + static_cast<ptrdiff_t>(cut.size()), told.end());
      done = now;
      furthest = std::max(furthest, now);
      continue;
    }
    ASSERT_GT(due.wake, now);
    switch (random() % 8) {
      case 0:  // Down for a while.
        now += absl::Minutes(1 + random() % (3 * 1440));
        break;
      case 1:  // The clock goes back; it is right again in the end.
        now -= absl::Minutes(random() % 600);
        done = std::min(done, now);
        break;
      case 2:  // Asked for no reason.
        now += (due.wake - now) / 2;
        break;
      default:  // The timer, a little late.
        now = due.wake + absl::Milliseconds(random() % 2'000);
    }
  }
  std::vector<std::string> expected;
  for (Slot slot = schedule.Next(begin); slot.at <= furthest;
       slot = schedule.Next(slot.at)) {
    expected.push_back(slot.name);
    expected.insert(expected.end(), slot.stands_for.begin(),
                    slot.stands_for.end());
  }
  ASSERT_EQ(told, expected);
}

TEST(ScheduleProperty, NoSlotIsLostOrToldTwiceInAHundredThousandDays) {
  const char* const wanted = std::getenv("PRESSHAWK_CASES");
  const int days = 100'000 * (wanted == nullptr ? 1 : std::atoi(wanted)) / 12;
  for (const char* zone :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
        "America/Santiago", "Africa/Casablanca", "Pacific/Kiritimati"}) {
    SCOPED_TRACE(zone);
    RunVirtualTime(AtTimes({0, 150, 480, 1439}, zone), days, 1);
    RunVirtualTime(Every(absl::Hours(5), zone), days, 2);
  }
}

}  // namespace
}  // namespace presshawk
