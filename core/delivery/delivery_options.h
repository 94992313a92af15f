// SPDX-License-Identifier: Apache-2.0
// `store:` and `delivery:` of the configuration, as values. core/config reads
// them; receivers stand in receiver.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/delivery/option_place.h"
#include "core/delivery/receiver.h"

namespace presshawk {

// store: where the ledger is.
struct StoreOptions {
  enum class Kind : uint8_t { kSqlite, kPostgres };

  Kind kind = Kind::kSqlite;
  std::string path;  // sqlite: path: the file of the database.
  Secret url;        // postgres: url: "postgresql://user:password@host/name".
  OptionPlace place;
  // alerts: all keeps every alert, matched those that a subscription is told.
  bool keeps_all_alerts = true;
  // reserve: with less free space than this, nothing more is accepted, so that
  // states can still be written. In bytes.
  uint64_t reserve = 1UL << 30;
  // How it is shown everywhere: "sqlite:/var/lib/presshawk/ledger.db" or
  // "postgresql://host/…#4f2a".
  std::string shown;
};

// delivery: what the role `deliver` does beside its receivers.
struct DeliveryOptions {
  // from: the topic of alerts, and the group by which its lag is told. Empty
  // where the source is a file: then alerts come to the ledger directly.
  std::string from_topic;
  std::string from_group = "presshawk-delivery";
  // subscriptions: files (glob patterns, in this order), a topic, or both; an
  // id in both is taken from the file.
  std::vector<std::string> subscription_files;
  OptionPlace files_place;
  std::string subscription_topic;
  // status_topic: default `<topic>.status` where there is a topic, else none.
  std::string subscription_status_topic;
  // zone: of schedules and quiet hours that name none. IANA; may be empty.
  std::string zone;
  // operator: the receiver that is told about receivers that fail. May be
  // empty.
  std::string operator_receiver;
  // retention: how long alerts, deliveries and attempts are kept.
  absl::Duration retention = absl::Hours(24 * 30);
  // listen: the port of `presshawk deliver`; `run` uses that of http:.
  std::string host = "127.0.0.1";
  uint16_t port = 9465;
  OptionPlace listen_place;
};

}  // namespace presshawk
