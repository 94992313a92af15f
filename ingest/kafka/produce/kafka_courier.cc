// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_courier.h"

#include <memory>
#include <utility>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kIdHeader = 1;  // Its place among the headers below.

const std::string& DeliveryOf(const ProducerRecord& record) {
  return record.headers[kIdHeader].second;
}

}  // namespace

void KafkaCourier::Send(const ReceiverOptions& receiver, AttemptRequest request,
                        Done done) {
  if (!attempts_.Begin(request.delivery, std::move(done))) {
    return;
  }
  auto record = std::make_unique<ProducerRecord>();
  record->owner = this;
  record->topic = receiver.topic;
  record->key = std::move(request.subscription);
  record->owned_value = std::move(request.body);
  record->headers = {
      {"ce_specversion", "1.0"},   {"ce_id", request.delivery},
      {"ce_source", source_},      {"ce_type", std::move(request.type)},
      {"ce_subject", record->key}, {"content-type", "application/json"}};
  if (!producer_->Send(std::move(record), [] { return false; })) {
    attempts_.End(request.delivery,
                  {.outcome = AttemptOutcome::kTransient,
                   .why = "the queue of the Kafka producer is full"});
  }
}

void KafkaCourier::Stop(absl::Time deadline) {
  producer_->Flush(deadline);
  attempts_.Stop();
}

void KafkaCourier::OnDelivered(const ProducerRecord& record) {
  attempts_.End(DeliveryOf(record), {.outcome = AttemptOutcome::kDelivered});
}

RecordOwner::TooLarge KafkaCourier::OnTooLarge(ProducerRecord* record) {
  attempts_.End(DeliveryOf(*record),
                {.outcome = AttemptOutcome::kTooLarge,
                 .why = StrCat("topic ", record->topic, " refuses a record of ",
                               record->owned_value.size(), " bytes")});
  return TooLarge::kDrop;
}

}  // namespace presshawk
