// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/digest_clock.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << text << ": " << error;
  return time;
}

Subscription Daily(const std::string& id, uint32_t minutes = 480) {
  Subscription subscription;
  subscription.id = id;
  subscription.when = Subscription::When::kDigest;
  subscription.digest = {.at = {minutes}, .zone = "UTC"};
  return subscription;
}

// A clock with its ledger, which is what is left after a crash.
class DigestClockTest : public testing::Test {
 protected:
  // Cuts what is due, each slot in `parts` parts; returns the names.
  std::vector<std::string> Tick(absl::Time now, uint32_t parts = 1) {
    std::vector<std::string> told;
    DigestClock::Notes changed;
    for (const DigestCut& cut : clock_.Due(subscriptions_, now, &changed)) {
      clock_.Done(cut, cut.part == parts, now, &changed);
      told.push_back(
          StrCat(cut.subscription->id, " ", cut.slot.name, " ", cut.part));
      stands_for_ = cut.slot.stands_for;
    }
    for (auto& [name, value] : changed) {
      if (value.empty()) {
        ledger_.erase(name);
      } else {
        ledger_[name] = value;
      }
    }
    return told;
  }
  void Crash() {
    clock_ = DigestClock();
    clock_.Load({ledger_.begin(), ledger_.end()});
  }

  std::vector<Subscription> subscriptions_ = {Daily("d")};
  std::map<std::string, std::string> ledger_;
  DigestClock clock_;
  std::vector<std::string> stands_for_;
};

TEST_F(DigestClockTest, ANewDigestBeginsWithItsNextSlot) {
  EXPECT_THAT(Tick(At("2026-01-01T08:00:01Z")), IsEmpty());
  EXPECT_THAT(Tick(At("2026-01-02T07:59:59Z")), IsEmpty());
  EXPECT_THAT(Tick(At("2026-01-02T08:00:00Z")),
              ElementsAre("d 2026-01-02T08:00+00:00 UTC 1"));
  EXPECT_THAT(Tick(At("2026-01-02T08:00:01Z")), IsEmpty());
}

