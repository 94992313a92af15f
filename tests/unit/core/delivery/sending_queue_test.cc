// SPDX-License-Identifier: Apache-2.0
// Single decisions; tests/property/delivery has days of them.
#include "core/delivery/sending_queue.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class OnceSmaller : public Resealer {
 public:
  absl::StatusOr<std::string> Render(const ReceiverOptions&,
                                     const ClaimedDelivery& claimed) override {
    if (claimed.body == "nonsense") {
      return absl::InvalidArgumentError("it is nonsense");
    }
    return claimed.body == "{}" ? "Dear Anna" : claimed.body;
  }
  std::optional<std::string> Reduce(const ReceiverOptions&,
                                    const ClaimedDelivery& claimed) override {
    return claimed.body == "reduced" || claimed.body == "nonsense"
               ? std::nullopt
               : std::optional<std::string>("reduced");
  }
  std::optional<std::string> MarkRepeat(const ReceiverOptions&,
                                        const ClaimedDelivery&) override {
    return "perhaps again";
  }
};

class SendingQueueTest : public ::testing::Test {
 protected:
  SendingQueueTest() : queue_({.instance = "i", .seed = 3}, &resealer_, {}) {
    options_.name = "crm";
    options_.fingerprint = "1";
    options_.in_flight = 2;
    Configure();
    Settle();
  }
  void Configure() { queue_.SetReceivers({options_}, now_); }

  DeliveryRecord Record(const std::string& id) {
    DeliveryRecord record;
    record.id = id;
    record.subscription = "s";
    record.receiver = options_.name;
    record.type = "presshawk.alert.v1";
    record.created_at = now_;
    record.due = now_;
    return record;
  }
  // One step, in which the ledger has `waiting` and gives what is wanted.
  std::vector<Dispatch> Step(std::vector<ClaimedDelivery> waiting = {}) {
    const SenderStep* const step = queue_.Prepare(now_);
    if (step == nullptr) {
      return {};
    }
    for (const auto& one : step->finished) {
      written_.push_back(one);
    }
    renewed_ = step->renewed;
    SenderStepResult result;
    wanted_ = step->wanted.empty() ? 0 : step->wanted[0].second;
    for (uint32_t i = 0; i < wanted_ && i < waiting.size(); ++i) {
      result.claimed.push_back(std::move(waiting[i]));
    }
    return queue_.Commit(std::move(result), now_);
  }
  // Until there is nothing to do now.
  void Settle() {
    while (queue_.next_call() <= now_) {
      Step();
    }
  }
  // Makes the queue want and gives it the record, with the body.
  Dispatch Begin(const DeliveryRecord& record, std::string body = "{}") {
    queue_.Hint(options_.name, now_);
    std::vector<Dispatch> dispatches =
        Step({{.record = record, .body = std::move(body)}});
    EXPECT_THAT(dispatches, SizeIs(1));
    return dispatches.empty() ? Dispatch{} : dispatches[0];
  }
  // One attempt; the rows that are written of it.
  std::pair<DeliveryRecord, AttemptRecord> Try(const DeliveryRecord& record,
                                               AttemptResult result,
                                               std::string body = "{}") {
    const Dispatch dispatch = Begin(record, std::move(body));
    queue_.Finish(dispatch.request.delivery, dispatch.number, result, now_);
    Settle();
    EXPECT_FALSE(written_.empty());
    return written_.back();
  }

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  OnceSmaller resealer_;
  SendingQueue queue_;
  ReceiverOptions options_;
  std::vector<std::pair<DeliveryRecord, AttemptRecord>> written_;
  std::vector<std::string> renewed_;
  uint32_t wanted_ = 0;
};

