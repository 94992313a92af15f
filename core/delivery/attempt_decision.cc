// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/attempt_decision.h"

#include <algorithm>
#include <optional>

#include "core/base/str_cat.h"
#include "core/delivery/receiver_news.h"

namespace presshawk {
namespace {

// A delivery that several probes could not bring over although the receiver
// answered lets others go first: it may be the cause.
constexpr uint32_t kAttemptsBeforeOthers = 8;

bool IsChat(ReceiverKind kind) {
  return kind == ReceiverKind::kSlack || kind == ReceiverKind::kTeams;
}

// "500 Internal Server Error; tried again in 5 s"
std::string WhatNext(const DeliveryRecord& record, const AttemptRecord& attempt,
                     const std::string& why, absl::Time now) {
  switch (record.state) {
    case DeliveryState::kFailed:
      return StrCat(why, "; it is given up, and can be replayed");
    case DeliveryState::kUnknown:
      return StrCat(why, "; the receiver may have it: it is left to a person");
    case DeliveryState::kWaiting:
      break;
    default:
      return why;
  }
  if (record.reason == WaitReason::kHeld) {
    return StrCat(why, "; kept until the receiver is resumed");
  }
  return attempt.next <= now ? StrCat(why, "; tried again")
                             : StrCat(why, "; tried again in ",
                                      ShortDuration(attempt.next - now));
}

// What DecideAttempt() looks at.
struct Case {
  const EndedAttempt& ended;
  const AttemptResult& result;
  const ReceiverHealth& health;
  Resealer* resealer;
  Jitter* jitter;
  absl::Time now;
};

// False where there is no other form.
bool Reseal(const Case& that, DeliveryRecord* record) {
  const ReceiverOptions* const options = that.ended.options.get();
  const AttemptOutcome outcome = that.result.outcome;
  if (options == nullptr ||
      (outcome == AttemptOutcome::kRefused && !IsForPeople(options->kind))) {
    return false;
  }
  std::optional<std::string> body =
      outcome == AttemptOutcome::kUnknown
          ? that.resealer->MarkRepeat(*options, that.ended.claimed)
          : that.resealer->Reduce(*options, that.ended.claimed);
  if (!body.has_value()) {
    return false;
  }
  record->own_body = *std::move(body);
  return true;
}

// Sets the time of the next attempt of what is tried again.
void RetryLater(const Case& that, DeliveryRecord* record) {
  if (that.health.is_open()) {
    record->reason = WaitReason::kCircuit;
    // It keeps its place as the oldest, but where it may be the cause itself.
    const bool has_answer = that.result.status != 0 ||
                            that.result.outcome == AttemptOutcome::kUnknown;
    if (has_answer && record->attempts >= kAttemptsBeforeOthers) {
      record->due = that.health.not_before();
    }
    return;
  }
  record->reason = that.result.outcome == AttemptOutcome::kThrottled
                       ? WaitReason::kRate
                       : WaitReason::kRetry;
  record->due =
      std::max(that.now + that.jitter->Around(RetryDelay(record->attempts)),
               that.health.not_before());
}

void DecideTransient(const Case& that, DeliveryRecord* record) {
  const ReceiverOptions* const options = that.ended.options.get();
  if (options != nullptr) {
    if (that.result.outcome == AttemptOutcome::kUnknown &&
        IsChat(options->kind)) {
      if (options->hold_unknown) {
        record->state = DeliveryState::kUnknown;
        return;
      }
      Reseal(that, record);  // Where it is marked already, it stays so.
    }
    if (that.now - record->created_at >= options->give_up) {
      record->state = DeliveryState::kFailed;
      return;
    }
  }
  RetryLater(that, record);
}

// Sets state, reason, due and own_body.
void Decide(const Case& that, DeliveryRecord* record) {
  record->state = DeliveryState::kWaiting;
  record->reason = WaitReason::kDue;
  switch (that.result.outcome) {
    case AttemptOutcome::kDelivered:
      record->state = DeliveryState::kDelivered;
      break;
    case AttemptOutcome::kHandedOver:
      record->state = DeliveryState::kHandedOver;
      break;
    case AttemptOutcome::kStopped:
      break;  // It keeps its place.
    case AttemptOutcome::kTooLarge:
    case AttemptOutcome::kRefused:
      record->reason = WaitReason::kRetry;
      if (!Reseal(that, record)) {
        record->state = DeliveryState::kFailed;
      }
      break;
    case AttemptOutcome::kUnauthorized:
    case AttemptOutcome::kMisconfigured:
    case AttemptOutcome::kGone:
      // It keeps its place, too: the receiver is what waits.
      record->reason =
          that.health.is_held() ? WaitReason::kHeld : WaitReason::kRetry;
      break;
    case AttemptOutcome::kUnknown:
    case AttemptOutcome::kTransient:
    case AttemptOutcome::kThrottled:
      DecideTransient(that, record);
      break;
  }
}

}  // namespace

std::pair<DeliveryRecord, AttemptRecord> DecideAttempt(
    const EndedAttempt& ended, const AttemptResult& result,
    const ReceiverHealth& health, Resealer* resealer, Jitter* jitter,
    absl::Time now) {
  DeliveryRecord record = ended.claimed.record;
  record.attempts = ended.number;
  record.last_at = ended.began;
  Decide({ended, result, health, resealer, jitter, now}, &record);
  AttemptRecord attempt;
  attempt.delivery = record.id;
  attempt.number = ended.number;
  attempt.at = ended.began;
  attempt.outcome = result.outcome;
  attempt.status = result.status;
  attempt.took = result.took;
  attempt.peer = result.peer;
  attempt.bytes = ended.bytes;
  attempt.sha256 = ended.sha256;
  attempt.answer = result.answer;
  if (record.state == DeliveryState::kWaiting && !health.is_held()) {
    attempt.next = std::max(record.due, health.not_before());
  }
  attempt.why = WhatNext(record, attempt, result.why, now);
  return {std::move(record), std::move(attempt)};
}

}  // namespace presshawk
