// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/couriers.h"

#include <algorithm>

#include "core/base/str_cat.h"

namespace presshawk {

absl::Status Couriers::Open(const Options& options,
                            const KafkaClientOptions& client,
                            KafkaEvents* events) {
  const auto has = [&options](ReceiverKind kind) {
    return std::any_of(options.receivers.begin(), options.receivers.end(),
                       [kind](const auto& one) { return one.kind == kind; });
  };
  for (const ReceiverKind kind :
       {ReceiverKind::kWebhook, ReceiverKind::kSlack, ReceiverKind::kTeams}) {
    if (has(kind)) {
      if (webhook_ == nullptr) {
        webhook_ = std::make_unique<WebhookCourier>(HttpSender::Options{});
      }
      by_kind_[kind] = webhook_.get();
    }
  }
  if (has(ReceiverKind::kFile)) {
    file_ = std::make_unique<FileCourier>();
    by_kind_[ReceiverKind::kFile] = file_.get();
  }
  if (has(ReceiverKind::kKafka)) {
    auto producer = KafkaProducer::Create(client, events);
    if (!producer.ok()) {
      return producer.status();
    }
    producer_ = *std::move(producer);
    kafka_ = std::make_unique<KafkaCourier>(
        producer_.get(), StrCat("/presshawk/", options.delivery->from_group));
    by_kind_[ReceiverKind::kKafka] = kafka_.get();
  }
  return absl::OkStatus();
}

}  // namespace presshawk
