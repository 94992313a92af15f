#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// Why an input became a dead letter: metric label, dead-letter header and
// line of the reject report at once. Order: SPEC A45.
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

// "too_large", "not_utf8", …: never changes, scripts read it.
std::string_view RejectReasonName(RejectReason reason);

}  // namespace presshawk