TEST_F(SendingQueueTest, ASuccessIsDeliveredAndLogged) {
  const auto [record, attempt] =
      Try(Record("a"), {.outcome = AttemptOutcome::kDelivered,
                        .status = 204,
                        .took = absl::Milliseconds(7),
                        .peer = "192.0.2.1:443",
                        .answer = "thanks"});
  EXPECT_EQ(record.state, DeliveryState::kDelivered);
  EXPECT_EQ(record.attempts, 1U);
  EXPECT_EQ(attempt.number, 1U);
  EXPECT_EQ(attempt.status, 204);
  EXPECT_EQ(attempt.peer, "192.0.2.1:443");
  EXPECT_EQ(attempt.answer, "thanks");
  EXPECT_EQ(attempt.bytes, 2U);
  EXPECT_EQ(attempt.sha256,
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  EXPECT_EQ(attempt.next, absl::InfiniteFuture());
}

TEST_F(SendingQueueTest, AFailedDeliveryIsTriedAgainByItsOwnSchedule) {
  DeliveryRecord record = Record("a");
  for (const absl::Duration wait :
       {absl::Seconds(1), absl::Seconds(5), absl::Seconds(30), absl::Minutes(2),
        absl::Minutes(5), absl::Minutes(10), absl::Minutes(10)}) {
    const auto [next, attempt] =
        Try(record, {.outcome = AttemptOutcome::kTransient, .why = "refused"});
    EXPECT_EQ(next.state, DeliveryState::kWaiting);
    EXPECT_EQ(next.reason, WaitReason::kRetry);
    EXPECT_GE(next.due - now_, 0.8 * wait);
    EXPECT_LE(next.due - now_, 1.2 * wait);
    EXPECT_EQ(attempt.next, next.due);
    EXPECT_THAT(attempt.why, HasSubstr("refused; tried again in "));
    record = next;
    now_ = next.due;
    // Others go on, so that the circuit stays closed.
    Try(Record(StrCat("b", record.attempts)),
        {.outcome = AttemptOutcome::kDelivered});
  }
}

TEST_F(SendingQueueTest, TheLaterOfScheduleAndRetryAfterHolds) {
  const auto later = Try(Record("a"), {.outcome = AttemptOutcome::kThrottled,
                                       .retry_after = absl::Hours(1)});
  EXPECT_GE(later.first.due, now_ + absl::Hours(1));
  EXPECT_EQ(later.first.reason, WaitReason::kRate);
  queue_.Hint("crm", now_);
  EXPECT_GE(queue_.next_call(), now_ + absl::Minutes(15));  // The news.
  now_ += absl::Hours(1) + absl::Seconds(1);
  const auto sooner = Try(later.first, {.outcome = AttemptOutcome::kThrottled,
                                        .retry_after = absl::Milliseconds(1)});
  EXPECT_GE(sooner.first.due, now_ + absl::Seconds(4));
}

TEST_F(SendingQueueTest, WhatIsTooLargeIsReducedOnceAndThenFails) {
  const auto reduced =
      Try(Record("a"), {.outcome = AttemptOutcome::kTooLarge, .status = 413});
  EXPECT_EQ(reduced.first.state, DeliveryState::kWaiting);
  EXPECT_EQ(reduced.first.own_body, "reduced");
  const auto failed =
      Try(reduced.first, {.outcome = AttemptOutcome::kTooLarge}, "reduced");
  EXPECT_EQ(failed.first.state, DeliveryState::kFailed);
  EXPECT_THAT(failed.second.why, HasSubstr("can be replayed"));
}

TEST_F(SendingQueueTest, ARefusalFailsAtOnceButForPeople) {
  EXPECT_EQ(Try(Record("a"), {.outcome = AttemptOutcome::kRefused}).first.state,
            DeliveryState::kFailed);
  options_.kind = ReceiverKind::kSlack;
  Configure();
  const auto reduced =
      Try(Record("b"), {.outcome = AttemptOutcome::kRefused, .status = 400});
  EXPECT_EQ(reduced.first.own_body, "reduced");
}

TEST_F(SendingQueueTest, AnUnknownOutcomeIsSentAgainOrHeld) {
  const AttemptResult unknown = {.outcome = AttemptOutcome::kUnknown};
  const auto again = Try(Record("a"), unknown);
  EXPECT_EQ(again.first.state, DeliveryState::kWaiting);
  EXPECT_EQ(again.first.own_body, "");
  options_.kind = ReceiverKind::kTeams;
  options_.rate = 2;
  Configure();
  EXPECT_EQ(Try(Record("b"), unknown).first.own_body, "perhaps again");
  options_.hold_unknown = true;
  Configure();
  now_ += absl::Seconds(2);  // The rate.
  EXPECT_EQ(Try(Record("c"), unknown).first.state, DeliveryState::kUnknown);
}

TEST_F(SendingQueueTest, PeopleGetAMessageThatStaysAsItWasMade) {
  options_.kind = ReceiverKind::kSlack;
  Configure();
  const Dispatch dispatch = Begin(Record("a"));
  EXPECT_EQ(dispatch.request.body, "Dear Anna");
  EXPECT_EQ(dispatch.envelope, "{}");
  queue_.Finish("a", dispatch.number, {.outcome = AttemptOutcome::kTransient},
                now_);
  Settle();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_EQ(written_[0].first.own_body, "Dear Anna");
  EXPECT_EQ(written_[0].second.bytes, 9U);
  // The next attempt finds it in the ledger.
  now_ += absl::Seconds(2);
  const Dispatch again = Begin(written_[0].first, "Dear Anna");
  EXPECT_EQ(again.request.body, "Dear Anna");
  EXPECT_EQ(again.envelope, "");
}

TEST_F(SendingQueueTest, WhatCannotBeMadeAMessageFailsAndStopsNobody) {
  options_.kind = ReceiverKind::kSlack;
  Configure();
  queue_.Hint(options_.name, now_);
  EXPECT_THAT(Step({{.record = Record("a"), .body = "nonsense"}}), SizeIs(0));
  Settle();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_EQ(written_[0].first.state, DeliveryState::kFailed);
  EXPECT_THAT(written_[0].second.why, HasSubstr("not sent: it is nonsense"));
  EXPECT_EQ(Begin(Record("b")).request.body, "Dear Anna");
}

TEST_F(SendingQueueTest, WhatADeadProcessWasSendingIsUnknown) {
  queue_.TakeOver({{.record = Record("a"), .body = "{}"}}, now_);
  Settle();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_EQ(written_[0].first.state, DeliveryState::kWaiting);
  EXPECT_EQ(written_[0].second.outcome, AttemptOutcome::kUnknown);
  EXPECT_EQ(queue_.Circuits()[0].failures, 0U);
}

TEST_F(SendingQueueTest, OwnStopsKeepTheirPlaceAndCountNothing) {
  const DeliveryRecord record = Record("a");
  const auto [next, attempt] =
      Try(record, {.outcome = AttemptOutcome::kStopped});
  EXPECT_EQ(next.state, DeliveryState::kWaiting);
  EXPECT_EQ(next.reason, WaitReason::kDue);
  EXPECT_EQ(next.due, record.due);
  EXPECT_EQ(queue_.Circuits()[0].failures, 0U);
}

TEST_F(SendingQueueTest, WhatIsTooOldIsGivenUpAfterAFailure) {
  DeliveryRecord record = Record("a");
  record.created_at = now_ - options_.give_up;
  EXPECT_EQ(Try(record, {.outcome = AttemptOutcome::kTransient}).first.state,
            DeliveryState::kFailed);
}

TEST_F(SendingQueueTest, AFailingReceiverIsNotProbedWithWhatIsTooOld) {
  for (int i = 0; i < 5; ++i) {
    Try(Record(StrCat("x", i)), {.outcome = AttemptOutcome::kTransient});
  }
  now_ += absl::Minutes(1);
  DeliveryRecord old = Record("old");
  old.created_at = now_ - options_.give_up;
  EXPECT_THAT(Step({{.record = old, .body = "{}"}}), SizeIs(0));
  // Its row is written with the next step, which wants the next oldest.
  EXPECT_THAT(Step({{.record = Record("new"), .body = "{}"}}), SizeIs(1));
  EXPECT_EQ(written_.back().first.id, "old");
  EXPECT_EQ(written_.back().first.state, DeliveryState::kFailed);
}

TEST_F(SendingQueueTest, HeldReceiversKeepWhatWaitsUntilTheyAreResumed) {
  const auto [kept, attempt] =
      Try(Record("a"),
          {.outcome = AttemptOutcome::kGone, .status = 410, .why = "410"});
  EXPECT_EQ(kept.state, DeliveryState::kWaiting);
  EXPECT_EQ(kept.reason, WaitReason::kHeld);
  EXPECT_THAT(queue_.TakeNews(), SizeIs(1));
  queue_.Hint("crm", now_);
  EXPECT_EQ(queue_.next_call(), absl::InfiniteFuture());
  EXPECT_TRUE(queue_.Resume("crm", now_));
  EXPECT_EQ(Try(kept, {.outcome = AttemptOutcome::kDelivered}).first.state,
            DeliveryState::kDelivered);
  EXPECT_FALSE(queue_.Resume("nobody", now_));
}

TEST_F(SendingQueueTest, AReceiverThatIsNotConfiguredIsLeftAlone) {
  queue_.SetReceivers({}, now_);
  Settle();
  queue_.Hint("crm", now_);
  EXPECT_EQ(queue_.next_call(), absl::InfiniteFuture());
}

TEST_F(SendingQueueTest, AnswersAreKeptWhileTheLedgerIsAway) {
  const Dispatch dispatch = Begin(Record("a"));
  queue_.Finish("a", dispatch.number, {.outcome = AttemptOutcome::kDelivered},
                now_);
  for (int i = 0; i < 3; ++i) {
    ASSERT_NE(queue_.Prepare(now_), nullptr);
    queue_.Abort();
    EXPECT_TRUE(queue_.has_answers());
  }
  Step();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_EQ(written_[0].first.state, DeliveryState::kDelivered);
}

TEST_F(SendingQueueTest, AnAttemptThatNeverEndsIsUnknownAndItsAnswerIgnored) {
  options_.kind = ReceiverKind::kKafka;
  Configure();
  const Dispatch dispatch = Begin(Record("a"));
  now_ += absl::Seconds(31);
  Settle();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_EQ(written_[0].second.outcome, AttemptOutcome::kUnknown);
  queue_.Finish("a", dispatch.number, {.outcome = AttemptOutcome::kDelivered},
                now_);
  Settle();
  EXPECT_THAT(written_, SizeIs(1));
}

TEST_F(SendingQueueTest, ADeliveryThatWasGivenBackTakesOneSlot) {
  Try(Record("x"), {.outcome = AttemptOutcome::kDelivered});  // Two slots.
  const Dispatch before = Begin(Record("a"));
  DeliveryRecord back = Record("a");
  back.attempts = 1;  // By another instance, after our lease had ended.
  const Dispatch now = Begin(back);
  queue_.Finish("a", before.number, {.outcome = AttemptOutcome::kDelivered},
                now_);
  EXPECT_EQ(queue_.in_flight(), 1U);
  queue_.Finish("a", now.number, {.outcome = AttemptOutcome::kDelivered}, now_);
  EXPECT_EQ(queue_.in_flight(), 0U);
  Settle();
  ASSERT_THAT(written_, SizeIs(2));
  EXPECT_EQ(written_[1].second.number, 2U);
  Begin(Record("b"));
}

TEST_F(SendingQueueTest, LeasesAreRenewed) {
  Begin(Record("a"));
  now_ += absl::Seconds(20);
  Step();
  EXPECT_THAT(renewed_, ::testing::ElementsAre("a"));
}

TEST_F(SendingQueueTest, TheNextCallIsWhenTheRateAllowsIt) {
  options_.rate = 1;
  Configure();
  Try(Record("a"), {.outcome = AttemptOutcome::kDelivered});
  queue_.Hint("crm", now_);
  EXPECT_EQ(queue_.next_call(), now_ + absl::Seconds(1));
}

TEST_F(SendingQueueTest, NothingIsClaimedBeforeAStop) {
  queue_.StopClaiming();
  queue_.Hint("crm", now_);
  EXPECT_EQ(queue_.Prepare(now_ + absl::Hours(1)), nullptr);
}

TEST_F(SendingQueueTest, WhatCannotBeDigestedLetsOthersBeTheProbe) {
  DeliveryRecord poison = Record("poison");
  const absl::Time due = poison.due;
  for (int i = 0; i < 7; ++i) {
    poison = Try(poison, {.outcome = AttemptOutcome::kTransient, .status = 500})
                 .first;
    now_ = std::max(poison.due, queue_.Circuits()[0].not_before);
  }
  EXPECT_EQ(poison.reason, WaitReason::kCircuit);
  const absl::Time place = poison.due;
  EXPECT_GT(place, due);
  poison =
      Try(poison, {.outcome = AttemptOutcome::kTransient, .status = 500}).first;
  EXPECT_EQ(poison.due, queue_.Circuits()[0].not_before);
}

TEST(SendingTextTest, NumbersAndSpansAreForPeople) {
  EXPECT_EQ(GroupedNumber(7), "7");
  EXPECT_EQ(GroupedNumber(4812), "4,812");
  EXPECT_EQ(GroupedNumber(1234567), "1,234,567");
  EXPECT_EQ(ShortDuration(absl::Milliseconds(700)), "1 s");
  EXPECT_EQ(ShortDuration(absl::Minutes(6)), "6 min");
  EXPECT_EQ(ShortDuration(absl::Hours(5)), "5 h");
  EXPECT_EQ(ShortDuration(absl::Hours(72)), "3 d");
}

}  // namespace
}  // namespace presshawk
