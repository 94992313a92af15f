// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/ledger_names.h"

#include <array>
#include <cstddef>

namespace presshawk {
namespace {

using Names = std::string_view;

constexpr std::array<Names, 5> kEntryStates = {"waiting", "told", "folded",
                                               "silenced", "cancelled"};
constexpr std::array<Names, 7> kDeliveryStates = {
    "waiting", "sending", "delivered", "handed_over",
    "unknown", "failed",  "cancelled"};
constexpr std::array<Names, 10> kWaitReasons = {
    "due",  "schedule", "quiet",  "throttle", "circuit",
    "rate", "retry",    "paused", "embargo",  "held"};
constexpr std::array<Names, 5> kCircuitStates = {
    "healthy", "open", "misconfigured", "gone", "paused"};

}  // namespace

std::string_view EntryStateName(EntryState state) {
  return kEntryStates[static_cast<size_t>(state)];
}
std::string_view DeliveryStateName(DeliveryState state) {
  return kDeliveryStates[static_cast<size_t>(state)];
}
std::string_view WaitReasonName(WaitReason reason) {
  return kWaitReasons[static_cast<size_t>(reason)];
}
std::string_view CircuitStateName(CircuitState state) {
  return kCircuitStates[static_cast<size_t>(state)];
}

std::optional<DeliveryState> DeliveryStateOf(std::string_view name) {
  for (size_t i = 0; i < kDeliveryStates.size(); ++i) {
    if (kDeliveryStates[i] == name) {
      return static_cast<DeliveryState>(i);
    }
  }
  return std::nullopt;
}

}  // namespace presshawk
