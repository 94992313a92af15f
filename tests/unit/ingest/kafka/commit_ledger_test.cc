// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/commit_ledger.h"

#include <cstdlib>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

constexpr absl::Duration kWait = absl::Seconds(2);
constexpr absl::Duration kLost = absl::Seconds(15);

class CommitLedgerTest : public ::testing::Test {
 protected:
  void SetUp() override { ledger_.Add("articles", 0); }

  void Resolve(int64_t offset) { ledger_.Resolve("articles", 0, offset, now_); }
  void Confirm(int64_t offset) {
    ledger_.Answer("articles", 0, offset, /*confirmed=*/true, now_);
  }
  void Refuse(int64_t offset) {
    ledger_.Answer("articles", 0, offset, /*confirmed=*/false, now_);
  }
  void Pass(absl::Duration time) { now_ += time; }
  // The offsets that are due.
  std::vector<int64_t> Due() {
    std::vector<int64_t> offsets;
    for (const PartitionOffset& position : ledger_.TakeDue(now_)) {
      offsets.push_back(position.offset);
    }
    return offsets;
  }

  CommitLedger ledger_{kWait, kLost};
  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
};

TEST_F(CommitLedgerTest, WhatIsConfirmedIsAskedForOnce) {
  EXPECT_THAT(Due(), IsEmpty());
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  EXPECT_THAT(Due(), IsEmpty());
  Confirm(10);
  Pass(absl::Hours(1));
  Resolve(10);
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(ledger_.repeats(), 0U);
  EXPECT_FALSE(ledger_.LongestWaiting().has_value());
}

TEST_F(CommitLedgerTest, WhatIsNotAnsweredIsAskedForAgainUntilItIs) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  for (uint64_t repeats = 1; repeats < 20; ++repeats) {
    Pass(kWait - absl::Milliseconds(1));
    EXPECT_THAT(Due(), IsEmpty());
    Pass(absl::Milliseconds(1));
    EXPECT_THAT(Due(), ElementsAre(10));
    EXPECT_EQ(ledger_.repeats(), repeats);
  }
  Confirm(10);
  Pass(kWait);
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(CommitLedgerTest, APartitionHasOneRequestOnItsWay) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  EXPECT_TRUE(ledger_.AwaitsAnswers(now_));
  Resolve(20);
  Pass(kWait / 2);
  EXPECT_THAT(Due(), IsEmpty());
  Confirm(10);
  EXPECT_FALSE(ledger_.AwaitsAnswers(now_));
  EXPECT_THAT(Due(), ElementsAre(20));
  Confirm(20);
  Pass(kWait);
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(ledger_.repeats(), 0U);
}

TEST_F(CommitLedgerTest, ANewPositionWaitsForAnAnswerNoLongerThanARepeat) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  Resolve(20);
  Pass(kWait);
  EXPECT_THAT(Due(), ElementsAre(20));
  Confirm(20);
  EXPECT_TRUE(ledger_.AwaitsAnswers(now_));  // The first may still be taken.
  Pass(kLost);
  EXPECT_FALSE(ledger_.AwaitsAnswers(now_));
  // What is lost holds up nothing.
  Resolve(30);
  EXPECT_THAT(Due(), ElementsAre(30));
  Confirm(30);
  Resolve(40);
  EXPECT_THAT(Due(), ElementsAre(40));
}

TEST_F(CommitLedgerTest, WhatIsRefusedIsAskedForAgainWithoutAWait) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  Refuse(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_EQ(ledger_.repeats(), 1U);
}

TEST_F(CommitLedgerTest, ACommitThatIsOvertakenIsRepairedAtOnce) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  Resolve(20);
  Pass(kWait);
  EXPECT_THAT(Due(), ElementsAre(20));
  Confirm(20);
  EXPECT_THAT(Due(), IsEmpty());
  Confirm(10);  // Tried again by the client, and taken by the broker last.
  EXPECT_THAT(Due(), ElementsAre(20));
  Confirm(20);
  EXPECT_FALSE(ledger_.LongestWaiting().has_value());
}

TEST_F(CommitLedgerTest, AClockThatIsSetBackHoldsNoRepeatUp) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  Pass(-absl::Hours(1));
  EXPECT_THAT(Due(), ElementsAre(10));
}

TEST_F(CommitLedgerTest, APartitionThatBeginsAgainKnowsNothingOfBefore) {
  Resolve(100);
  EXPECT_THAT(Due(), ElementsAre(100));
  ledger_.Remove("articles", 0);
  Confirm(100);
  Resolve(200);
  EXPECT_THAT(Due(), IsEmpty());
  ledger_.Add("articles", 0);
  Confirm(100);  // Of before, and late.
  Resolve(30);
  Confirm(100);
  EXPECT_THAT(Due(), ElementsAre(30));
  Confirm(100);
  EXPECT_THAT(Due(), IsEmpty());
  Pass(kWait);
  EXPECT_THAT(Due(), ElementsAre(30));
}

