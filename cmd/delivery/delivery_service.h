// SPDX-License-Identifier: Apache-2.0
// The service behind `presshawk deliver`: the delivery role and a port.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/app/http_port.h"
#include "cmd/delivery/delivery_role.h"
#include "core/config/options.h"
#include "core/http/access_tokens.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

// THREAD SAFETY. Stop() and OnHangup() are the owner's.
class DeliveryService {
 public:
  struct Start {
    bool rebuild = false;
    absl::Time rebuild_from = absl::InfinitePast();
  };
  // REQUIRES: `options` has `store` and `delivery`.
  static absl::StatusOr<std::unique_ptr<DeliveryService>> Create(
      const Options& options, Start start);
  ~DeliveryService();

  void OnHangup();
  std::vector<std::string> NotReadyReasons() const;
  void Stop(absl::Time deadline) { components_.Stop(deadline); }

 private:
  DeliveryService(const Options& options, Start start);

  const Options options_;
  const KafkaClientOptions client_options_;
  const HttpOptions http_options_;
  KafkaEvents kafka_events_;
  AccessTokens tokens_;  // Of the ledger, for the port.
  MetricsRegistry metrics_;
  ComponentList components_;
  DeliveryRole* role_ = nullptr;  // Owned by components_.
  std::vector<MetricsRegistry::Registration> registrations_;
};

}  // namespace presshawk
