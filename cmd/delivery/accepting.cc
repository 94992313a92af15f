// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/accepting.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/log_text.h"
#include "cmd/app/logging.h"
#include "cmd/delivery/reign.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// How often it is asked whether the subscriptions are complete.
constexpr absl::Duration kPoll = absl::Milliseconds(20);

}  // namespace

Accepting::Accepting(Parts parts) : parts_(std::move(parts)) {}

Accepting::~Accepting() { Stop(absl::Now()); }

absl::Status Accepting::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Accepting::Stop(absl::Time /*deadline*/) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Accepting::Run() {
  // Whom this instance waits for; empty for nobody.
  std::string decider_before;
  while (!stopping()) {
    if (!parts_.subscriptions->IsComplete()) {
      SleepUnlessStopping(kPoll);
      continue;
    }
    absl::StatusOr<Lease> lease =
        parts_.store->AcquireLease(parts_.instance, absl::Now());
    if (!lease.ok()) {
      const bool is_standby = absl::IsAlreadyExists(lease.status());
      is_settled_ = is_standby;
      std::string decider(is_standby ? lease.status().message() : "");
      if (is_standby && decider != decider_before) {
        LogEach(spdlog::level::info, "standby: ", decider);
      }
      decider_before = std::move(decider);
      SetProblem(is_standby ? absl::OkStatus() : lease.status());
      SleepUnlessStopping(kLedgerRetry);
      continue;
    }
    decider_before.clear();
    is_decider_ = true;
    Reign reign(this, *lease);
    is_settled_ = false;
    absl::Status status = reign.Load(absl::Now());
    is_settled_ = status.ok();
    while (status.ok() && !stopping()) {
      status = reign.Step();
      if (status.ok()) {
        SetProblem(status);
      }
    }
    is_decider_ = false;
    is_settled_ = false;
    if (!status.ok() && !stopping()) {
      SetProblem(status);
      SleepUnlessStopping(kLedgerRetry);
    } else {
      parts_.store->ReleaseLease(*lease).IgnoreError();
    }
  }
}

void Accepting::AppendProblems(std::vector<std::string>* problems) const {
  MutexLock lock(&mutex_);
  if (loss_ > 0) {
    problems->push_back(StrCat(
        loss_,
        " alerts were removed from their topic before the ledger read "
        "them; POST /api/v1/ledger:acknowledge once that is understood"));
  }
  if (!problem_.empty()) {
    problems->push_back(problem_);
  } else if (!is_settled_) {
    problems->push_back("what the ledger knows is being read");
  } else if (const absl::Status health = parts_.intake->Health();
             is_decider_ && !health.ok()) {
    problems->push_back(StrCat("alerts: ", std::string(health.message())));
  }
}

bool Accepting::AcknowledgeLoss() {
  if (!is_decider_) {
    return false;
  }
  loss_acknowledged_ = true;
  return true;
}

Accepting::Counts Accepting::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

void Accepting::SleepUnlessStopping(absl::Duration duration) {
  const Deadline until = Deadline::After(duration);
  MutexLock lock(&mutex_);
  while (!stop_ && lock.WaitUntil(&changed_, until)) {
  }
}

void Accepting::SetProblem(const absl::Status& status) {
  const std::string problem(status.message());
  MutexLock lock(&mutex_);
  if (problem_ == problem) {
    return;
  }
  if (problem.empty()) {
    LogEach(spdlog::level::info, "over: ", problem_);
  } else if (MessageKey(problem) != MessageKey(problem_)) {
    LogEach(spdlog::level::err, "", problem);  // Not each other number in it.
  }
  problem_ = problem;
}

}  // namespace presshawk
