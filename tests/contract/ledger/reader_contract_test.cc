// SPDX-License-Identifier: Apache-2.0
// What is read, kept, and forgotten.
#include "core/base/str_cat.h"
#include "tests/contract/ledger/ledger_contract.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// All pages of a filter: the ids of their rows.
template <typename Filter, typename Read>
std::vector<std::string> AllIds(Filter filter, Read read) {
  std::vector<std::string> ids;
  while (true) {
    const auto page = read(filter);
    EXPECT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->rows.size(), filter.limit);
    for (const auto& row : page->rows) {
      ids.push_back(row.id);
    }
    if (page->next.empty()) {
      return ids;
    }
    filter.after = page->next;
  }
}

std::vector<std::string> Ids(char kind, const std::vector<int>& numbers) {
  std::vector<std::string> ids;
  for (const int number : numbers) {
    ids.push_back(TestId(kind, number));
  }
  return ids;
}

class Pages {
 public:
  explicit Pages(LedgerStore* store) : store_(store) {}
  std::vector<std::string> Deliveries(DeliveryFilter filter) {
    return AllIds(filter, [&](const DeliveryFilter& asked) {
      return store_->Deliveries(asked);
    });
  }
  std::vector<std::string> Alerts(AlertFilter filter) {
    return AllIds(filter, [&](const AlertFilter& asked) {
      return store_->Alerts(asked);
    });
  }

 private:
  LedgerStore* const store_;
};

