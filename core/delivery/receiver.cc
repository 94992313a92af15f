// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/receiver.h"

#include <array>
#include <cstddef>

namespace presshawk {

std::string_view ReceiverKindName(ReceiverKind kind) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "webhook", "slack", "teams", "email", "kafka", "file"};
  return kNames[static_cast<size_t>(kind)];
}

bool IsForPeople(ReceiverKind kind) {
  return kind == ReceiverKind::kSlack || kind == ReceiverKind::kTeams ||
         kind == ReceiverKind::kEmail;
}

}  // namespace presshawk
