// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/sending.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/logging.h"
#include "core/base/deadline.h"
#include "core/base/interval.h"
#include "core/base/str_cat.h"
#include "core/delivery/answer.h"
#include "core/delivery/envelope.h"
#include "core/delivery/operator_message.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLook = absl::Seconds(1);
constexpr absl::Duration kCount = absl::Minutes(1);
constexpr absl::Duration kRetry = absl::Milliseconds(500);
constexpr uint32_t kOrphans = 1000;

// When the alert that is told was detected; nothing for other messages, for
// replays, and for messages to people that are sent again. Texts cannot imitate a
// key: their quotes are escaped.
std::optional<absl::Time> DetectedAt(const Dispatch& dispatch) {
  constexpr std::string_view kKey = "\"detected_at\":\"";
  const AttemptRequest& request = dispatch.request;
  const std::string_view body =
      dispatch.envelope.empty() ? request.body : dispatch.envelope;
  const size_t key = body.find(kKey);
  if (request.type != kAlertType || key == std::string_view::npos ||
      body.substr(0, key).find("\"replay\":true") != std::string_view::npos) {
    return std::nullopt;
  }
  const size_t begin = key + kKey.size();
  const std::string text(body.substr(begin, body.find('"', begin) - begin));
  absl::Time time;
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error)
             ? std::optional(time)
             : std::nullopt;
}

}  // namespace

Sending::Sending(Parts parts)
    : parts_(std::move(parts)), resealer_(parts_.messages) {}

Sending::~Sending() { Stop(absl::Now()); }