TEST_F(CommitLedgerTest, TheLastCommitReliesOnNoEarlierOne) {
  Resolve(10);
  EXPECT_THAT(Due(), ElementsAre(10));
  Confirm(10);
  ledger_.Add("articles", 1);  // Nothing of it is resolved.
  EXPECT_THAT(ledger_.TakeAll(now_),
              ElementsAre(Field(&PartitionOffset::offset, 10)));
}

TEST_F(CommitLedgerTest, SaysWhichPartitionIsBehindTheLongest) {
  ledger_.Add("articles", 1);
  Resolve(10);
  const absl::Time first = now_;
  Pass(absl::Seconds(3));
  ledger_.Resolve("articles", 1, 7, now_);
  auto waiting = ledger_.LongestWaiting();
  ASSERT_TRUE(waiting.has_value());
  EXPECT_EQ(waiting->topic, "articles");
  EXPECT_EQ(waiting->partition, 0);
  EXPECT_EQ(waiting->resolved, 10);
  EXPECT_EQ(waiting->confirmed, -1);
  EXPECT_EQ(waiting->since, first);
  EXPECT_EQ(ledger_.CountWaitingSince(first), 1U);
  EXPECT_EQ(ledger_.CountWaitingSince(now_), 2U);
  EXPECT_THAT(Due(), ElementsAre(10, 7));
  Confirm(10);
  waiting = ledger_.LongestWaiting();
  ASSERT_TRUE(waiting.has_value());
  EXPECT_EQ(waiting->partition, 1);
}

TEST_F(CommitLedgerTest, WhoIsConfirmedAgainAndAgainIsNotBehindForLong) {
  const absl::Time begin = now_;
  for (int64_t offset = 1; offset < 100; ++offset) {
    Resolve(offset);
    EXPECT_THAT(Due(), ElementsAre(offset));
    Resolve(offset + 1);
    Pass(absl::Seconds(1));
    Confirm(offset);  // Always one behind, and always further.
    EXPECT_LE(now_ - ledger_.LongestWaiting()->since, absl::Seconds(1));
  }
  EXPECT_EQ(ledger_.CountWaitingSince(begin), 0U);
  // From the last confirmation on, as no more comes.
  const absl::Time last = now_;
  Pass(absl::Minutes(1));
  Resolve(200);
  EXPECT_EQ(ledger_.LongestWaiting()->since, last);
}

// A coordinator that loses requests and answers, refuses some, and takes some
// late, after newer ones: in the end it has what was resolved.
TEST_F(CommitLedgerTest, EveryPositionArrivesWhateverTheCoordinatorLoses) {
  const char* const given = std::getenv("PRESSHAWK_SEED");
  const uint64_t seed =
      given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  for (uint64_t run = 0; run < 300; ++run) {
    SCOPED_TRACE(testing::Message() << "PRESSHAWK_SEED=" << seed + run);
    std::mt19937_64 random(seed + run);
    const auto chance = [&](uint32_t percent) {
      return random() % 100 < percent;
    };
    CommitLedger ledger(kWait, kLost);
    absl::Time now = absl::FromUnixSeconds(1);
    std::vector<int64_t> resolved(3, 0);
    std::vector<int64_t> group(3, 0);  // What the coordinator has.
    std::vector<PartitionOffset> late;
    for (int32_t i = 0; i < 3; ++i) {
      ledger.Add("articles", i);
    }
    const auto take = [&](const PartitionOffset& position, bool answers) {
      group[static_cast<size_t>(position.partition)] = position.offset;
      if (answers) {
        ledger.Answer("articles", position.partition, position.offset, true,
                      now);
      }
    };
    for (int step = 0; step < 400; ++step) {
      const bool calm = step >= 300;
      now += absl::Milliseconds(100);
      for (int32_t i = 0; i < 3; ++i) {
        if (!calm && chance(30)) {
          resolved[static_cast<size_t>(i)] +=
              static_cast<int64_t>(random() % 9);
          ledger.Resolve("articles", i, resolved[static_cast<size_t>(i)], now);
        }
      }
      for (const PartitionOffset& position : ledger.TakeDue(now)) {
        ASSERT_LE(position.offset,
                  resolved[static_cast<size_t>(position.partition)]);
        if (calm || chance(40)) {
          take(position, /*answers=*/true);
        } else if (chance(30)) {
          late.push_back(position);
        } else if (chance(50)) {
          ledger.Answer("articles", position.partition, position.offset, false,
                        now);
        } else if (chance(50)) {
          take(position, /*answers=*/false);
        }
      }
      // The client tries again by itself, and its answer comes then.
      while (!late.empty() && (calm || chance(10))) {
        take(late.back(), /*answers=*/true);
        late.pop_back();
      }
    }
    ASSERT_EQ(group, resolved);
    ASSERT_FALSE(ledger.LongestWaiting().has_value());
  }
}

}  // namespace
}  // namespace presshawk
