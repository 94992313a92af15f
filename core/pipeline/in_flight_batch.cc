#include "core/base/check.h"
#include "core/pipeline/delivery_ports.h"

namespace presshawk {

InFlightBatch::InFlightBatch(std::unique_ptr<MessageBatch> batch,
                             OffsetTracker* tracker,
                             DeadLetterSink* dead_letters)
    : batch_(std::move(batch)),
      tracker_(tracker),
      dead_letters_(dead_letters),
      pending_(new std::atomic<uint32_t>[batch_->messages().size()]) {
  for (size_t i = 0; i < batch_->messages().size(); ++i) {
    pending_[i].store(1, std::memory_order_relaxed);
    const Message& message = batch_->messages()[i];
    tracker_->Admit(message.stream, message.offset, message.next);
  }
}

void InFlightBatch::AddPending(uint32_t message, uint32_t acknowledgements) {
  pending_[message].fetch_add(acknowledgements, std::memory_order_relaxed);
}

void InFlightBatch::Resolve(uint32_t message) {
  const uint32_t before =
      pending_[message].fetch_sub(1, std::memory_order_acq_rel);
  PRESSHAWK_CHECK(before > 0);  // Each acknowledgement was announced.
  if (before == 1) {
    const Message& resolved = batch_->messages()[message];
    tracker_->Resolve(resolved.stream, resolved.offset);
  }
}

void InFlightBatch::RejectAlert(const std::shared_ptr<InFlightBatch>& batch,
                                uint32_t message, std::string_view detail) {
  // The dead letter's acknowledgement resolves in place of the alert's. The
  // sink's own thread calls this: it must not block on itself for ever, so a
  // full dead-letter queue is waited for.
  batch->dead_letters_->Deliver(batch, message, RejectReason::kAlertTooLarge,
                                detail, [] { return true; });
}

}  // namespace presshawk
