// SPDX-License-Identifier: Apache-2.0
#include "core/matching/article_batch.h"

#include "core/base/check.h"
#include "core/matching/article_outcome.h"

namespace presshawk {

ArticleBatch::ArticleBatch(std::unique_ptr<MessageBatch> batch,
                           OffsetTracker* tracker, DeadLetterSink* dead_letters,
                           DeliveryListener* listener,
                           const WorkerControl* control)
    : InFlightBatch(std::move(batch), tracker),
      dead_letters_(dead_letters),
      listener_(listener),
      control_(control),
      alerts_(new Alerts[this->batch().messages().size()]) {}

void ArticleBatch::SetAlerts(uint32_t message, uint32_t alerts,
                             std::optional<absl::Time> published) {
  alerts_[message] = {.count = alerts, .published = published};
}

void ArticleBatch::MarkRejected(uint32_t message, RejectReason reason) {
  SetOutcome(message, RejectedOutcome(reason));
}

void ArticleBatch::Refuse(uint32_t message, std::string_view detail) {
  PRESSHAWK_CHECK(dead_letters_ != nullptr);
  MarkRejected(message, RejectReason::kAlertTooLarge);
  // The thread of the refusing sink may be the one that empties the queue of
  // the dead letters, so this waits for room until a stop has no more patience.
  dead_letters_->Deliver(
      shared_from_this(), message, RejectReason::kAlertTooLarge, detail,
      [this] { return control_ == nullptr || control_->MayWait(); });
}

void ArticleBatch::OnResolved(uint32_t message, Outcome outcome) {
  const Alerts& alerts = alerts_[message];
  if (outcome == kProcessedOutcome && alerts.count > 0 &&
      listener_ != nullptr) {
    listener_->OnAlertsAcknowledged(alerts.count, consumed(), alerts.published);
  }
}

}  // namespace presshawk
