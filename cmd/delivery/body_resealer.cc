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

// The zone in which a subscription speaks of times; empty for none.
std::string ZoneOf(const Subscription& subscription) {
  if (subscription.when == Subscription::When::kDigest &&
      !subscription.digest.zone.empty()) {
    return subscription.digest.zone;
  }
  return subscription.quiet.has_value() ? subscription.quiet->zone : "";
}

absl::StatusOr<std::string> BodyFor(const ReceiverOptions& receiver,
                                    const ClaimedDelivery& delivery,
                                    const MessageOptions& options) {
  switch (receiver.kind) {
    case ReceiverKind::kSlack:
    case ReceiverKind::kTeams:
      break;
    default:
      return delivery.body;
  }
  return PeopleBody(receiver.kind == ReceiverKind::kSlack ? MessageForm::kSlack
                                                          : MessageForm::kTeams,
                    delivery.body, options, receiver.max_body);
}

}  // namespace

MessageOptions BodyResealer::OptionsFor(const DeliveryRecord& delivery) const {
  MessageOptions options = {.public_url = parts_.public_url};
  std::string zone = parts_.zone;
  if (parts_.subscriptions) {
    const auto all = parts_.subscriptions();
    if (const Subscription* const one = all->Find(delivery.subscription);
        one != nullptr) {
      options.subscription_name = one->name;
      options.snippets = one->snippets;
      if (std::string own = ZoneOf(*one); !own.empty()) {
        zone = std::move(own);
      }
    }
  }
  // A zone that is not known was an error of the configuration: UTC is said.
  (void)absl::LoadTimeZone(zone.empty() ? "UTC" : zone, &options.zone);
  return options;
}

absl::StatusOr<std::string> BodyResealer::Render(
    const ReceiverOptions& receiver, const ClaimedDelivery& delivery) {
  if (!IsEnvelope(delivery.body)) {
    return delivery.body;
  }
  return BodyFor(receiver, delivery, OptionsFor(delivery.record));
}

std::optional<std::string> BodyResealer::Reduce(
    const ReceiverOptions& receiver, const ClaimedDelivery& delivery) {
  if (IsForPeople(receiver.kind)) {
    return ReducedPeopleBody(delivery.body);
  }
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
    const ReceiverOptions& receiver, const ClaimedDelivery& delivery) {
  if (!IsForPeople(receiver.kind) || !IsEnvelope(delivery.body)) {
    return MarkedPeopleBody(delivery.body, kRepeatMark);
  }
  // The process that sent it died before it could keep the message.
  MessageOptions options = OptionsFor(delivery.record);
  options.is_repeat = true;
  absl::StatusOr<std::string> body = BodyFor(receiver, delivery, options);
  return body.ok() ? std::optional(*std::move(body)) : std::nullopt;
}

}  // namespace presshawk
