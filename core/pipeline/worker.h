// One share-nothing worker of the service: its own source, decoder, matcher and
// builder. Poll ─► ProcessBatch ─► sinks ─► Poll …
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/alerts/alert_builder.h"
#include "core/pipeline/article_processor.h"
#include "core/pipeline/delivery_ports.h"
#include "core/pipeline/generation_slot.h"

namespace presshawk {

class WorkerProbe;

class Worker {
 public:
  // All must outlive the worker; sinks and slot are shared by all workers.
  struct Parts {
    Source* source = nullptr;
    OffsetTracker* tracker = nullptr;
    GenerationSlot* generations = nullptr;
    std::vector<AlertSink*> sinks;
    DeadLetterSink* dead_letters = nullptr;
    WorkerProbe* probe = nullptr;
  };
  struct Options {
    size_t article_bytes_max = kArticleBytesMax;
    AlertLimits alert_limits;
  };
  // Shared by all workers of a process.
  struct Control {
    std::atomic<bool> stop = false;  // Fetch no more; finish what is there.
    // While stopping: when to give up what is not acknowledged.
    std::atomic<int64_t> deadline_unix_millis = 0;
  };

  Worker(std::unique_ptr<Decoder> decoder, const Parts& parts,
         const Options& options, const Control* control);
  ~Worker();

  // Works until Control::stop, or until the source is exhausted; then waits for
  // what is in flight and closes the source. An error when it could not go on.
  absl::Status Run();

 private:
  class BatchHandler;

  void TakeNewGeneration();
  void ProcessBatch(std::unique_ptr<MessageBatch> batch);
  void HandOver(const std::shared_ptr<InFlightBatch>& in_flight);
  absl::Status DrainAndClose();
  bool MayWait();  // WhileBlocked of the sinks.

  const Parts parts_;
  const Options options_;
  const Control* const control_;
  ArticleProcessor processor_;
  AlertBuilder builder_;
  uint64_t generation_swaps_ = 0;
  std::vector<std::string_view> payloads_;
  std::vector<uint32_t> payload_messages_;  // Index in the batch, by payload.
  std::unique_ptr<BatchHandler> handler_;
};

}  // namespace presshawk
