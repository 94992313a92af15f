// One share-nothing worker of the service: its own source, decoder, matcher and
// builder. Poll ─► ProcessBatch ─► sinks ─► Poll …
#pragma once

#include <array>
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

// What a worker tells of a batch, once a batch.
struct BatchReport {
  uint64_t bytes = 0;
  uint64_t alerts = 0;
  uint64_t hits = 0;  // Sum of hit_count.
  StageTicks ticks;
  struct Abandoned {
    std::string watchlist_id;
    std::string article_id;
    std::string_view reason;  // Static storage.
  };
  std::vector<Abandoned> abandoned;
  // One for each alert: what its hits and its text took.
  struct ListCost {
    std::string_view watchlist_id;  // Of the generation: during OnBatch() only.
    uint32_t alerts = 0;
    uint64_t hits = 0;
    uint64_t ticks = 0;  // Of CycleClockNow().
  };
  std::vector<ListCost> list_costs;
  struct Rejected {
    uint32_t message;
    RejectReason reason;
    std::string detail;
  };
  std::vector<Rejected> rejected;
};

// Called on the worker's thread.
class WorkerObserver {
 public:
  virtual ~WorkerObserver() = default;
  virtual void OnBatch(const MessageBatch& batch,
                       const BatchReport& report) = 0;
  virtual void OnBusy(bool busy) = 0;
};

class Worker {
 public:
  // All must outlive the worker; sinks, slot and listener are shared by all
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
  // Shared by all workers of a process.
  struct Control {
    std::atomic<bool> stop = false;  // Fetch no more; finish what is there.
    // Fetch nothing for now, staying in the group: there is nothing to match
    // with. What was fetched already waits, too.
    std::atomic<bool> hold = false;
    // While stopping: when to give up what is not acknowledged.
    std::atomic<int64_t> deadline_unix_millis = INT64_MAX;
  };

  Worker(std::unique_ptr<Decoder> decoder, const Parts& parts,
         const Options& options, const Control* control);
  ~Worker();

  // Works until Control::stop, or until the source is exhausted; then waits for
  // what is in flight and closes the source. An error when it could not go on.
  // REQUIRES: the slot holds a generation.
  absl::Status Run();

 private:
  class BatchHandler;

  void TakeNewGeneration();
  void ProcessBatch(std::unique_ptr<MessageBatch> batch);
  // Gives what the handler gathered to the sinks, and resolves the worker's own
  // part of each message.
  void HandOver(const std::shared_ptr<InFlightBatch>& in_flight);
  absl::Status DrainAndClose();
  bool MayWait();  // WhileBlocked of the sinks.
  void Rest();     // While Control::hold.

  const Parts parts_;
  const Control* const control_;
  ArticleProcessor processor_;
  uint64_t generation_swaps_ = 0;
  std::vector<std::string_view> payloads_;
  std::unique_ptr<BatchHandler> handler_;
};

}  // namespace presshawk