absl::Status Sending::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Sending::Stop(absl::Time deadline) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    deadline_ = deadline;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Sending::Wake() {
  {
    MutexLock lock(&mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Sending::ReceiversChanged() {
  {
    MutexLock lock(&mutex_);
    receivers_changed_ = true;
  }
  changed_.notify_all();
}

std::vector<ReceiverRecord> Sending::circuits() const {
  MutexLock lock(&mutex_);
  return circuits_;
}

bool Sending::IsIdle() const {
  {
    MutexLock lock(&mutex_);
    if (is_busy_ || woken_ || !answers_.empty()) {
      return false;
    }
  }
  const auto waiting = parts_.store->Waiting();
  return waiting.ok() && std::none_of(waiting->begin(), waiting->end(),
                                      [this](const WaitingCount& one) {
                                        return one.reason == WaitReason::kDue &&
                                               IsOpenTo(one.receiver);
                                      });
}

// The receiver is configured, and its circuit is closed.
bool Sending::IsOpenTo(const std::string& receiver) const {
  const std::vector<ReceiverOptions> receivers = parts_.receivers->Current();
  if (std::none_of(receivers.begin(), receivers.end(),
                   [&](const auto& one) { return one.name == receiver; })) {
    return false;
  }
  MutexLock lock(&mutex_);
  return std::none_of(
      circuits_.begin(), circuits_.end(), [&](const ReceiverRecord& one) {
        return one.name == receiver && one.state != CircuitState::kClosed;
      });
}

void Sending::Run() {
  bool couriers_stopped = false;
  while (true) {
    const absl::Time now = absl::Now();
    TakeAnswers(now);
    bool stop = false;
    absl::Time deadline;
    {
      MutexLock lock(&mutex_);
      stop = stop_;
      deadline = deadline_;
    }
    if (IsDue(now, kLook, &next_look_)) {
      LookAround(now);
    }
    if (stop && !couriers_stopped) {
      // What is in flight ends now or is unknown; its answers are still written.
      couriers_stopped = true;
      if (queue_ != nullptr) {
        queue_->StopClaiming();
      }
      for (const auto& [kind, courier] : parts_.couriers) {
        courier->Stop(deadline);
      }
      continue;
    }
    const bool wrote = queue_ != nullptr &&
                       (now >= retry_at_ || retry_at_ - now > kRetry) &&
                       Exchange(now);
    {
      MutexLock lock(&mutex_);
      is_busy_ =
          queue_ == nullptr || queue_->in_flight() > 0 || queue_->has_answers();
    }
    if (stop && (queue_ == nullptr ||
                 (queue_->in_flight() == 0 && !queue_->has_answers()) ||
                 absl::Now() >= deadline)) {
      return;
    }
    if (!wrote) {
      absl::Time until = next_look_;
      if (queue_ != nullptr) {
        until = std::min(until, std::max(queue_->next_call(), retry_at_));
      }
      WaitUntil(until, /*ignore_stop=*/couriers_stopped);
    }
  }
}

void Sending::TakeAnswers(absl::Time now) {
  std::vector<Answer> answers;
  bool woken = false;
  bool receivers_changed = false;
  {
    MutexLock lock(&mutex_);
    answers.swap(answers_);
    woken = std::exchange(woken_, false);
    receivers_changed = std::exchange(receivers_changed_, false);
  }
  if (queue_ == nullptr) {
    return;  // Nothing is in flight, and it begins with the present receivers.
  }
  for (const Answer& answer : answers) {
    queue_->Finish(answer.delivery, answer.number, answer.result, now);
  }
  if (receivers_changed) {
    queue_->SetReceivers(parts_.receivers->Current(), now);
  }
  if (woken) {
    // Nothing goes to a receiver that was paused before this came. Where the
    // ledger is away, nothing is claimed either.
    LearnCircuits(now).IgnoreError();
    for (const ReceiverOptions& receiver : parts_.receivers->Current()) {
      queue_->Hint(receiver.name, now);
    }
  }
}

// What others did to the ledger: circuits that they changed, senders that died.
void Sending::LookAround(absl::Time now) {
  const absl::Status status = Look(now);
  MutexLock lock(&mutex_);
  look_problem_ = std::string(status.message());
  if (queue_ != nullptr) {
    circuits_ = queue_->Circuits();
  }
}

absl::Status Sending::Look(absl::Time now) {
  if (absl::Status status = LearnCircuits(now); !status.ok()) {
    return status;
  }
  auto orphans = parts_.store->TakeOrphans(parts_.instance, now, kOrphans);
  if (!orphans.ok()) {
    return orphans.status();
  }
  queue_->TakeOver(*std::move(orphans), now);
  if (IsDue(now, kCount, &next_count_)) {
    const auto waiting = parts_.store->Waiting();
    if (waiting.ok()) {
      queue_->NoteWaiting(*waiting, now);
    }
  }
  for (const ReceiverNews& news : queue_->TakeNews()) {
    TellOperator(news, now);
  }
  return absl::OkStatus();
}

absl::Status Sending::LearnCircuits(absl::Time now) {
  const auto records = parts_.store->Receivers();
  if (!records.ok()) {
    return records.status();
  }
  if (queue_ == nullptr) {
    queue_ = std::make_unique<SendingQueue>(
        SendingOptions{.instance = parts_.instance,
                       .seed = std::random_device()()},
        &resealer_, *records);
    queue_->SetReceivers(parts_.receivers->Current(), now);
  } else {
    queue_->Learn(*records, now);
  }
  return absl::OkStatus();
}

// Writes what ended and claims what is due. True where something was written.
bool Sending::Exchange(absl::Time now) {
  const SenderStep* const step = queue_->Prepare(now);
  if (step == nullptr) {
    SetStepProblem("");  // Nothing is owed to the ledger any more.
    return false;
  }
  absl::StatusOr<SenderStepResult> result = parts_.store->Step(*step, now);
  SetStepProblem(std::string(result.status().message()));
  if (!result.ok()) {
    queue_->Abort();
    retry_at_ = absl::Now() + kRetry;
    return false;
  }
  for (Dispatch& dispatch : queue_->Commit(*std::move(result), absl::Now())) {
    Send(std::move(dispatch));
  }
  return true;
}

void Sending::Send(Dispatch dispatch) {
  const auto courier = parts_.couriers.find(dispatch.receiver->kind);
  const std::string delivery = dispatch.request.delivery;
  auto done = [this, delivery, number = dispatch.number,
               kind = dispatch.receiver->kind,
               detected = DetectedAt(dispatch)](AttemptResult result) {
    if (parts_.on_attempt) {
      const bool is_told = IsSuccess(result.outcome) && detected.has_value();
      parts_.on_attempt(
          kind, result.outcome,
          is_told ? std::optional(absl::Now() - *detected) : std::nullopt);
    }
    {
      MutexLock lock(&mutex_);
      answers_.push_back({.delivery = delivery,
                          .number = number,
                          .result = std::move(result)});
    }
    changed_.notify_all();
  };
  if (courier == parts_.couriers.end()) {
    done({.outcome = AttemptOutcome::kMisconfigured,
          .why = StrCat("this program cannot send to ",
                        ReceiverKindName(dispatch.receiver->kind))});
    return;
  }
  courier->second->Send(*dispatch.receiver, std::move(dispatch.request),
                        std::move(done));
}

// Never through the receiver that is in trouble itself.
void Sending::TellOperator(const ReceiverNews& news, absl::Time now) {
  LogEach(news.kind == ReceiverNews::Kind::kRecovered ? spdlog::level::info
                                                      : spdlog::level::warn,
          StrCat("receiver ", news.receiver, ": "), news.text);
  if (parts_.operator_receiver.empty() ||
      parts_.operator_receiver == news.receiver) {
    return;
  }
  const std::string epoch = parts_.store->epoch();
  const DeliveryRecord message =
      OperatorMessage({.to = parts_.operator_receiver,
                       .ledger = epoch,
                       .event = ReceiverNewsName(news.kind),
                       .about = "receiver",
                       .which = news.receiver,
                       .since = news.since,
                       .text = news.text},
                      now);
  if (absl::Status status = parts_.store->AddMessages({&message, 1});
      !status.ok()) {
    LogEach(spdlog::level::err,
            "the operator cannot be told: ", std::string(status.message()));
  }
  queue_->Hint(parts_.operator_receiver, now);
}

void Sending::WaitUntil(absl::Time time, bool ignore_stop) {
  const Deadline until = time;
  MutexLock lock(&mutex_);
  while (answers_.empty() && !woken_ && !receivers_changed_ &&
         (!stop_ || ignore_stop) && lock.WaitUntil(&changed_, until)) {
  }
}

void Sending::AppendProblems(std::vector<std::string>* problems) const {
  {
    MutexLock lock(&mutex_);
    for (const std::string& problem : {look_problem_, step_problem_}) {
      if (!problem.empty()) {
        problems->push_back(problem);
      }
    }
  }
  if (std::string problem = parts_.receivers->problem(); !problem.empty()) {
    problems->push_back(std::move(problem));
  }
}

void Sending::SetStepProblem(std::string problem) {
  MutexLock lock(&mutex_);
  step_problem_ = std::move(problem);
}

}  // namespace presshawk
