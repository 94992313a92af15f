// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_alert_sink.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "core/alerts/alert_builder.h"
#include "core/alerts/shortened_alert.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/model/topic_names.h"

namespace presshawk {
namespace {

void AddTrace(std::string_view parent, std::string_view state,
              ProducerRecord* record) {
  if (!parent.empty()) {
    record->headers.emplace_back("traceparent", parent);
    if (!state.empty()) {
      record->headers.emplace_back("tracestate", state);
    }
  }
}

// The same for each repeat.
std::string RetractionId(const OutboundRetraction& retraction) {
  Sha256 sha256;
  sha256.AddTerminated(retraction.article_id);
  return HexPrefix(sha256.AddTerminated(retraction.version).Finish(), 16);
}

}  // namespace

KafkaAlertSink::KafkaAlertSink(KafkaProducer* producer, std::string topic,
                               std::string_view group,
                               DeliveryObserver observer)
    : producer_(producer),
      topic_(std::move(topic)),
      retraction_topic_(RetractionTopic(topic_)),
      source_(StrCat("/presshawk/", group)),
      observer_(std::move(observer)) {}

bool KafkaAlertSink::Deliver(const AlertBatch& batch,
                             WhileBlocked while_blocked) {
  const std::string detected_at = FormatAlertTime(batch.detected_at);
  for (const OutboundRetraction& retraction : batch.retractions) {
    if (!SendRetraction(batch, retraction, detected_at, while_blocked)) {
      return false;
    }
  }
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
    AddTrace(alert.traceparent, alert.tracestate, record.get());
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

bool KafkaAlertSink::SendRetraction(const AlertBatch& batch,
                                    const OutboundRetraction& retraction,
                                    const std::string& detected_at,
                                    WhileBlocked while_blocked) {
  auto record = std::make_unique<ProducerRecord>();
  record->owner = &retractions_;
  record->topic = retraction_topic_;
  record->key = std::string(retraction.article_id);
  record->owned_value = std::string(retraction.json);
  record->headers = {{"ce_specversion", "1.0"},
                     {"ce_id", RetractionId(retraction)},
                     {"ce_source", source_},
                     {"ce_type", "presshawk.retraction.v1"},
                     {"ce_time", detected_at},
                     {"ce_subject", std::string(retraction.article_id)},
                     {"content-type", "application/json"}};
  AddTrace(retraction.traceparent, retraction.tracestate, record.get());
  record->origin = batch.origin;
  record->message = retraction.message;
  return producer_->Send(std::move(record), while_blocked);
}

absl::Status KafkaAlertSink::Health() const {
  absl::Status health = producer_->Health(topic_);
  if (!health.ok()) {
    return health;
  }
  health = producer_->Health(retraction_topic_);
  return health.ok() ? health
                     : absl::UnavailableError(
                           StrCat("retractions to topic ", retraction_topic_,
                                  ": ", std::string(health.message())));
}

void KafkaAlertSink::RetractionOwner::OnDelivered(
    const ProducerRecord& record) {
  record.origin->Resolve(record.message);
}

RecordOwner::TooLarge KafkaAlertSink::RetractionOwner::OnTooLarge(
    ProducerRecord* record) {
  record->origin->Refuse(
      record->message, StrCat("its retraction is ", record->owned_value.size(),
                              " bytes; topic ", record->topic, " refuses it"));
  return TooLarge::kDrop;
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
