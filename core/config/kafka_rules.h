// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// Why a librdkafka property is refused with this value, as it would break the
// guarantee that nothing is lost or contradict another option (SPEC KAFKA-2);
// both empty when it is not.
struct PropertyRefusal {
  std::string reason;
  std::string fix;
  bool refused() const { return !reason.empty(); }
};
PropertyRefusal RefuseKafkaProperty(std::string_view name,
                                    std::string_view value);

// Whether a librdkafka property holds a secret: passwords, keys, client
// secrets, configurations of OAUTHBEARER. Paths (ssl.key.location) do not.
bool IsSecretProperty(std::string_view name);

// Why this is no name of a topic; empty when it is one.
std::string TopicNameError(std::string_view topic);

}  // namespace presshawk
