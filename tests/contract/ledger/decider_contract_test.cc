// SPDX-License-Identifier: Apache-2.0
// The lease, and what the decider writes and reads.
#include <utility>

#include "core/base/str_cat.h"
#include "core/delivery/retracted_alerts.h"
#include "tests/contract/ledger/ledger_contract.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Stores, LedgerContract,
                         ::testing::ValuesIn(LedgerKinds()),
                         [](const auto& kind) { return kind.param; });

TEST_P(LedgerContract, TheLeaseIsExtendedByItsHolderOnly) {
  EXPECT_EQ(store_->AcquireLease("decider", TestTime(1))->epoch, lease_.epoch);
  auto other = world_->Open();
  const auto refused = other->AcquireLease("another", TestTime(1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("decider"));
  EXPECT_EQ(store_->AcquireLease("another", TestTime(1)).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_P(LedgerContract, AReleasedLeaseIsTakenWithAHigherEpoch) {
  EXPECT_EQ(store_->ReleaseLease(lease_), absl::OkStatus());
  EXPECT_EQ(store_->ReleaseLease(lease_).code(), absl::StatusCode::kAborted);
  auto other = world_->Open();
  const auto taken = other->AcquireLease("another", TestTime(1));
  ASSERT_EQ(taken.status(), absl::OkStatus());
  EXPECT_GT(taken->epoch, lease_.epoch);
}

TEST_P(LedgerContract, TheLeaseEndsWithItsStore) {
  store_ = nullptr;
  store_ = world_->Open();
  const auto taken = store_->AcquireLease("decider", TestTime());
  ASSERT_EQ(taken.status(), absl::OkStatus());
  EXPECT_GT(taken->epoch, lease_.epoch);
}

TEST_P(LedgerContract, AnOldLeaseWritesNothing) {
  EXPECT_EQ(store_->ReleaseLease(lease_), absl::OkStatus());
  auto other = world_->Open();
  ASSERT_TRUE(other->AcquireLease("another", TestTime()).ok());
  LedgerBatch batch = Batch();
  batch.alerts = {TestAlert(1)};
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(
      store_->CancelWaiting(lease_, "s", "", "x", TestTime()).status().code(),
      absl::StatusCode::kAborted);
  EXPECT_FALSE(store_->FindAlert(TestId('a', 1))->has_value());
  EXPECT_EQ(CountsText(), "alerts 0, unreadable 0");
}

TEST_P(LedgerContract, ALeaseOfAnotherObjectWritesNothing) {
  auto other = world_->Open();
  EXPECT_EQ(other->Commit(Batch(), TestTime()).code(),
            absl::StatusCode::kAborted);
}

TEST_P(LedgerContract, WhatIsCommittedIsRead) {
  CommitTold(1);
  LedgerBatch batch = Batch();
  batch.subscriptions = {{.id = "s", .next_sequence = 3}};
  batch.positions = {{.topic = "alerts", .partition = 2, .next = 1LL << 40}};
  batch.notes = {{"b/1", std::string("\0x", 2)}, {"a%", "y"}, {"b_", "z"}};
  batch.story_articles = {{.article = "x",
                           .version = "1",
                           .site = "y",
                           .published_at = "2026",
                           .signature = std::string("\0s\xff", 3),
                           .accepted_at = TestTime(1)}};
  Commit(batch);
  EXPECT_EQ(TextOf(**store_->FindAlert(TestId('a', 1))),
            TextOf(TestAlert(1, 1)));
  EXPECT_EQ(TextsOf(*store_->EntriesOf(TestId('a', 1))),
            TextsOf(std::vector{TestEntry("s", 1, EntryState::kTold, 2)}));
  EXPECT_EQ(TextsOf(*store_->Subscriptions()), TextsOf(batch.subscriptions));
  EXPECT_EQ(TextsOf(*store_->Positions()), TextsOf(batch.positions));
  EXPECT_EQ(TextsOf(*store_->Notes("b/")),
            TextsOf(std::vector{batch.notes[0]}));
  EXPECT_THAT(*store_->Notes(""), SizeIs(3));
  EXPECT_EQ((*store_->Notes(""))[0].first, "a%");
  EXPECT_EQ(CountsText(),
            "entries 1: 1; deliveries 0: 1; alerts 1, unreadable 0");
  std::string articles;
  EXPECT_EQ(store_->ForEachStoryArticle(
                TestTime(1), [&](const auto& row) { articles += TextOf(row); }),
            absl::OkStatus());
  EXPECT_EQ(articles, TextOf(batch.story_articles[0]));
}

TEST_P(LedgerContract, ARepeatedBatchChangesNothingButItsEvents) {
  LedgerBatch batch = Batch();
  batch.alerts = {TestAlert(1), TestAlert(1)};
  batch.entries = {TestEntry("s", 1), TestEntry("t", 1)};
  batch.deliveries = {TestDelivery(1)};
  Commit(batch);
  const std::string before = CountsText();
  batch.alerts[0].json = "other";
  Commit(batch);
  EXPECT_EQ(CountsText(), before);
  EXPECT_EQ((*store_->FindAlert(TestId('a', 1)))->json, TestAlert(1).json);
  EXPECT_THAT(
      *store_->KnownEntries({TestId('a', 1), TestId('a', 2)}),
      ::testing::UnorderedElementsAre(::testing::Pair("s", TestId('a', 1)),
                                      ::testing::Pair("t", TestId('a', 1))));
}

TEST_P(LedgerContract, AnEventThatIsThereTakesTheWholeBatchBack) {
  CommitTold(1);
  LedgerBatch batch = Batch();
  batch.alerts = {TestAlert(2)};
  batch.notes = {{"n", "v"}};
  batch.events = {TestEvent("s", 3, 2), TestEvent("s", 2, 2)};
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(store_->FindAlert(TestId('a', 2))->has_value());
  EXPECT_THAT(*store_->Notes(""), SizeIs(0));
  EXPECT_THAT(*store_->Events("s", 0, 10), SizeIs(1));
  batch.events = {TestEvent("s", 3, 2)};
  Commit(batch);  // And the next one goes through.
}

TEST_P(LedgerContract, RowsThatContradictEachOtherAreRefused) {
  LedgerBatch batch = Batch();
  batch.entries = {TestEntry("s", 9)};
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kInvalidArgument);
  batch = Batch();
  batch.events = {TestEvent("s", 1, 9)};
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kInvalidArgument);
  batch = Batch();
  batch.deliveries = {TestDelivery(1), TestDelivery(1)};
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kInvalidArgument);
  batch.deliveries = {TestDelivery(1)};
  batch.deliveries[0].state = DeliveryState::kSending;
  EXPECT_EQ(store_->Commit(batch, TestTime()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      store_->CancelWaiting(lease_, "", "", "x", TestTime()).status().code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CountsText(), "alerts 0, unreadable 0");
}

TEST_P(LedgerContract, ADeliveryIsReplacedOnlyWhileItWaits) {
  CommitTold(1);
  LedgerBatch batch = Batch();
  batch.deliveries = {TestDelivery(1, "s", 2)};
  batch.deliveries[0].reason = WaitReason::kRetry;
  batch.deliveries[0].due = TestTime(5);
  Commit(batch);
  EXPECT_EQ(TextOf(Find(1)), TextOf(batch.deliveries[0]));
  EXPECT_THAT(Claim(1, 5).claimed, SizeIs(1));
  batch.deliveries[0].state = DeliveryState::kCancelled;
  Commit(batch);
  EXPECT_EQ(Find(1).state, DeliveryState::kSending);
}

TEST_P(LedgerContract, EntriesThatWaitComeInTheOrderOfTheirAlerts) {
  LedgerBatch batch = Batch();
  for (const int number : {5, 3, 8, 1}) {
    batch.alerts.push_back(TestAlert(number));
    batch.entries.insert(batch.entries.begin(),
                         TestEntry("s", number, EntryState::kWaiting));
  }
  batch.entries.push_back(TestEntry("t", 5, EntryState::kWaiting));
  Commit(batch);
  const auto waiting = *store_->WaitingEntries("s", 3);
  ASSERT_THAT(waiting, SizeIs(3));
  EXPECT_EQ(waiting[0].alert, TestId('a', 5));
  EXPECT_EQ(waiting[1].alert, TestId('a', 3));
  EXPECT_EQ(waiting[2].alert, TestId('a', 8));
  batch = Batch();
  batch.entries = {TestEntry("s", 5, EntryState::kTold, 1)};
  Commit(batch);
  EXPECT_EQ((*store_->WaitingEntries("s", 3))[0].alert, TestId('a', 3));
  EXPECT_EQ(CountsText(), "entries 0: 4; entries 1: 1; alerts 4, unreadable 0");
}

TEST_P(LedgerContract, WhatWaitsIsCancelledBySubscriptionOrArticle) {
  for (const int number : {2, 3, 4}) {  // 2 and 3 are of one article.
    CommitTold(number);
  }
  LedgerBatch batch = Batch();
  batch.entries = {TestEntry("t", 2, EntryState::kWaiting),
                   TestEntry("t", 4, EntryState::kWaiting)};
  batch.deliveries = {TestDelivery(9, "t", 7)};
  Commit(batch);
  EXPECT_THAT(Claim(1, 2).claimed, SizeIs(1));  // Delivery 2 is under way.
  EXPECT_EQ(*store_->CancelWaiting(lease_, "", TestAlert(2).article,
                                   "retracted", TestTime()),
            1U);
  EXPECT_EQ(Find(2).state, DeliveryState::kSending);
  EXPECT_EQ(Find(3).state, DeliveryState::kCancelled);
  EXPECT_EQ(Find(4).state, DeliveryState::kWaiting);
  const auto entries = *store_->EntriesOf(TestId('a', 2));
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].state, EntryState::kTold);
  EXPECT_EQ(entries[1].state, EntryState::kCancelled);
  EXPECT_EQ(entries[1].why, "retracted");
  EXPECT_EQ(*store_->CancelWaiting(lease_, "t", "", "deleted", TestTime()), 1U);
  EXPECT_EQ(CountsText(),
            "entries 1: 3; entries 4: 2; deliveries 0: 1; deliveries 1: 1; "
            "deliveries 6: 2; alerts 3, unreadable 0");
}

