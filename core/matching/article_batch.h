// SPDX-License-Identifier: Apache-2.0
// A batch of articles on its way: it tells a listener when the alerts of an
// article are through, and makes a dead letter of an article whose alert a
// destination refuses.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "core/matching/sinks.h"
#include "core/matching/worker_control.h"
#include "core/model/reject_reason.h"
#include "core/stream/in_flight_batch.h"

namespace presshawk {

// Called when all alerts of an article were acknowledged by every sink.
// Thread-safe.
class DeliveryListener {
 public:
  virtual ~DeliveryListener() = default;
  // `published` has a value where the article names a readable time.
  virtual void OnAlertsAcknowledged(uint32_t alerts, absl::Time consumed,
                                    std::optional<absl::Time> published) = 0;
};

class ArticleBatch : public InFlightBatch {
 public:
  // All must outlive this. `dead_letters` and `listener` may be null, as long
  // as no sink refuses an alert. `control` says how long a refusal may wait for
  // the dead letters; null: for ever.
  ArticleBatch(std::unique_ptr<MessageBatch> batch, OffsetTracker* tracker,
               DeadLetterSink* dead_letters, DeliveryListener* listener,
               const WorkerControl* control = nullptr);

  // The number of alerts of `message`, and when its article was published. The
  // worker calls this before it hands the alerts over.
  void SetAlerts(uint32_t message, uint32_t alerts,
                 std::optional<absl::Time> published);
  // The message counts as rejected once it is resolved.
  void MarkRejected(uint32_t message, RejectReason reason);
  // The article becomes a dead letter (alert_too_large). The acknowledgement of
  // the dead letter takes the place of the alert's. Where a stop ends the wait
  // for the dead letters, the article stays unresolved and is read again.
  void Refuse(uint32_t message, std::string_view detail) override;

 private:
  struct Alerts {
    uint32_t count = 0;
    std::optional<absl::Time> published;
  };

  void OnResolved(uint32_t message, Outcome outcome) override;

  DeadLetterSink* const dead_letters_;
  DeliveryListener* const listener_;
  const WorkerControl* const control_;
  const std::unique_ptr<Alerts[]> alerts_;  // By message.
};

}  // namespace presshawk
