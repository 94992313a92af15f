// SPDX-License-Identifier: Apache-2.0
#include "tests/support/echo_worker.h"

#include <vector>

#include "absl/time/clock.h"

namespace presshawk {

EchoWorker::EchoWorker(Source* source, OffsetTracker* tracker,
                       AlertSink* alerts, DeadLetterSink* dead_letters)
    : source_(source),
      tracker_(tracker),
      alerts_(alerts),
      dead_letters_(dead_letters),
      thread_([this] { Run(); }) {}

EchoWorker::~EchoWorker() { Stop(); }

void EchoWorker::Stop(absl::Duration drain) {
  if (!thread_.joinable()) {
    return;
  }
  give_up_at_ = absl::ToUnixMillis(absl::Now() + drain);
  stop_ = true;
  thread_.join();
}

bool EchoWorker::MayWait() {
  source_->KeepAlive();
  return absl::ToUnixMillis(absl::Now()) < give_up_at_;
}

void EchoWorker::Run() {
  while (!stop_ && !source_->exhausted()) {
    auto batch = source_->Poll(absl::Milliseconds(50));
    if (!batch.ok()) {
      break;
    }
    if (*batch != nullptr) {
      Work(*std::move(batch));
    }
  }
  while (tracker_->in_flight() > 0 && MayWait()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  source_->Close().IgnoreError();
}

void EchoWorker::Work(std::unique_ptr<MessageBatch> batch) {
  const auto in_flight = std::make_shared<ArticleBatch>(
      std::move(batch), tracker_, dead_letters_, /*listener=*/nullptr);
  const auto messages = in_flight->batch().messages();
  while (hold_ && MayWait()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  const auto may_wait = [this] { return MayWait(); };
  std::vector<OutboundAlert> alerts;
  for (uint32_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.payload.starts_with("bad")) {
      in_flight->AddPending(i, 1);
      if (!dead_letters_->Deliver(in_flight, i, RejectReason::kNotJson,
                                  "not a value at byte 0", may_wait)) {
        return;
      }
    } else if (!message.tombstone) {
      in_flight->AddPending(i, 1);
      alerts.push_back({.id = message.key,
                        .watchlist_id = "echo",
                        .json = message.payload,
                        .traceparent = message.traceparent,
                        .tracestate = message.tracestate,
                        .message = i});
    }
  }
  if (!alerts_->Deliver(
          {.origin = in_flight, .detected_at = absl::Now(), .alerts = alerts},
          may_wait)) {
    return;
  }
  for (uint32_t i = 0; i < messages.size(); ++i) {
    in_flight->Resolve(i);
  }
  messages_ += messages.size();
}

}  // namespace presshawk
