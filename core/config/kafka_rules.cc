// SPDX-License-Identifier: Apache-2.0
#include "core/config/kafka_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool IsOneOf(std::string_view value,
             std::initializer_list<std::string_view> wanted) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace

PropertyRefusal RefuseKafkaProperty(std::string_view name,
                                    std::string_view value) {
  if (IsOneOf(name, {"enable.auto.offset.store", "enable.auto.commit",
                     "auto.commit.enable"})) {
    return {
        "offsets are stored only when the alerts of their articles were "
        "acknowledged, and committed every commit_interval",
        "remove it; set commit_interval instead"};
  }
  if (IsOneOf(name, {"acks", "request.required.acks"}) &&
      !IsOneOf(value, {"all", "-1"})) {
    return {"an alert that not all in-sync replicas have can be lost",
            "remove it: acks is `all`"};
  }
  if (name == "enable.idempotence" && !IsOneOf(value, {"true", "t", "1"})) {
    return {"without it a retry can write an alert twice or out of order",
            "remove it: enable.idempotence is `true`"};
  }
  if (name == "transactional.id") {
    return {
        "presshawk uses no transactions; alerts have ids by which "
        "receivers drop repeats",
        "remove it"};
  }
  if (IsOneOf(name, {"message.timeout.ms", "delivery.timeout.ms"}) &&
      value != "0") {
    return {"an alert would be given up after this time",
            "remove it: alerts are retried until they are acknowledged"};
  }
  if (name == "partition.assignment.strategy" &&
      !IsOneOf(value, {"cooperative-sticky", "range"})) {
    return {"only cooperative-sticky and range are tested not to lose anything",
            "write cooperative-sticky or range, or remove it"};
  }
  if (name == "plugin.library.paths") {
    return {
        "a plugin runs inside presshawk, where it can change or drop records, "
        "and a check of the configuration would run it too",
        "remove it"};
  }
  if (name == "group.id") {
    return {"the group stands in source: kafka: group:",
            "set source: kafka: group: instead"};
  }
  return {};
}

bool IsSecretProperty(std::string_view name) {
  const auto contains = [name](std::string_view piece) {
    return name.find(piece) != std::string_view::npos;
  };
  if (name.ends_with(".location")) {
    return false;
  }
  return contains("password") || contains("secret") || contains("token") ||
         contains("passphrase") || name == "ssl.key.pem" || name == "ssl_key" ||
         name == "sasl.oauthbearer.config" ||
         name.starts_with("sasl.oauthbearer.assertion.private.key") ||
         contains("jaas");
}

std::string TopicNameError(std::string_view topic) {
  constexpr size_t kTopicBytesMax = 249;  // Kafka's own limit.
  const bool good_characters =
      std::all_of(topic.begin(), topic.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
      });
  if (topic.empty() || topic.size() > kTopicBytesMax || !good_characters ||
      topic == "." || topic == "..") {
    return StrCat(
        "a topic's name is 1 to 249 letters, digits, `.`, `_` and `-`");
  }
  return {};
}

}  // namespace presshawk
