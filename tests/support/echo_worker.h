// SPDX-License-Identifier: Apache-2.0
// A worker without a matcher: one alert for each message, a dead letter for
// each that begins with "bad". What tests of sources and sinks need.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "core/matching/article_batch.h"
#include "core/matching/sinks.h"
#include "core/stream/source.h"

namespace presshawk {

// Runs on a thread of its own from construction to Stop().
class EchoWorker {
 public:
  // All must outlive it. A message's alert has the message's key as its id, the
  // watch-list "echo", and the payload as its JSON.
  EchoWorker(Source* source, OffsetTracker* tracker, AlertSink* alerts,
             DeadLetterSink* dead_letters);
  ~EchoWorker();

  // Ends the loop, waits at most `drain` for what is in flight, closes the
  // source.
  void Stop(absl::Duration drain = absl::Seconds(20));
  uint64_t messages() const { return messages_; }
  // Makes the worker wait before it hands over its next batch, until released.
  void Hold(bool hold) { hold_ = hold; }

 private:
  void Run();
  void Work(std::unique_ptr<MessageBatch> batch);
  bool MayWait();

  Source* const source_;
  OffsetTracker* const tracker_;
  AlertSink* const alerts_;
  DeadLetterSink* const dead_letters_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> hold_ = false;
  std::atomic<int64_t> give_up_at_ = INT64_MAX;  // Unix milliseconds.
  std::atomic<uint64_t> messages_ = 0;
  std::thread thread_;
};

}  // namespace presshawk
