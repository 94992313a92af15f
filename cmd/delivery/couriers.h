// SPDX-License-Identifier: Apache-2.0
// The couriers of a process: one for each kind of receiver that this program
// sends to and that the configuration has.
#pragma once

#include <map>
#include <memory>

#include "absl/status/status.h"
#include "core/config/options.h"
#include "core/delivery/courier.h"
#include "ingest/file/file_courier.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/produce/kafka_courier.h"
#include "ingest/kafka/produce/kafka_producer.h"
#include "ingest/webhook/webhook_courier.h"

namespace presshawk {

// THREAD SAFETY. by_kind() and what it gives: any thread, after Open().
class Couriers {
 public:
  // An error where the Kafka client cannot be made. Files are opened at their
  // first delivery.
  absl::Status Open(const Options& options, const KafkaClientOptions& client,
                    KafkaEvents* events);
  const std::map<ReceiverKind, Courier*>& by_kind() const { return by_kind_; }

 private:
  std::unique_ptr<WebhookCourier> webhook_;
  std::unique_ptr<FileCourier> file_;
  std::unique_ptr<KafkaCourier> kafka_;
  // Goes before the courier, which its thread calls until then.
  std::unique_ptr<KafkaProducer> producer_;
  std::map<ReceiverKind, Courier*> by_kind_;
};

}  // namespace presshawk