TEST_P(LedgerContract, DeliveriesArePagedTheLastFirst) {
  for (int number = 0; number < 7; ++number) {
    CommitTold(number, number % 2 == 0 ? "r" : "q");
  }
  Pages pages(store_.get());
  EXPECT_EQ(pages.Deliveries({.limit = 2}), Ids('d', {6, 5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(pages.Deliveries({.receiver = "q", .limit = 1}),
            Ids('d', {5, 3, 1}));
  EXPECT_EQ(pages.Deliveries({.subscription = "t"}), Ids('d', {}));
  EXPECT_EQ(pages.Deliveries({.from = TestTime(2), .until = TestTime(4)}),
            Ids('d', {3, 2}));
  Claim(1, 9, "q");
  EXPECT_EQ(pages.Deliveries({.state = DeliveryState::kSending}),
            Ids('d', {1}));
}

TEST_P(LedgerContract, DeliveriesAreFoundByWhatTheyTell) {
  for (int number = 0; number < 8; ++number) {
    CommitTold(number);
  }
  LedgerBatch batch = Batch();  // A digest of 2 and 3, which 4 is not in.
  batch.entries = {TestEntry("t", 2, EntryState::kTold, 1),
                   TestEntry("t", 3, EntryState::kTold, 1)};
  batch.events = {TestEvent("t", 1)};
  batch.deliveries = {TestDelivery(20, "t", 1), TestDelivery(21, "t", 1)};
  Commit(batch);
  Pages pages(store_.get());
  EXPECT_EQ(pages.Deliveries({.alert = TestId('a', 2), .limit = 2}),
            Ids('d', {21, 20, 2}));
  EXPECT_EQ(pages.Deliveries({.article = TestAlert(4).article, .limit = 1}),
            Ids('d', {5, 4}));
  EXPECT_EQ(
      pages.Deliveries({.subscription = "t", .article = TestAlert(2).article}),
      Ids('d', {21, 20}));
  EXPECT_EQ(pages.Deliveries({.story = TestId('c', 1)}), Ids('d', {1}));
  EXPECT_EQ(pages.Deliveries({.alert = TestId('a', 99)}), Ids('d', {}));
}

TEST_P(LedgerContract, AlertsArePagedTheLastFirst) {
  for (int number = 0; number < 9; ++number) {
    CommitTold(number);
  }
  Pages pages(store_.get());
  EXPECT_EQ(pages.Alerts({.limit = 4}), Ids('a', {8, 7, 6, 5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(pages.Alerts({.watchlist = "list1", .limit = 2}),
            Ids('a', {7, 4, 1}));
  EXPECT_EQ(pages.Alerts({.story = TestId('c', 1), .limit = 1}),
            Ids('a', {8, 1}));
  EXPECT_EQ(
      pages.Alerts({.watchlist = "list0", .article = TestAlert(6).article}),
      Ids('a', {6}));
}

TEST_P(LedgerContract, AlertsAreFoundByTheDigestThatToldThem) {
  for (int number = 0; number < 9; ++number) {
    CommitTold(number);
  }
  LedgerBatch batch = Batch();
  for (const int alert : {2, 3, 5, 7}) {
    batch.entries.push_back(
        TestEntry("t", alert, EntryState::kTold, alert == 7 ? 2 : 1));
    batch.entries.back().why = kToldInDigest;
  }
  batch.entries.push_back(TestEntry("t", 4, EntryState::kTold, 1));
  batch.events = {TestEvent("t", 1), TestEvent("t", 2)};
  Commit(batch);
  Pages pages(store_.get());
  EXPECT_EQ(pages.Alerts({.subscription = "t", .sequence = 1, .limit = 2}),
            Ids('a', {5, 3, 2}));
  EXPECT_EQ(pages.Alerts({.subscription = "t", .sequence = 2}), Ids('a', {7}));
  EXPECT_EQ(pages.Alerts({.subscription = "s", .sequence = 2}), Ids('a', {}));
}

TEST_P(LedgerContract, TheFeedIsReadBySequence) {
  for (int number = 0; number < 4; ++number) {
    CommitTold(number);
  }
  const auto events = *store_->Events("s", 1, 2);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(TextOf(events[0].first), TextOf(TestEvent("s", 2, 1)));
  EXPECT_EQ(events[0].second, TestAlert(1).json);
  EXPECT_EQ(events[1].first.sequence, 3U);
  EXPECT_THAT(*store_->Events("s", 4, 9), IsEmpty());
  EXPECT_THAT(*store_->Events("t", 0, 9), IsEmpty());
}

TEST_P(LedgerContract, NothingThatIsMissingIsFound) {
  EXPECT_FALSE(store_->FindAlert("x")->has_value());
  EXPECT_FALSE(store_->FindDelivery("")->has_value());
  EXPECT_THAT(*store_->Attempts("x"), IsEmpty());
  EXPECT_THAT(*store_->EntriesOf("x"), IsEmpty());
  EXPECT_THAT(*store_->KnownEntries({}), IsEmpty());
  EXPECT_THAT(store_->Deliveries({})->rows, IsEmpty());
  EXPECT_THAT(store_->Alerts({})->rows, IsEmpty());
}

TEST_P(LedgerContract, SilencesAndReceiversAreReplaced) {
  SilenceRecord silence{.id = "1",
                        .matchers = "{}",
                        .author = "anna",
                        .comment = "noise",
                        .tell = "ops",
                        .starts_at = TestTime(1),
                        .ends_at = TestTime(2)};
  ASSERT_EQ(store_->PutSilence(silence), absl::OkStatus());
  silence.end_told = true;
  ASSERT_EQ(store_->PutSilence(silence), absl::OkStatus());
  EXPECT_EQ(TextsOf(*store_->Silences()), TextsOf(std::vector{silence}));
  ASSERT_EQ(store_->PutReceiver({.name = "r", .why = "x"}), absl::OkStatus());
  ASSERT_EQ(store_->PutReceiver({.name = "r", .why = "y"}), absl::OkStatus());
  EXPECT_EQ(TextsOf(*store_->Receivers()),
            TextsOf(std::vector{ReceiverRecord{.name = "r", .why = "y"}}));
}

TEST_P(LedgerContract, TokensAreKeptUsedAndRemoved) {
  TokenRecord token{.id = "a1",
                    .hash = "00ff",
                    .scope = TokenScope::kAct,
                    .name = "nagios",
                    .created_at = TestTime(1)};
  ASSERT_EQ(store_->PutToken(token), absl::OkStatus());
  TokenRecord other = token;
  other.id = "a0";
  other.scope = TokenScope::kAdmin;
  other.expires_at = TestTime(9);
  ASSERT_EQ(store_->PutToken(other), absl::OkStatus());
  ASSERT_EQ(store_->UseToken("a1", TestTime(5)), absl::OkStatus());
  ASSERT_EQ(store_->UseToken("zz", TestTime(5)), absl::OkStatus());
  token.used_at = TestTime(5);
  EXPECT_EQ(TextsOf(*store_->Tokens()), TextsOf(std::vector{other, token}));
  EXPECT_TRUE(*store_->RemoveToken("a0"));
  EXPECT_FALSE(*store_->RemoveToken("a0"));
  EXPECT_EQ(TextsOf(*store_->Tokens()), TextsOf(std::vector{token}));
}

// Delivered: all of an event's deliveries end.
void Deliver(LedgerStore* store, const std::vector<ClaimedDelivery>& claimed) {
  SenderStep step{.instance = "me"};
  for (const ClaimedDelivery& delivery : claimed) {
    DeliveryRecord ended = delivery.record;
    ended.state = DeliveryState::kDelivered;
    ended.attempts = 1;
    ended.last_at = TestTime(50);
    step.finished.emplace_back(ended, TestAttempt(ended));
  }
  ASSERT_TRUE(store->Step(step, TestTime(50)).ok());
}

uint64_t RetainAll(LedgerStore* store, int second, uint32_t limit) {
  uint64_t removed = 0;
  while (true) {
    const auto more = store->Retain(TestTime(second), limit);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || *more == 0) {
      return removed;
    }
    removed += *more;
  }
}

TEST_P(LedgerContract, WhatIsOldAndNotOwedIsRemoved) {
  for (int number = 0; number < 6; ++number) {
    CommitTold(number);
  }
  EXPECT_EQ(RetainAll(store_.get(), 99, 10), 0U);  // All of it is owed.
  Deliver(store_.get(), Claim(3, 9).claimed);      // 0, 1, 2.
  // Deliveries 0 and 1. Event 2, which tells alert 1, is of second 2; so go one
  // event, one entry and one alert.
  EXPECT_EQ(RetainAll(store_.get(), 2, 1), 5U);
  EXPECT_FALSE(store_->FindDelivery(TestId('d', 1))->has_value());
  EXPECT_TRUE(store_->FindDelivery(TestId('d', 2))->has_value());
  EXPECT_THAT(*store_->Attempts(TestId('d', 1)), IsEmpty());
  EXPECT_FALSE(store_->FindAlert(TestId('a', 0))->has_value());
}

TEST_P(LedgerContract, AFeedKeepsItsEventsFromTheFirstThatIsOwed) {
  for (int number = 0; number < 5; ++number) {
    CommitTold(number);
  }
  const auto claimed = Claim(5, 9).claimed;
  Deliver(store_.get(), {claimed[0], claimed[1], claimed[3], claimed[4]});
  RetainAll(store_.get(), 99, 100);
  const auto gone = store_->Events("s", 0, 9);
  EXPECT_EQ(gone.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(gone.status().message()), HasSubstr("3"));
  EXPECT_EQ(store_->Events("s", 1, 9).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_THAT(*store_->Events("s", 2, 9), SizeIs(3));
  Deliver(store_.get(), {claimed[2]});
  RetainAll(store_.get(), 99, 100);
  EXPECT_EQ(store_->Events("s", 4, 9).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_THAT(*store_->Events("s", 5, 9), IsEmpty());
  EXPECT_EQ(CountsText(), "alerts 0, unreadable 0");
}

TEST_P(LedgerContract, WaitingEntriesAndYoungRowsAreKept) {
  LedgerBatch batch = Batch();
  batch.alerts = {TestAlert(1, 1), TestAlert(2, 2), TestAlert(10, 3)};
  batch.entries = {TestEntry("s", 1, EntryState::kWaiting),
                   TestEntry("s", 2, EntryState::kFolded)};
  batch.story_articles = {
      {.article = "x", .version = "1", .accepted_at = TestTime(1)},
      {.article = "x", .version = "2", .accepted_at = TestTime(9)}};
  Commit(batch);
  ASSERT_EQ(store_->PutSilence({.id = "1", .ends_at = TestTime(4)}),
            absl::OkStatus());
  // Entry 2, alerts 2 and 10, the silence, and a signature.
  EXPECT_EQ(RetainAll(store_.get(), 5, 100), 5U);
  EXPECT_EQ(CountsText(), "entries 0: 1; alerts 1, unreadable 0");
}

TEST_P(LedgerContract, AnArticleIsForgotten) {
  for (const int number : {2, 3, 4, 5}) {  // 2 and 3 are of one article.
    CommitTold(number);
  }
  LedgerBatch batch = Batch();
  batch.entries = {TestEntry("t", 2, EntryState::kWaiting)};
  Commit(batch);
  const auto claimed = Claim(1, 9).claimed;  // 2 is under way.
  EXPECT_EQ(*store_->Forget({.article = TestAlert(2).article, .who = "anna"},
                            TestTime(9)),
            4U);
  EXPECT_EQ(*store_->Forget({.article = TestAlert(2).article, .who = "anna"},
                            TestTime(9)),
            0U);
  EXPECT_EQ((*store_->FindAlert(TestId('a', 2)))->json, "");
  EXPECT_EQ((*store_->FindDelivery(TestId('d', 3)))->body, TestId('d', 3));
  EXPECT_EQ(Find(3).state, DeliveryState::kCancelled);
  EXPECT_EQ(Find(4).state, DeliveryState::kWaiting);
  EXPECT_EQ((*store_->EntriesOf(TestId('a', 2)))[1].why, "forgotten");
  // What is under way ends without its text, and is not tried again.
  DeliveryRecord retry = claimed[0].record;
  retry.state = DeliveryState::kWaiting;
  retry.own_body = "text";
  ASSERT_TRUE(
      store_
          ->Step({.instance = "me", .finished = {{retry, TestAttempt(retry)}}},
                 TestTime(10))
          .ok());
  EXPECT_EQ(Find(2).state, DeliveryState::kCancelled);
  EXPECT_EQ(Find(2).own_body, "");
  EXPECT_EQ((*store_->Attempts(TestId('d', 2)))[0].answer, "");
  EXPECT_EQ(*store_->UpdateDeliveries({retry}, TestTime()), 0U);
  EXPECT_THAT((*store_->Audit(1))[0].what, HasSubstr("0 alerts"));
  ASSERT_THAT(*store_->Audit(9), SizeIs(2));
  EXPECT_EQ((*store_->Audit(9))[1].what,
            StrCat("forgot article ", TestAlert(2).article,
                   ": 2 alerts, 2 deliveries"));
}

// A catch-up has the text of all that it covers.
TEST_P(LedgerContract, ACatchupIsForgottenWithWhatItTold) {
  LedgerBatch batch = Batch();
  for (int number = 1; number <= 4; ++number) {
    CommitTold(number);
    // The first three are covered, and the last is told by itself.
    DeliveryRecord row = Find(number);
    row.reason = WaitReason::kQuiet;
    row.state =
        number < 4 ? DeliveryState::kCancelled : DeliveryState::kWaiting;
    batch.deliveries.push_back(row);
  }
  for (const uint64_t to : {3, 4, 6}) {
    DeliveryRecord catchup =
        TestDelivery(static_cast<int>(10 + to), "s", to, Find(1).receiver);
    catchup.type = "presshawk.catchup.v1";
    catchup.own_body = "text";
    batch.deliveries.push_back(catchup);
  }
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(batch.deliveries[i].sequence, i + 2);
  }
  Commit(batch);
  ASSERT_TRUE(
      store_->Forget({.article = TestAlert(1).article}, TestTime()).ok());
  EXPECT_EQ(Find(13).own_body, "");
  EXPECT_EQ(Find(14).own_body, "text");
  ASSERT_TRUE(
      store_->Forget({.article = TestAlert(4).article}, TestTime()).ok());
  EXPECT_EQ(Find(16).own_body, "text");
}

TEST_P(LedgerContract, SourcesAndAddressesAreForgotten) {
  for (const int number : {3, 4, 7}) {  // 3 and 7 are of one site.
    CommitTold(number);
  }
  EXPECT_EQ(*store_->Forget({.source = TestAlert(3).site}, TestTime()), 4U);
  EXPECT_EQ(Find(7).state, DeliveryState::kCancelled);
  LedgerBatch batch = Batch();
  batch.deliveries = {TestDelivery(11), TestDelivery(15)};
  batch.deliveries[0].own_body = "Dear Anna";
  Commit(batch);
  EXPECT_EQ(*store_->Forget({.address = "a3@b.example"}, TestTime()), 1U);
  EXPECT_EQ(Find(3).address, "");
  EXPECT_EQ(Find(11).address, "");
  EXPECT_EQ(Find(11).own_body, "");
  EXPECT_EQ(Find(15).address, "a7@b.example");
  EXPECT_EQ(store_->Forget({}, TestTime()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace presshawk
