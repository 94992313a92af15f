// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/direct_intake.h"

#include <utility>

#include "core/base/deadline.h"

namespace presshawk {
namespace {

// How often whoever hands over is asked whether it may go on.
constexpr absl::Duration kAskInterval = absl::Milliseconds(100);

}  // namespace

bool DirectIntake::Deliver(const AlertBatch& batch,
                           WhileBlocked while_blocked) {
  for (const OutboundAlert& alert : batch.alerts) {
    Queued queued = {.item = {.json = std::string(alert.json),
                              .signature = std::string(alert.signature)},
                     .origin = batch.origin,
                     .message = alert.message};
    const size_t bytes = alert.json.size() + alert.signature.size();
    while (true) {
      {
        MutexLock lock(&mutex_);
        if (queue_bytes_ + bytes <= kQueueBytesMax || queue_.empty()) {
          queue_bytes_ += bytes;
          ++pending_;
          queue_.push_back(std::move(queued));
          break;
        }
        lock.WaitFor(&changed_, kAskInterval);
      }
      if (!while_blocked()) {
        return false;
      }
    }
  }
  changed_.notify_all();
  return true;
}

void DirectIntake::Flush(absl::Time deadline) {
  const Deadline until = deadline;
  MutexLock lock(&mutex_);
  while (pending_ > 0 && lock.WaitUntil(&changed_, until)) {
  }
}

absl::Status DirectIntake::Begin(
    const std::vector<PositionRecord>& /*positions*/,
    const std::string& /*epoch*/) {
  // What was taken and not accepted comes again.
  MutexLock lock(&mutex_);
  queue_.insert(queue_.begin(), std::make_move_iterator(taken_.begin()),
                std::make_move_iterator(taken_.end()));
  taken_.clear();
  return absl::OkStatus();
}

absl::Status DirectIntake::Poll(absl::Duration timeout,
                                std::vector<IntakeItem>* items) {
  items->clear();
  {
    const Deadline until = Deadline::After(timeout);
    MutexLock lock(&mutex_);
    while (queue_.empty() && lock.WaitUntil(&changed_, until)) {
    }
    taken_ = std::exchange(queue_, {});
    queue_bytes_ = 0;
  }
  changed_.notify_all();
  items->reserve(taken_.size());
  for (const Queued& queued : taken_) {
    items->push_back(queued.item);
  }
  return absl::OkStatus();
}

void DirectIntake::Accepted() {
  for (const Queued& queued : taken_) {
    queued.origin->Resolve(queued.message);
  }
  {
    MutexLock lock(&mutex_);
    pending_ -= taken_.size();
  }
  taken_.clear();
  changed_.notify_all();
}

}  // namespace presshawk
