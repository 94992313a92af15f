// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// Why an input became a dead letter, in the order of SPEC A45. The name is a
// metric label, a header of the dead letter and a line of the reject report.
enum class RejectReason : uint8_t {
  kTooLarge,
  kNotUtf8,
  kTooDeep,
  kNotJson,
  kNotAnObject,
  kMissingText,
  kEngineFailure,
  kAlertTooLarge,
};
inline constexpr size_t kRejectReasonCount = 8;

// Returns "too_large", "not_utf8", …. Scripts read these, so they never change.
std::string_view RejectReasonName(RejectReason reason);

}  // namespace presshawk