TEST_F(DigestClockTest, WhatWasToldIsKnownAfterACrash) {
  Tick(At("2026-01-01T07:00:00Z"));
  Crash();
  EXPECT_THAT(Tick(At("2026-01-01T08:00:00Z")),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 1"));
  Crash();
  EXPECT_THAT(Tick(At("2026-01-01T08:00:00Z")), IsEmpty());
}

TEST_F(DigestClockTest, PartsGoOnAfterACrash) {
  Tick(At("2026-01-01T07:00:00Z"));
  EXPECT_THAT(Tick(At("2026-01-02T09:00:00Z"), 3),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 1"));
  EXPECT_THAT(stands_for_, ElementsAre("2026-01-02T08:00+00:00 UTC"));
  Crash();
  EXPECT_THAT(Tick(At("2026-01-02T09:00:00Z"), 3),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 2"));
  EXPECT_THAT(stands_for_, ElementsAre("2026-01-02T08:00+00:00 UTC"));
  EXPECT_THAT(Tick(At("2026-01-02T09:00:01Z"), 3),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 3"));
  EXPECT_THAT(Tick(At("2026-01-02T09:00:02Z"), 3), IsEmpty());
}

TEST_F(DigestClockTest, APausedOneCatchesUp) {
  Tick(At("2026-01-01T07:00:00Z"));
  subscriptions_[0].paused = true;
  EXPECT_THAT(Tick(At("2026-01-01T08:00:00Z")), IsEmpty());
  EXPECT_THAT(Tick(At("2026-01-03T08:00:00Z")), IsEmpty());
  subscriptions_[0].paused = false;
  EXPECT_THAT(Tick(At("2026-01-03T09:00:00Z")),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 1"));
  EXPECT_EQ(stands_for_.size(), 2U);
}

TEST_F(DigestClockTest, AClockThatGoesBackTellsNoSlotTwiceAndStallsNothing) {
  Tick(At("2026-01-01T07:00:00Z"));
  EXPECT_EQ(Tick(At("2026-01-01T08:00:00Z")).size(), 1U);
  // To 2038 and back.
  EXPECT_EQ(Tick(At("2038-01-01T08:00:00Z")).size(), 1U);
  EXPECT_THAT(Tick(At("2026-01-01T07:00:00Z")), IsEmpty());
  EXPECT_THAT(Tick(At("2026-01-01T08:00:00Z")), IsEmpty());
  Crash();
  EXPECT_THAT(Tick(At("2026-01-01T08:00:30Z")), IsEmpty());
  EXPECT_THAT(Tick(At("2026-01-02T08:00:00Z")),
              ElementsAre("d 2026-01-02T08:00+00:00 UTC 1"));
}

TEST_F(DigestClockTest, AnEditedScheduleCountsFromNow) {
  Tick(At("2026-01-01T07:00:00Z"));
  // 07:30 is over: it was no slot then.
  subscriptions_[0] = Daily("d", 450);
  EXPECT_THAT(Tick(At("2026-01-01T07:40:00Z")), IsEmpty());
  Crash();
  EXPECT_THAT(Tick(At("2026-01-02T07:30:00Z")),
              ElementsAre("d 2026-01-02T07:30+00:00 UTC 1"));
}

TEST_F(DigestClockTest, WhatWasNoDigestMissedNothing) {
  Tick(At("2026-01-01T07:00:00Z"));
  subscriptions_[0].when = Subscription::When::kInstant;
  EXPECT_THAT(Tick(At("2026-01-01T07:30:00Z")), IsEmpty());
  EXPECT_THAT(ledger_, IsEmpty());
  subscriptions_[0].when = Subscription::When::kDigest;
  EXPECT_THAT(Tick(At("2026-01-03T09:00:00Z")), IsEmpty());
}

TEST_F(DigestClockTest, OneThatIsMissingKeepsItsTimerUntilItIsDeleted) {
  Tick(At("2026-01-01T07:00:00Z"));
  const std::vector<Subscription> before = std::exchange(subscriptions_, {});
  EXPECT_THAT(Tick(At("2026-01-01T07:59:00Z")), IsEmpty());
  Crash();
  subscriptions_ = before;
  EXPECT_THAT(Tick(At("2026-01-01T09:00:00Z")),
              ElementsAre("d 2026-01-01T08:00+00:00 UTC 1"));
  DigestClock::Notes changed;
  clock_.Forget("d", &changed);
  EXPECT_THAT(changed, ElementsAre(::testing::Pair("slot/d", "")));
}

TEST_F(DigestClockTest, WhatIsNoNoteIsLeftOut) {
  clock_.Load({{"slot/d", "nonsense"}, {"told/x", "done 1"}, {"slot/e", ""}});
  EXPECT_THAT(Tick(At("2026-01-01T08:00:00Z")), IsEmpty());
}

// Random times that go on and back, crashes and pauses: no slot is told twice,
// and whatever the clock did, a day later the digest comes.
TEST_F(DigestClockTest, AnyHistoryTellsEachSlotAtMostOnce) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    ledger_.clear();
    clock_ = DigestClock();
    subscriptions_ = {Daily("a"), Daily("b", 17 * 60 + 30)};
    subscriptions_[1].digest.zone = "Europe/Berlin";
    std::set<std::string> told;
    absl::Time now = At("2026-03-20T00:00:00Z");
    const auto tick = [&] {
      const std::vector<std::string> names = Tick(now);
      for (const std::string& name : names) {
        EXPECT_TRUE(told.insert(name).second) << name << ", seed " << seed;
      }
      return names.size();
    };
    for (int step = 0; step < 60; ++step) {
      now += absl::Minutes(static_cast<int64_t>(random() % 1500));
      if (random() % 10 == 0) {
        now -= absl::Hours(static_cast<int64_t>(random() % 100));
      }
      subscriptions_[0].paused = random() % 4 == 0;
      tick();
      if (random() % 5 == 0) {
        Crash();
      }
    }
    subscriptions_[0].paused = false;
    // Until the time is later than it ever was, slots may have been told.
    now += absl::Hours(24 * 30);
    size_t later = 0;
    for (int minute = 0; minute < 2 * 24 * 60; ++minute) {
      now += absl::Minutes(1);
      later += tick();
    }
    EXPECT_GE(later, 4U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace presshawk
