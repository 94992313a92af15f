// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/open_attempts.h"

#include <algorithm>
#include <utility>

#include "core/delivery/answer.h"

namespace presshawk {
namespace {

constexpr size_t kLateMax = 4096;

}  // namespace

bool OpenAttempts::Begin(const std::string& delivery, Courier::Done done) {
  {
    MutexLock lock(&mutex_);
    const auto late = std::find(late_.begin(), late_.end(), delivery);
    if (late == late_.end()) {
      // The attempt before, if there is one, was given up: nobody waits for it.
      const auto [open, is_new] = open_.try_emplace(delivery);
      open->second = {std::move(done), Deadline::Steady::now()};
      return is_new;
    }
    late_.erase(late);
  }
  done({.outcome = AttemptOutcome::kDelivered});
  return false;
}

void OpenAttempts::End(const std::string& delivery, AttemptResult result) {
  Courier::Done done;
  {
    MutexLock lock(&mutex_);
    const auto open = open_.find(delivery);
    if (open == open_.end()) {
      return;
    }
    result.took =
        absl::FromChrono(Deadline::Steady::now() - open->second.began);
    done = std::move(open->second.done);
    open_.erase(open);
    if (result.took > slow_ && IsSuccess(result.outcome)) {
      late_.push_back(delivery);
      if (late_.size() > kLateMax) {
        late_.pop_front();
      }
    }
  }
  done(std::move(result));
}

void OpenAttempts::Stop() {
  absl::flat_hash_map<std::string, Attempt> open;
  {
    MutexLock lock(&mutex_);
    open.swap(open_);
  }
  for (const auto& [delivery, attempt] : open) {
    attempt.done({.outcome = AttemptOutcome::kUnknown,
                  .why = "this process stopped before it was through"});
  }
}

size_t OpenAttempts::size() const {
  MutexLock lock(&mutex_);
  return open_.size();
}

}  // namespace presshawk
