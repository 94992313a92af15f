// SPDX-License-Identifier: Apache-2.0
// What senders claim and write.
#include <algorithm>
#include <set>
#include <thread>

#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/ledger/stored_form.h"
#include "tests/contract/ledger/ledger_contract.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> IdsOf(const std::vector<ClaimedDelivery>& claimed) {
  std::vector<std::string> ids;
  for (const ClaimedDelivery& delivery : claimed) {
    ids.push_back(delivery.record.id);
  }
  return ids;
}

// How a sender answers for a delivery.
DeliveryRecord Ended(DeliveryRecord delivery, DeliveryState state, int second) {
  delivery.state = state;
  ++delivery.attempts;
  delivery.last_at = TestTime(second);
  return delivery;
}

TEST_P(LedgerContract, TheOldestThatAreDueAreClaimedFirst) {
  LedgerBatch batch = Batch();
  for (const int number : {4, 2, 9, 3}) {
    batch.deliveries.push_back(TestDelivery(number));
  }
  batch.deliveries.push_back(TestDelivery(5, "s", 0, "q"));
  Commit(batch);
  const SenderStepResult first = Claim(2, 4);
  EXPECT_THAT(IdsOf(first.claimed),
              ElementsAre(TestId('d', 2), TestId('d', 3)));
  EXPECT_EQ(TextsOf(first.next_due),
            TextsOf(std::vector{std::pair(std::string("r"), TestTime(4))}));
  const SenderStepResult second = Claim(2, 4);
  EXPECT_THAT(IdsOf(second.claimed), ElementsAre(TestId('d', 4)));
  EXPECT_EQ(second.next_due[0].second, TestTime(9));
  EXPECT_THAT(Claim(2, 9).next_due, IsEmpty());
  EXPECT_EQ(TextsOf(*store_->Waiting()),
            TextsOf(std::vector{WaitingCount{.receiver = "q",
                                             .reason = WaitReason::kDue,
                                             .count = 1,
                                             .oldest = TestTime(5)}}));
}

TEST_P(LedgerContract, WhatTheDeciderHoldsIsNotClaimed) {
  LedgerBatch batch = Batch();
  const std::vector<WaitReason> reasons = {
      WaitReason::kSchedule, WaitReason::kQuiet, WaitReason::kThrottle,
      WaitReason::kDue};
  for (int i = 0; i < 4; ++i) {
    batch.deliveries.push_back(TestDelivery(i + 1));
    DeliveryRecord& row = batch.deliveries.back();
    row.reason = reasons[static_cast<size_t>(i)];
    if (IsDecidersWait(row.reason)) {
      row.due = absl::InfiniteFuture();
    }
  }
  Commit(batch);
  const auto held = *store_->WaitingDeliveries("r", /*held=*/true, 2);
  EXPECT_EQ(TextsOf(held),
            TextsOf(std::vector{batch.deliveries[0], batch.deliveries[1]}));
  const auto others = *store_->WaitingDeliveries("r", /*held=*/false, 9);
  EXPECT_EQ(TextsOf(others), TextsOf(std::vector{batch.deliveries[3]}));
  EXPECT_THAT(*store_->WaitingDeliveries("q", /*held=*/true, 9), IsEmpty());
  const SenderStepResult claimed = Claim(9, 9);
  EXPECT_THAT(IdsOf(claimed.claimed), ElementsAre(TestId('d', 4)));
  EXPECT_THAT(claimed.next_due, IsEmpty());
  batch.deliveries = {TestDelivery(1)};
  Commit(batch);
  EXPECT_THAT(IdsOf(Claim(9, 9).claimed), ElementsAre(TestId('d', 1)));
}

TEST_P(LedgerContract, EqualTimesAreClaimedByIdAndReceiversInTheirOrder) {
  LedgerBatch batch = Batch();
  std::vector<std::string> ids;
  for (int number = 0; number < 20; ++number) {
    batch.deliveries.push_back(
        TestDelivery(number, "s", 0, number % 2 == 0 ? "r" : "q"));
    batch.deliveries.back().due = TestTime(0);
    if (number % 2 == 0) {
      ids.push_back(TestId('d', number));
    }
  }
  Commit(batch);
  std::sort(ids.begin(), ids.end());
  const auto result = *store_->Step(
      {.instance = "me", .wanted = {{"r", 99}, {"none", 5}, {"q", 1}}},
      TestTime());
  ASSERT_THAT(result.claimed, SizeIs(11));
  const std::vector<std::string> claimed = IdsOf(result.claimed);
  EXPECT_EQ(std::vector<std::string>(claimed.begin(), claimed.begin() + 10),
            ids);
  EXPECT_EQ(result.claimed.back().record.receiver, "q");
  EXPECT_THAT(result.next_due, SizeIs(1));
}

