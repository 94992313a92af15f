// SPDX-License-Identifier: Apache-2.0
#include "tests/property/delivery/sending_world.h"

#include <algorithm>
#include <cstdio>

#include "core/base/str_cat.h"
#include "core/delivery/answer.h"

namespace presshawk::testing {
namespace {

class NoOtherForm : public Resealer {
 public:
  std::optional<std::string> Reduce(const ReceiverOptions&,
                                    const ClaimedDelivery&) override {
    return std::nullopt;
  }
  std::optional<std::string> MarkRepeat(const ReceiverOptions&,
                                        const ClaimedDelivery&) override {
    return std::nullopt;
  }
};

}  // namespace

SendingWorld::SendingWorld(uint64_t seed, SendingOptions options)
    : options_(std::move(options)),
      random_(seed),
      resealer_(std::make_unique<NoOtherForm>()) {
  options_.seed = seed;
  StartSender();
}

void SendingWorld::StartSender() {
  std::vector<ReceiverRecord> known;
  for (const auto& [name, record] : circuits_) {
    known.push_back(record);
  }
  queue_ = std::make_unique<SendingQueue>(options_, resealer_.get(), known);
  std::vector<ReceiverOptions> receivers;
  for (const auto& [name, place] : places_) {
    receivers.push_back(place.options);
  }
  queue_->SetReceivers(std::move(receivers), now_);
}

void SendingWorld::AddReceiver(ReceiverOptions options,
                               std::vector<Phase> phases) {
  const std::string name = options.name;
  Place& place = places_[name];
  place.options = std::move(options);
  absl::Time until = now_;
  for (const Phase& phase : phases) {
    until += phase.lasts;
    place.phases.emplace_back(until, phase.mood);
  }
  std::vector<ReceiverOptions> receivers;
  for (const auto& [one, other] : places_) {
    receivers.push_back(other.options);
  }
  queue_->SetReceivers(std::move(receivers), now_);
}

void SendingWorld::Owe(const std::string& receiver, int count) {
  for (int i = 0; i < count; ++i) {
    char id[33];
    std::snprintf(id, sizeof(id), "%032lx",
                  static_cast<unsigned long>(++next_id_));
    DeliveryRecord record;
    record.id = id;
    record.subscription = "s";
    record.receiver = receiver;
    record.type = "presshawk.alert.v1";
    record.created_at = now_;
    record.due = now_;
    rows_[record.id].record = record;
    places_.at(receiver).waiting.emplace(record.due, record.id);
  }
  queue_->Hint(receiver, now_);
}

void SendingWorld::Crash() {
  // Requests that are on their way arrive, and nobody hears the answers.
  for (auto& [at, answer] : answers_) {
    Place& place = places_.at(rows_.at(answer.delivery).record.receiver);
    if (answer.is_taken) {
      place.taken.insert(answer.delivery);
    }
  }
  for (auto& [name, place] : places_) {
    place.in_flight = 0;
    place.sent.clear();
    place.must_be_careful = false;
    // What the dead one was asked for is known where it was written.
    place.not_before = absl::InfinitePast();
    if (const auto found = circuits_.find(name); found != circuits_.end()) {
      place.not_before = found->second.not_before;
    }
  }
  answers_.clear();
  in_flight_ = 0;
  StartSender();
  std::vector<ClaimedDelivery> orphans;
  for (auto& [id, row] : rows_) {
    if (row.record.state == DeliveryState::kSending) {
      orphans.push_back({.record = row.record, .body = "{}"});
    }
  }
  queue_->TakeOver(std::move(orphans), now_);
}

void SendingWorld::RunFor(absl::Duration span) {
  const absl::Time end = now_ + span;
  while (wrong_.empty()) {
    MakeStep();
    absl::Time next = std::max(queue_->next_call(), now_);
    if (now_ < away_until_) {
      next = std::max(next, std::min(now_ + absl::Seconds(1), away_until_));
    }
    if (!answers_.empty()) {
      next = std::min(next, answers_.begin()->first);
    }
    if (next > end) {
      break;
    }
    now_ = next;
    while (!answers_.empty() && answers_.begin()->first <= now_) {
      const Answer answer = std::move(answers_.begin()->second);
      answers_.erase(answers_.begin());
      Arrive(answer);
    }
  }
  now_ = end;
}

void SendingWorld::MakeStep() {
  const SenderStep* const step = queue_->Prepare(now_);
  if (step != nullptr) {
    ++steps_;
    std::optional<SenderStepResult> result = Step(*step);
    if (!result.has_value()) {
      queue_->Abort();
    } else {
      for (const Dispatch& dispatch :
           queue_->Commit(*std::move(result), now_)) {
        Send(dispatch);
      }
    }
  }
  for (ReceiverNews& news : queue_->TakeNews()) {
    news_.push_back(std::move(news));
  }
}

std::optional<SenderStepResult> SendingWorld::Step(const SenderStep& step) {
  if (now_ < away_until_) {
    return std::nullopt;
  }
  for (const auto& [record, attempt] : step.finished) {
    const Row& row = rows_.at(record.id);
    if (row.record.state != DeliveryState::kSending) {
      Wrong(StrCat(record.id, " ended without being sent"));
    }
    if (attempt.number != row.record.attempts + 1) {
      Wrong(StrCat(record.id, " has attempt ", attempt.number, " after ",
                   row.record.attempts));
    }
    attempts_.push_back(attempt);
    Store(record);
  }
  for (const ReceiverRecord& record : step.receivers) {
    circuits_[record.name] = record;
  }
  for (const std::string& id : step.renewed) {
    rows_.at(id).lease_until = now_ + step.lease;
  }
  SenderStepResult result;
  for (const auto& [name, count] : step.wanted) {
    auto& waiting = places_.at(name).waiting;
    for (uint32_t i = 0; i < count && !waiting.empty(); ++i) {
      const auto oldest = *waiting.begin();
      if (oldest.first > now_) {
        break;
      }
      waiting.erase(waiting.begin());
      Row& row = rows_.at(oldest.second);
      row.record.state = DeliveryState::kSending;
      row.lease_until = now_ + step.lease;
      result.claimed.push_back({.record = row.record, .body = "{}"});
    }
    if (!waiting.empty()) {
      result.next_due.emplace_back(name, waiting.begin()->first);
    }
  }
  return result;
}

void SendingWorld::Store(const DeliveryRecord& record) {
  rows_.at(record.id).record = record;
  if (record.state == DeliveryState::kWaiting) {
    places_.at(record.receiver).waiting.emplace(record.due, record.id);
  }
}

Mood SendingWorld::MoodOf(const Place& place) {
  for (const auto& [until, mood] : place.phases) {
    if (now_ < until) {
      return mood == Mood::kMoody ? static_cast<Mood>(Pick(8)) : mood;
    }
  }
  return Mood::kGood;
}

SendingWorld::Answer SendingWorld::AnswerTo(const Dispatch& dispatch,
                                            Mood mood) {
  Answer answer = {.delivery = dispatch.request.delivery,
                   .number = dispatch.number,
                   .result = {.took = absl::Milliseconds(1 + Pick(20))}};
  AttemptResult& result = answer.result;
  const auto status = [&result](int code) {
    result.status = code;
    result.why = StrCat(code);
    result.outcome =
        OutcomeOfStatus(code, result.retry_after > absl::ZeroDuration());
  };
  switch (mood) {
    case Mood::kSlow:
      result.took = absl::Seconds(6 + Pick(20));
      [[fallthrough]];
    case Mood::kGood:
    case Mood::kMoody:
      answer.is_taken = true;
      status(200);
      break;
    case Mood::kDead:
      result.why = "connection refused";
      break;
    case Mood::kLying:
      answer.is_taken = true;
      [[fallthrough]];
    case Mood::kError:
      status(500);
      break;
    case Mood::kSilent:
      answer.is_taken = true;
      result.took = absl::Seconds(30);
      result.outcome = AttemptOutcome::kUnknown;
      break;
    case Mood::kThrottling:
      result.retry_after = absl::Milliseconds(1 + Pick(600'000));
      status(429);
      break;
    case Mood::kImpolite:
      status(429);
      break;
    case Mood::kUnauthorized:
      status(401);
      break;
  }
  return answer;
}

void SendingWorld::Send(const Dispatch& dispatch) {
  Place& place = places_.at(dispatch.receiver->name);
  const Row& row = rows_.at(dispatch.request.delivery);
  if (row.record.state != DeliveryState::kSending || row.lease_until < now_) {
    Wrong(StrCat(dispatch.request.delivery, " is sent without a lease"));
  }
  ++place.in_flight;
  ++in_flight_;
  place.sent.push_back(now_);
  ++place.requests;
  CheckRules(dispatch, &place);
  Answer answer = AnswerTo(dispatch, MoodOf(place));
  const absl::Time at = now_ + answer.result.took;
  answers_.emplace(at, std::move(answer));
}

void SendingWorld::CheckRules(const Dispatch& dispatch, Place* place) {
  const ReceiverOptions& options = place->options;
  if (place->in_flight > options.in_flight) {
    Wrong(StrCat(options.name, " has ", place->in_flight, " in flight"));
  }
  if (place->must_be_careful && place->in_flight > 1) {
    Wrong(StrCat(options.name, " gets two after a failure or a slow answer"));
  }
  if (in_flight_ > options_.in_flight_max) {
    Wrong(StrCat(in_flight_, " are in flight in all"));
  }
  if (now_ < place->not_before) {
    Wrong(StrCat(options.name, " is sent to before its Retry-After"));
  }
  if (options.rate != 0 && place->sent.size() > options.rate &&
      place->sent[place->sent.size() - 1 - options.rate] + options.rate_period >
          now_) {
    Wrong(StrCat(options.name, " is sent to faster than its rate"));
  }
  if (rows_.at(dispatch.request.delivery).record.due > now_) {
    Wrong(StrCat(dispatch.request.delivery, " is sent before it is due"));
  }
}

void SendingWorld::Arrive(const Answer& answer) {
  const std::string name = rows_.at(answer.delivery).record.receiver;
  Place& place = places_.at(name);
  --place.in_flight;
  --in_flight_;
  place.must_be_careful = !IsSuccess(answer.result.outcome) ||
                          answer.result.took > absl::Seconds(5);
  if (answer.result.retry_after > absl::ZeroDuration()) {
    place.not_before =
        std::max(place.not_before, now_ + answer.result.retry_after);
  }
  if (answer.is_taken) {
    place.taken.insert(answer.delivery);
  }
  if (IsSuccess(answer.result.outcome)) {
    place.successes.push_back(answer.delivery);
    place.first_success = std::min(place.first_success, now_);
  }
  queue_->Finish(answer.delivery, answer.number, answer.result, now_);
}

size_t SendingWorld::Count(DeliveryState state) const {
  return static_cast<size_t>(std::count_if(
      rows_.begin(), rows_.end(),
      [state](const auto& row) { return row.second.record.state == state; }));
}

size_t SendingWorld::taken(const std::string& receiver) const {
  return places_.at(receiver).taken.size();
}
size_t SendingWorld::requests(const std::string& receiver) const {
  return places_.at(receiver).requests;
}
absl::Time SendingWorld::first_success(const std::string& receiver) const {
  return places_.at(receiver).first_success;
}
const std::vector<std::string>& SendingWorld::successes(
    const std::string& receiver) const {
  return places_.at(receiver).successes;
}

void SendingWorld::Wrong(std::string what) {
  if (wrong_.empty()) {
    wrong_ = StrCat(absl::FormatTime(now_), ": ", what);
  }
}

}  // namespace presshawk::testing
