// SPDX-License-Identifier: Apache-2.0
// A batch on its way. It counts the acknowledgements that each message waits
// for, and resolves the message in the tracker when the last one came.
//
//   Source ─MessageBatch─► worker ─outputs─► sinks ─┐
//      ▲                                            │ Resolve()
//      └─ commit ◄── OffsetTracker ◄── InFlightBatch ◄┘
//
// GUARANTEE. A position becomes committable only after every message before it
// was resolved.
// LIFE. Shared by the worker and by every sink that still owes an
// acknowledgement.
// THREAD SAFETY. Resolve() and Refuse() may be called by any thread; all else
// is the worker's.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/stream/message.h"
#include "core/stream/offset_tracker.h"

namespace presshawk {

class InFlightBatch : public std::enable_shared_from_this<InFlightBatch> {
 public:
  // Admits every message to `tracker`, which must outlive this. Each message
  // starts with one pending acknowledgement: the worker's own, which the worker
  // resolves when it has handed over everything that the message became.
  InFlightBatch(std::unique_ptr<MessageBatch> batch, OffsetTracker* tracker);
  virtual ~InFlightBatch() = default;
  InFlightBatch(const InFlightBatch&) = delete;
  InFlightBatch& operator=(const InFlightBatch&) = delete;

  const MessageBatch& batch() const { return *batch_; }
  absl::Time consumed() const { return consumed_; }

  // Announces more acknowledgements for `message`. The worker calls this before
  // it hands over, while it still holds its own.
  void AddPending(uint32_t message, uint32_t acknowledgements);
  // The outcome that the tracker counts once the message is resolved; the
  // default is Outcome{0}.
  void SetOutcome(uint32_t message, Outcome outcome);
  // Gives one acknowledgement. The last one resolves the message.
  void Resolve(uint32_t message);
  // Gives one acknowledgement to each of `messages`, which rise, and takes the
  // tracker's lock once.
  void ResolveAll(absl::Span<const uint32_t> messages);
  // A destination will never accept what `message` became; `detail` says why.
  // The acknowledgement that the destination owes is given on its behalf, here
  // at once, in a subclass perhaps after something else took its place.
  virtual void Refuse(uint32_t message, std::string_view detail);

 protected:
  // The last acknowledgement of `message` came; its position is not yet
  // committable. Any thread.
  virtual void OnResolved(uint32_t /*message*/, Outcome /*outcome*/) {}

 private:
  struct State {
    std::atomic<uint32_t> pending = 1;
    std::atomic<Outcome> outcome{Outcome{0}};
  };

  // Whether this acknowledgement of `message` was its last.
  bool TakeOne(uint32_t message);
  Resolution ResolutionOf(uint32_t message);

  const std::unique_ptr<MessageBatch> batch_;
  OffsetTracker* const tracker_;
  const absl::Time consumed_;
  const std::unique_ptr<State[]> states_;
};

}  // namespace presshawk