TEST_P(LedgerContract, BodiesAreComposedAndAnOwnBodyWins) {
  CommitTold(1);
  LedgerBatch batch = Batch();
  batch.events = {TestEvent("s", 5)};
  batch.deliveries = {TestDelivery(2, "s", 5), TestDelivery(3, "s", 5),
                      TestDelivery(4)};
  batch.deliveries[1].own_body = "own";
  Commit(batch);
  const auto claimed = Claim(9, 9).claimed;
  ASSERT_THAT(claimed, SizeIs(4));
  EXPECT_EQ(claimed[0].body, StrCat("{\"head\":2,\"id\":\"", TestId('d', 1),
                                    "\",\"alert\":", TestAlert(1).json, "}"));
  EXPECT_EQ(claimed[0].record.state, DeliveryState::kSending);
  EXPECT_EQ(claimed[1].body,
            StrCat("{\"head\":5,\"id\":\"", TestId('d', 2), "\",\"alert\":}"));
  EXPECT_EQ(claimed[2].body, "own");
  EXPECT_EQ(claimed[3].body, "");
  EXPECT_EQ((*store_->FindDelivery(TestId('d', 1)))->body, claimed[0].body);
}

TEST_P(LedgerContract, AnOutcomeReplacesTheStateAndIsLogged) {
  CommitTold(1);
  DeliveryRecord delivery = Claim(1, 1).claimed[0].record;
  delivery = Ended(delivery, DeliveryState::kWaiting, 2);
  delivery.reason = WaitReason::kRetry;
  delivery.due = TestTime(30);
  delivery.own_body = "reduced";
  const AttemptRecord attempt = TestAttempt(delivery);
  const ReceiverRecord receiver{.name = "r",
                                .state = CircuitState::kOpen,
                                .since = TestTime(2),
                                .failures = 5,
                                .probes = 1,
                                .slots = 2,
                                .not_before = TestTime(7),
                                .why = "no answer",
                                .configuration = "f00"};
  const SenderStep step{.instance = "me",
                        .finished = {{delivery, attempt}},
                        .receivers = {receiver}};
  for (int repeat = 0; repeat < 2;
       ++repeat) {  // The same again changes nothing.
    ASSERT_TRUE(store_->Step(step, TestTime(2)).ok());
    EXPECT_EQ(TextOf(Find(1)), TextOf(delivery));
    EXPECT_EQ(TextsOf(*store_->Attempts(delivery.id)),
              TextsOf(std::vector{attempt}));
    EXPECT_EQ(TextsOf(*store_->Receivers()), TextsOf(std::vector{receiver}));
  }
  EXPECT_EQ(CountsText(),
            "entries 1: 1; deliveries 0: 1; alerts 1, unreadable 0");
  EXPECT_EQ(Claim(1, 30).claimed[0].body, "reduced");
}

TEST_P(LedgerContract, LeasesEndUnlessTheyAreRenewed) {
  CommitTold(1);
  CommitTold(2);
  Claim(2, 2);
  auto other = world_->Open();
  EXPECT_THAT(*other->TakeOrphans("you", TestTime(61), 9), IsEmpty());
  ASSERT_TRUE(store_
                  ->Step({.instance = "me", .renewed = {TestId('d', 2), "x"}},
                         TestTime(50))
                  .ok());
  const auto orphans = *other->TakeOrphans("you", TestTime(62), 9);
  EXPECT_THAT(IdsOf(orphans), ElementsAre(TestId('d', 1)));
  EXPECT_NE(orphans[0].body, "");
  EXPECT_EQ(orphans[0].record.state, DeliveryState::kSending);
  // They are the other's for as long as a lease lasts.
  EXPECT_THAT(*other->TakeOrphans("them", TestTime(62), 9), IsEmpty());
  EXPECT_THAT(*store_->TakeOrphans("them", TestTime(110), 9), SizeIs(1));
}

TEST_P(LedgerContract, ARestartedInstanceTakesItsOwnAtOnceAndOnlyOnce) {
  for (const int number : {1, 2, 3}) {
    CommitTold(number);
  }
  Claim(3, 3);
  EXPECT_THAT(*store_->TakeOrphans("me", TestTime(4), 9), IsEmpty());
  store_ = nullptr;
  store_ = world_->Open();
  EXPECT_THAT(*store_->TakeOrphans("me", TestTime(4), 2), SizeIs(2));
  EXPECT_THAT(*store_->TakeOrphans("me", TestTime(4), 2), SizeIs(1));
  EXPECT_THAT(*store_->TakeOrphans("me", TestTime(4), 2), IsEmpty());
}

