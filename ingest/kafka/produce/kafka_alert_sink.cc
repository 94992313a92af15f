// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_alert_sink.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "core/alerts/alert_builder.h"
#include "core/alerts/shortened_alert.h"
#include "core/base/str_cat.h"

namespace presshawk {

KafkaAlertSink::KafkaAlertSink(KafkaProducer* producer, std::string topic,
                               std::string_view group,
                               DeliveryObserver observer)
    : producer_(producer),
      topic_(std::move(topic)),
      source_(StrCat("/presshawk/", group)),
      observer_(std::move(observer)) {}

bool KafkaAlertSink::Deliver(const AlertBatch& batch,
                             WhileBlocked while_blocked) {
  const std::string detected_at = FormatAlertTime(batch.detected_at);
  for (const OutboundAlert& alert : batch.alerts) {
    auto record = std::make_unique<ProducerRecord>();
    record->owner = this;
    record->topic = topic_;
    record->key = std::string(alert.watchlist_id);
    record->owned_value = std::string(alert.json);
    record->headers = {{"ce_specversion", "1.0"},
                       {"ce_id", std::string(alert.id)},
                       {"ce_source", source_},
                       {"ce_type", "presshawk.alert.v1"},
                       {"ce_time", detected_at},
                       {"ce_subject", std::string(alert.watchlist_id)},
                       {"content-type", "application/json"}};
    if (!alert.traceparent.empty()) {
      record->headers.emplace_back("traceparent", alert.traceparent);
      if (!alert.tracestate.empty()) {
        record->headers.emplace_back("tracestate", alert.tracestate);
      }
    }
    if (!alert.signature.empty()) {
      record->headers.emplace_back(kSignatureHeader, alert.signature);
    }
    record->origin = batch.origin;
    record->message = alert.message;
    if (!producer_->Send(std::move(record), while_blocked)) {
      return false;
    }
  }
  return true;
}

void KafkaAlertSink::OnDelivered(const ProducerRecord& record) {
  if (observer_ != nullptr) {
    observer_(true, absl::Now() - record.sent_at);
  }
  record.origin->Resolve(record.message);
}

void KafkaAlertSink::OnRefused(const ProducerRecord& record) {
  if (observer_ != nullptr) {
    observer_(false, absl::Now() - record.sent_at);
  }
}

RecordOwner::TooLarge KafkaAlertSink::OnTooLarge(ProducerRecord* record) {
  if (!record->shortened) {
    record->shortened = true;
    std::string shortened = ShortenedAlert(record->owned_value);
    if (!shortened.empty()) {
      record->owned_value = std::move(shortened);
      return TooLarge::kSendAgain;
    }
  }
  if (observer_ != nullptr) {
    observer_(false, absl::Now() - record->sent_at);
  }
  record->origin->Refuse(
      record->message,
      StrCat("the alert of watch-list ", record->key, " is ",
             record->owned_value.size(), " bytes even with one hit; topic ",
             topic_, " refuses it"));
  return TooLarge::kDrop;
}

}  // namespace presshawk
