// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/body_resealer.h"

#include <nlohmann/json.hpp>

#include "core/alerts/shortened_alert.h"

namespace presshawk {

std::optional<std::string> BodyResealer::Reduce(
    const ReceiverOptions& /*receiver*/, const ClaimedDelivery& delivery) {
  auto body = nlohmann::ordered_json::parse(delivery.body, nullptr,
                                            /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("data") ||
      !body["data"].contains("alert")) {
    return std::nullopt;
  }
  auto& alert = body["data"]["alert"];
  if (!alert.is_object() || alert.contains("truncated")) {
    return std::nullopt;
  }
  const std::string shortened = ShortenedAlert(alert.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  alert = nlohmann::ordered_json::parse(shortened, nullptr,
                                        /*allow_exceptions=*/false);
  return body.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<std::string> BodyResealer::MarkRepeat(
    const ReceiverOptions& /*receiver*/, const ClaimedDelivery& /*delivery*/) {
  return std::nullopt;
}

}  // namespace presshawk