TEST_P(LedgerContract, WhoHasLostADeliveryOnlyLogsUnlessItWasTaken) {
  CommitTold(1);
  const DeliveryRecord claimed = Claim(1, 1).claimed[0].record;
  auto other = world_->Open();
  ASSERT_THAT(*other->TakeOrphans("you", TestTime(99), 9), SizeIs(1));
  const DeliveryRecord failed = Ended(claimed, DeliveryState::kFailed, 100);
  ASSERT_TRUE(store_
                  ->Step({.instance = "me",
                          .finished = {{failed, TestAttempt(failed)}}},
                         TestTime(100))
                  .ok());
  EXPECT_EQ(Find(1).state, DeliveryState::kSending);
  EXPECT_THAT(*store_->Attempts(claimed.id), SizeIs(1));
  const DeliveryRecord delivered =
      Ended(claimed, DeliveryState::kDelivered, 101);
  ASSERT_TRUE(store_
                  ->Step({.instance = "me",
                          .finished = {{delivered, TestAttempt(delivered)}}},
                         TestTime(101))
                  .ok());
  EXPECT_EQ(Find(1).state, DeliveryState::kDelivered);
  ASSERT_TRUE(other
                  ->Step({.instance = "you",
                          .finished = {{failed, TestAttempt(failed)}}},
                         TestTime(102))
                  .ok());
  EXPECT_EQ(Find(1).state, DeliveryState::kDelivered);
  EXPECT_THAT(*store_->Attempts(claimed.id), SizeIs(2));
}

TEST_P(LedgerContract, ManySendersClaimEachDeliveryOnce) {
  constexpr size_t kDeliveries = 300;
  LedgerBatch batch = Batch();
  for (size_t number = 0; number < kDeliveries; ++number) {
    batch.deliveries.push_back(TestDelivery(static_cast<int>(number)));
    batch.deliveries.back().due = TestTime();
  }
  Commit(batch);
  // Two threads share a store, as those of one process do.
  const auto other = world_->Open();
  Mutex mutex;
  std::multiset<std::string> claimed;
  std::vector<std::thread> senders;
  for (int i = 0; i < 4; ++i) {
    senders.emplace_back([&, i] {
      LedgerStore* store = i % 2 == 0 ? store_.get() : other.get();
      size_t count = 0;
      while (count < kDeliveries) {
        const auto result = store->Step(
            {.instance = StrCat("i", i), .wanted = {{"r", 7}}}, TestTime());
        ASSERT_TRUE(result.ok()) << result.status();
        const MutexLock lock(&mutex);
        for (const ClaimedDelivery& delivery : result->claimed) {
          claimed.insert(delivery.record.id);
        }
        count = claimed.size();
      }
    });
  }
  for (std::thread& sender : senders) {
    sender.join();
  }
  EXPECT_EQ(claimed.size(), kDeliveries);
  EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(),
            kDeliveries);
}

TEST_P(LedgerContract, AStepThatContradictsItselfIsRefused) {
  const DeliveryRecord delivery = TestDelivery(1);
  const AttemptRecord attempt = TestAttempt(delivery);
  const auto code = [&](const SenderStep& step) {
    return store_->Step(step, TestTime()).status().code();
  };
  EXPECT_EQ(code({.finished = {{delivery, attempt}, {delivery, attempt}}}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.wanted = {{"r", 1}, {"r", 1}}}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.receivers = {{.name = "r"}, {.name = "r"}}}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.finished = {{delivery, attempt}}}),
            absl::StatusCode::kOk);  // It is not there: nothing happens.
}

TEST_P(LedgerContract, OnlyWhatDidNotChangeIsUpdated) {
  CommitTold(1);
  DeliveryRecord delivery = Find(1);
  delivery.state = DeliveryState::kCancelled;
  EXPECT_EQ(*store_->UpdateDeliveries({delivery, TestDelivery(7)}, TestTime()),
            1U);
  delivery.state = DeliveryState::kWaiting;
  delivery.replay = true;
  delivery.own_body = "again";
  EXPECT_EQ(*store_->UpdateDeliveries({delivery}, TestTime()), 1U);
  EXPECT_EQ(TextOf(Find(1)), TextOf(delivery));
  const DeliveryRecord claimed = Claim(1, 1).claimed[0].record;
  EXPECT_EQ(*store_->UpdateDeliveries({delivery}, TestTime()), 0U);
  const DeliveryRecord ended = Ended(claimed, DeliveryState::kDelivered, 2);
  ASSERT_TRUE(
      store_
          ->Step({.instance = "me", .finished = {{ended, TestAttempt(ended)}}},
                 TestTime(2))
          .ok());
  EXPECT_EQ(*store_->UpdateDeliveries({delivery}, TestTime()), 0U);
  EXPECT_EQ(Find(1).state, DeliveryState::kDelivered);
}

TEST_P(LedgerContract, MessagesAreAddedOnce) {
  DeliveryRecord message = TestDelivery(1, "_operator");
  message.own_body = "receiver r fails";
  ASSERT_EQ(store_->AddMessages({message}), absl::OkStatus());
  message.own_body = "other";
  ASSERT_EQ(store_->AddMessages({message}), absl::OkStatus());
  EXPECT_EQ(CountsText(), "deliveries 0: 1; alerts 0, unreadable 0");
  EXPECT_EQ(Claim(1, 1).claimed[0].body, "receiver r fails");
}

}  // namespace
}  // namespace presshawk
