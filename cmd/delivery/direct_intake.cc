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
  for (const OutboundRetraction& retraction : batch.retractions) {
    if (!Queue({.item = {.json = std::string(retraction.json),
                         .signature = "",
                         .is_retraction = true},
                .origin = batch.origin,
                .message = retraction.message},
               while_blocked)) {
      return false;
    }
  }
  for (const OutboundAlert& alert : batch.alerts) {
    if (!Queue({.item = {.json = std::string(alert.json),
                         .signature = std::string(alert.signature)},
                .origin = batch.origin,
                .message = alert.message},
               while_blocked)) {
      return false;
    }
  }
  changed_.notify_all();
  return true;
}

bool DirectIntake::Queue(Queued queued, WhileBlocked while_blocked) {
  const size_t bytes = queued.item.json.size() + queued.item.signature.size();
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (queue_bytes_ + bytes <= kQueueBytesMax || queue_.empty()) {
        queue_bytes_ += bytes;
        ++pending_;
        queue_.push_back(std::move(queued));
        return true;
      }
      lock.WaitFor(&changed_, kAskInterval);
    }
    if (!while_blocked()) {
      return false;
    }
  }
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
