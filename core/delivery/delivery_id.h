// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// What makes a delivery the one that it is.
struct DeliveryIdentity {
  std::string_view subscription;  // Or "_operator".
  std::string_view receiver;      // Its name.
  std::string_view address = {};  // Email only.
  std::string_view type;          // "presshawk.alert.v1"
  std::string_view key;           // Of the event; may have NULs.
};

// 32 hex digits (SPEC SEND-1): the same after a crash, after a replay of the
// topic and on another instance. Thread-safe.
std::string DeliveryId(const DeliveryIdentity& identity);

}  // namespace presshawk
