// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// Stands for a subscription in what presshawk itself tells about receivers. No
// user can give this id (matchers/subscriptions).
inline constexpr char kOperatorSubscription[] = "_operator";

// What makes a delivery the one that it is.
struct DeliveryIdentity {
  std::string_view subscription;  // Or kOperatorSubscription.
  std::string_view receiver;      // Its name.
  std::string_view address = {};  // Email only.
  std::string_view type;          // "presshawk.alert.v1"
  std::string_view key;           // Of the event; may have NULs.
};

// 32 hex digits (SPEC SEND-1): the same after a crash, after a replay of the
// topic and on another instance. Thread-safe.
std::string DeliveryId(const DeliveryIdentity& identity);

}  // namespace presshawk
