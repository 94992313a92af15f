#include "absl/time/clock.h"
#include "core/base/check.h"
#include "core/pipeline/delivery_ports.h"

namespace presshawk {

InFlightBatch::InFlightBatch(std::unique_ptr<MessageBatch> batch,
                             OffsetTracker* tracker,
                             DeadLetterSink* dead_letters,
                             DeliveryListener* listener)
    : batch_(std::move(batch)),
      tracker_(tracker),
      dead_letters_(dead_letters),
      listener_(listener),
      consumed_(absl::Now()),
      states_(new State[batch_->messages().size()]) {
  for (const Message& message : batch_->messages()) {
    tracker_->Admit(message.stream, message.offset, message.next);
  }
}

void InFlightBatch::AddPending(uint32_t message, uint32_t acknowledgements) {
  states_[message].pending.fetch_add(acknowledgements,
                                     std::memory_order_relaxed);
}

void InFlightBatch::SetAlerts(uint32_t message, uint32_t alerts,
                              std::optional<absl::Time> published) {
  states_[message].alerts = alerts;
  states_[message].published = published;
}

void InFlightBatch::MarkRejected(uint32_t message, RejectReason reason) {
  states_[message].rejected.store(static_cast<uint8_t>(reason),
                                  std::memory_order_relaxed);
}

void InFlightBatch::Resolve(uint32_t message) {
  State& state = states_[message];
  // Whoever comes last sees what all others wrote before they came.
  const uint32_t before = state.pending.fetch_sub(1, std::memory_order_acq_rel);
  PRESSHAWK_CHECK(before > 0);  // Each acknowledgement was announced.
  if (before != 1) {
    return;
  }
  const Message& resolved = batch_->messages()[message];
  const uint8_t rejected = state.rejected.load(std::memory_order_relaxed);
  if (rejected != kNotRejected) {
    tracker_->Resolve(resolved.stream, resolved.offset,
                      static_cast<RejectReason>(rejected));
    return;
  }
  if (listener_ != nullptr && state.alerts > 0) {
    listener_->OnAlertsAcknowledged(state.alerts, consumed_, state.published);
  }
  tracker_->Resolve(resolved.stream, resolved.offset);
}

void InFlightBatch::RejectAlert(const std::shared_ptr<InFlightBatch>& batch,
                                uint32_t message, std::string_view detail) {
  batch->MarkRejected(message, RejectReason::kAlertTooLarge);
  // The sink's own thread calls this: it must not block on itself for ever, so
  // a full dead-letter queue is waited for.
  batch->dead_letters_->Deliver(batch, message, RejectReason::kAlertTooLarge,
                                detail, [] { return true; });
}

}  // namespace presshawk
