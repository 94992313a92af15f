// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/body_resealer.h"

#include <nlohmann/json.hpp>

#include "core/alerts/shortened_alert.h"

namespace presshawk {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// False where it is short already.
bool Shorten(Json* alert) {
  if (!alert->is_object() || alert->contains("truncated")) {
    return false;
  }
  *alert = Json::parse(ShortenedAlert(TextOf(*alert)), nullptr,
                       /*allow_exceptions=*/false);
  return true;
}

// Hits and snippets go first, and then rows from the end, until the body has
// `bytes` at most: once is all that it is tried.
void ShortenDigest(size_t bytes, Json* body) {
  Json& data = (*body)["data"];
  Json& entries = data["entries"];
  for (Json& entry : entries) {
    Shorten(&entry["alert"]);
  }
  data["truncated"] = true;
  while (!entries.empty() && TextOf(*body).size() > bytes) {
    entries.erase(
        entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2),
        entries.end());
    data["shown"] = entries.size();
  }
}

}  // namespace

std::optional<std::string> BodyResealer::Reduce(
    const ReceiverOptions& /*receiver*/, const ClaimedDelivery& delivery) {
  Json body = Json::parse(delivery.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("data")) {
    return std::nullopt;
  }
  auto& data = body["data"];
  if (data.contains("alert")) {
    if (!Shorten(&data["alert"])) {
      return std::nullopt;
    }
  } else if (data.contains("entries") && !data["entries"].empty()) {
    ShortenDigest(delivery.body.size() / 2, &body);
  } else {
    return std::nullopt;
  }
  return TextOf(body);
}

std::optional<std::string> BodyResealer::MarkRepeat(
    const ReceiverOptions& /*receiver*/, const ClaimedDelivery& /*delivery*/) {
  return std::nullopt;
}

}  // namespace presshawk