// What the decider reads and writes where an article is taken back.
TEST_P(LedgerContract, AnArticleIsTakenBackInOneTransaction) {
  for (const int number : {2, 3, 4}) {  // 2 and 3 are of one article.
    CommitTold(number);
  }
  LedgerBatch more = Batch();
  more.entries = {TestEntry("t", 2, EntryState::kWaiting)};
  Commit(more);
  EXPECT_THAT(Claim(1, 2).claimed, SizeIs(1));  // Delivery 2 is under way.
  Subscription desk;
  desk.id = "s";
  desk.to = {"r"};
  const auto retract = [&] {
    Decider decider({.epoch = "0123abcd"}, *store_->Subscriptions(), {});
    decider.LoadRetractions(
        *store_->Notes(std::string(Decider::kRetractionNotes)));
    decider.Begin(TestTime(), {});
    EXPECT_EQ(RetractArticle(
                  {.id = TestAlert(2).article,
                   .version = "\xc3\xa9 2",
                   .detected_at = TestTime()},
                  store_.get(),
                  [](AlertRecord record) {
                    return IncomingAlert{.record = std::move(record)};
                  },
                  [&](const std::string&) { return &desk; }, &decider),
              absl::OkStatus());
    LedgerBatch batch = decider.Take();
    batch.lease = lease_;
    for (EventRecord& event : batch.events) {
      event.sequence = 100;  // The fixture numbers its own events.
    }
    Commit(batch);
    return batch;
  };
  EXPECT_THAT(retract().events, SizeIs(1));
  EXPECT_EQ(Find(2).state, DeliveryState::kSending);
  EXPECT_EQ(Find(3).state, DeliveryState::kCancelled);
  EXPECT_EQ(Find(4).state, DeliveryState::kWaiting);
  const auto entries = *store_->EntriesOf(TestId('a', 2));
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].state, EntryState::kTold);
  EXPECT_EQ(entries[0].why, kRetracted);
  EXPECT_EQ(entries[1].state, EntryState::kCancelled);
  EXPECT_EQ(entries[1].why, kRetracted);
  EXPECT_THAT(retract().events, SizeIs(0));  // As the ledger remembers.
}

}  // namespace
}  // namespace presshawk
