// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/receiver_health.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "core/delivery/answer.h"

namespace presshawk {
namespace {

constexpr uint32_t kFailuresMax = 5;
constexpr absl::Duration kSlow = absl::Seconds(5);
constexpr absl::Duration kFailingTold = absl::Minutes(15);
constexpr absl::Duration kQueueOld = absl::Hours(1);

bool Same(const ReceiverRecord& left, const ReceiverRecord& right) {
  return left.name == right.name && left.state == right.state &&
         left.since == right.since && left.failures == right.failures &&
         left.probes == right.probes && left.slots == right.slots &&
         left.not_before == right.not_before && left.why == right.why &&
         left.configuration == right.configuration;
}

// To what the ledger keeps, so that a record that was read is the one that was
// written.
absl::Time ToMicroseconds(absl::Time time) {
  return time == absl::InfinitePast() || time == absl::InfiniteFuture()
             ? time
             : absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

ReceiverHealth::ReceiverHealth(ReceiverRecord record, Jitter* jitter)
    : record_(std::move(record)), jitter_(jitter) {
  stored_ = record_;
  stored_before_ = record_;
  // Which part of it was asked for is not known any more.
  asked_until_ = record_.not_before;
  if (is_open()) {
    failing_since_ = record_.since;
  }
}

uint32_t ReceiverHealth::slots(uint32_t in_flight_max) const {
  return is_open() || last_failed_ || last_slow_
             ? 1
             : std::clamp<uint32_t>(record_.slots, 1, in_flight_max);
}

void ReceiverHealth::OnAttempt(const Attempt& attempt,
                               const AttemptResult& result, absl::Time now) {
  if (result.outcome == AttemptOutcome::kStopped) {
    return;
  }
  last_failed_ = !IsSuccess(result.outcome);
  last_slow_ = result.took > kSlow;
  if (result.retry_after > absl::ZeroDuration() && last_failed_) {
    asked_until_ = std::max(asked_until_, now + result.retry_after);
    SetNotBefore();
  }
  if (is_held()) {
    return;  // Of a request that was sent before.
  }
  switch (result.outcome) {
    case AttemptOutcome::kDelivered:
    case AttemptOutcome::kHandedOver:
      OnSuccess(attempt, now);
      break;
    case AttemptOutcome::kRefused:
    case AttemptOutcome::kTooLarge:
      OnAnswered(now);
      break;
    case AttemptOutcome::kTransient:
    case AttemptOutcome::kThrottled:
    case AttemptOutcome::kUnknown:
      OnFailure(attempt, result, now);
      break;
    case AttemptOutcome::kUnauthorized:
      OnUnauthorized(attempt, result, now);
      break;
    case AttemptOutcome::kMisconfigured:
      Hold(CircuitState::kMisconfigured, result.why, now);
      break;
    case AttemptOutcome::kGone:
      Hold(CircuitState::kGone, result.why, now);
      break;
    case AttemptOutcome::kStopped:
      break;
  }
}

void ReceiverHealth::OnSuccess(const Attempt& attempt, absl::Time now) {
  const bool was_open = is_open();
  OnAnswered(now);
  if (!was_open && ++round_ >= record_.slots &&
      record_.slots < attempt.in_flight_max) {
    record_.slots = std::min(2 * record_.slots, attempt.in_flight_max);
    round_ = 0;
  }
  if (told_failing_ || told_held_ || told_old_) {
    recovering_since_ = std::min(recovering_since_, now);
    ++recovered_;
  }
}

// The receiver is there, whatever it thinks of this one message.
void ReceiverHealth::OnAnswered(absl::Time now) {
  if (is_open()) {
    Close(now);
  }
  record_.failures = 0;
  record_.probes = 0;
  record_.why.clear();
  throttles_ = 0;
  unauthorized_.clear();
  failing_since_ = absl::InfiniteFuture();
  planned_ = absl::InfinitePast();
  // A time that has passed stays as it is: no record is written for it.
  if (record_.not_before > now) {
    SetNotBefore();
  }
}

void ReceiverHealth::OnFailure(const Attempt& attempt,
                               const AttemptResult& result, absl::Time now) {
  failing_since_ = std::min(failing_since_, now);
  record_.why = result.why;
  if (result.outcome == AttemptOutcome::kThrottled) {
    if (result.retry_after == absl::ZeroDuration()) {
      Wait(now + jitter_->Around(ThrottleDelay(++throttles_)));
    }
  } else {
    ++record_.failures;
  }
  if (is_open() && attempt.is_probe) {
    Wait(now + jitter_->Around(ProbeDelay(++record_.probes)));
  } else if (!is_open() && record_.failures >= kFailuresMax) {
    record_.state = CircuitState::kOpen;
    record_.since = ToMicroseconds(failing_since_);
    record_.probes = 0;
    record_.slots = 1;
    round_ = 0;
    recovering_since_ = absl::InfiniteFuture();
    recovered_ = 0;
    Wait(now + jitter_->Around(ProbeDelay(0)));
  }
}

void ReceiverHealth::OnUnauthorized(const Attempt& attempt,
                                    const AttemptResult& result,
                                    absl::Time now) {
  failing_since_ = std::min(failing_since_, now);
  record_.why = result.why;
  // Two requests that were in flight together are one try.
  if (!unauthorized_.empty() && attempt.began < unauthorized_.back()) {
    return;
  }
  std::erase_if(unauthorized_, [now](absl::Time one) {
    return one < now - kUnauthorizedSpan;
  });
  unauthorized_.push_back(now);
  const auto count = static_cast<uint32_t>(unauthorized_.size());
  if (count >= kUnauthorizedMax) {
    Hold(CircuitState::kMisconfigured, result.why, now);
  } else {
    Wait(now + jitter_->Around(UnauthorizedDelay(count)));
  }
}

void ReceiverHealth::Hold(CircuitState state, const std::string& why,
                          absl::Time now) {
  record_.state = state;
  record_.since = ToMicroseconds(now);
  record_.why = why;
  const bool is_gone = state == CircuitState::kGone;
  Tell(is_gone ? ReceiverNews::Kind::kGone : ReceiverNews::Kind::kMisconfigured,
       record_.since,
       StrCat(is_gone ? "gone" : "misconfigured", ": ", why,
              "; what waits is kept until `presshawk receivers resume ",
              record_.name, "` or a change of its configuration"));
  told_held_ = true;
}

void ReceiverHealth::Close(absl::Time now) {
  record_.state = CircuitState::kClosed;
  record_.since = ToMicroseconds(now);
  record_.failures = 0;
  record_.probes = 0;
  record_.slots = 1;
  record_.why.clear();
  round_ = 0;
  unauthorized_.clear();
  failing_since_ = absl::InfiniteFuture();
  planned_ = absl::InfinitePast();
}

void ReceiverHealth::Configure(const std::string& fingerprint, absl::Time now) {
  if (record_.configuration == fingerprint) {
    return;
  }
  const bool is_edit = !record_.configuration.empty();
  record_.configuration = fingerprint;
  if (is_edit && record_.state != CircuitState::kPaused) {
    Resume(now);
  }
}

void ReceiverHealth::Pause(std::string why, absl::Time now) {
  record_.state = CircuitState::kPaused;
  record_.since = ToMicroseconds(now);
  record_.why = std::move(why);
}

void ReceiverHealth::Resume(absl::Time now) {
  if (record_.state != CircuitState::kClosed) {
    Close(now);
  }
  last_failed_ = false;
  last_slow_ = false;
  throttles_ = 0;
  asked_until_ = absl::InfinitePast();
  planned_ = absl::InfinitePast();
  SetNotBefore();
}

void ReceiverHealth::Learn(const ReceiverRecord& record) {
  if (Same(stored_, record) || Same(record_, record)) {
    return;
  }
  record_ = record;
  stored_ = record;
  stored_before_ = record;
  asked_until_ = record.not_before;
  planned_ = absl::InfinitePast();
  failing_since_ = is_open() ? record.since : absl::InfiniteFuture();
  unauthorized_.clear();
}

std::optional<ReceiverRecord> ReceiverHealth::TakeChange() {
  if (Same(stored_, record_)) {
    return std::nullopt;
  }
  stored_before_ = std::exchange(stored_, record_);
  return record_;
}

void ReceiverHealth::Wait(absl::Time until) {
  planned_ = std::max(planned_, until);
  SetNotBefore();
}

void ReceiverHealth::SetNotBefore() {
  // Rounded up: never earlier than what was asked for.
  const absl::Time until = std::max(asked_until_, planned_);
  record_.not_before = ToMicroseconds(
      until == absl::InfinitePast() ? until : until + absl::Microseconds(1));
}

void ReceiverHealth::OnDrained(absl::Time now) {
  if (recovered_ == 0 || is_held() || is_open() ||
      failing_since_ != absl::InfiniteFuture()) {
    return;
  }
  const absl::Duration took = now - recovering_since_;
  Tell(ReceiverNews::Kind::kRecovered, trouble_since_,
       StrCat("recovered: ", GroupedNumber(recovered_), " delivered in ",
              ShortDuration(took)));
  news_.back().delivered = recovered_;
  news_.back().took = took;
  told_failing_ = told_held_ = told_old_ = false;
  trouble_since_ = absl::InfiniteFuture();
  recovering_since_ = absl::InfiniteFuture();
  recovered_ = 0;
}

void ReceiverHealth::NoteOldest(absl::Time created_at, absl::Time now) {
  if (told_old_ || is_held() || now - created_at <= kQueueOld) {
    return;
  }
  told_old_ = true;
  Tell(ReceiverNews::Kind::kQueueOld, created_at,
       StrCat("the oldest message that waits is ",
              ShortDuration(now - created_at), " old",
              record_.why.empty() ? "" : ": ", record_.why));
}

absl::Time ReceiverHealth::news_at() const {
  return told_failing_ || is_held() ? absl::InfiniteFuture()
                                    : failing_since_ + kFailingTold;
}

void ReceiverHealth::CheckTime(absl::Time now) {
  if (now < news_at()) {
    return;
  }
  told_failing_ = true;
  Tell(ReceiverNews::Kind::kFailing, failing_since_,
       StrCat("failing for ", ShortDuration(now - failing_since_), ": ",
              record_.why));
}

std::vector<ReceiverNews> ReceiverHealth::TakeNews() {
  return std::exchange(news_, {});
}

void ReceiverHealth::Tell(ReceiverNews::Kind kind, absl::Time since,
                          std::string text) {
  trouble_since_ = std::min(trouble_since_, since);
  news_.push_back({.kind = kind,
                   .receiver = record_.name,
                   .since = since,
                   .text = std::move(text)});
}

}  // namespace presshawk
