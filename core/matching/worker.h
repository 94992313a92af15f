// SPDX-License-Identifier: Apache-2.0
// One share-nothing worker of the service, with a source, a decoder, a matcher
// and a builder of its own:
//
//   Poll ─► ProcessBatch ─► sinks ─► Poll …
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/matching/alert_stage.h"
#include "core/matching/article_batch.h"
#include "core/matching/article_processor.h"
#include "core/matching/batch_report.h"
#include "core/matching/generation_slot.h"
#include "core/matching/sinks.h"
#include "core/matching/worker_control.h"
#include "core/stream/source.h"

namespace presshawk {

// Called on the worker's thread. It keeps metrics and logging out of core.
class WorkerObserver {
 public:
  virtual ~WorkerObserver() = default;
  virtual void OnBatch(const MessageBatch& batch,
                       const BatchReport& report) = 0;
  // Busy from the arrival of a batch until it was handed over.
  virtual void OnBusy(bool busy) = 0;
};

class Worker {
 public:
  // All must outlive the worker. Sinks, slot and listener are shared by all
  // workers.
  struct Parts {
    Source* source = nullptr;
    OffsetTracker* tracker = nullptr;
    GenerationSlot* generations = nullptr;
    std::vector<AlertSink*> sinks;
    DeadLetterSink* dead_letters = nullptr;
    DeliveryListener* listener = nullptr;
    WorkerObserver* observer = nullptr;
  };
  struct Options {
    size_t article_bytes_max = kArticleBytesMax;
    AlertLimits alert_limits;
  };
  using Control = WorkerControl;  // Shared by all workers of a process.

  Worker(std::unique_ptr<Decoder> decoder, const Parts& parts,
         const Options& options, const Control* control);

  // Works until Control::stop or until the source is exhausted; then waits for
  // what is in flight and closes the source. An error means that the worker
  // could not go on. REQUIRES: the slot holds a generation.
  absl::Status Run();

 private:
  void TakeNewGeneration();
  void ProcessBatch(std::unique_ptr<MessageBatch> batch);
  // Replaces payloads_ with those of `batch` that can be decoded, and rejects
  // the truncated ones.
  void TakePayloads(const MessageBatch& batch);
  void Reject(uint32_t message, RejectReason reason, std::string_view detail);
  // Gives what the batch became to the sinks, and resolves the worker's own
  // part of each message.
  void HandOver(const std::shared_ptr<ArticleBatch>& batch);
  absl::Status DrainAndClose();
  bool MayWait();  // The WhileBlocked of the sinks.
  void Rest();     // One short wait during Control::hold.

  const Parts parts_;
  const Control* const control_;
  ArticleProcessor processor_;
  AlertStage alerts_;
  uint64_t generation_swaps_ = 0;
  std::vector<Payload> payloads_;
  std::vector<uint32_t> settled_;  // Messages that became no dead letter.
  BatchReport report_;
};

}  // namespace presshawk
