// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retry_after.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace presshawk {
namespace {

// `12`, `12.5`, `.5`. No sign, no exponent.
bool IsDecimal(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::any_of(text.begin(), text.end(), is_digit) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_digit(c) || c == '.'; }) &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

absl::Duration Bounded(absl::Duration wait) {
  return std::clamp(wait, absl::ZeroDuration(), kRetryAfterMax);
}

}  // namespace

std::optional<absl::Duration> ParseRetryAfter(std::string_view value,
                                              absl::Time now) {
  std::string text(value);
  absl::StripAsciiWhitespace(&text);
  if (IsDecimal(text)) {
    double seconds = 0;
    // False for what exceeds a double, which is then infinite.
    static_cast<void>(absl::SimpleAtod(text, &seconds));
    return Bounded(absl::Seconds(seconds));
  }
  // RFC 9110, 5.6.7: IMF-fixdate, RFC 850 and asctime.
  for (const char* const form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y"}) {
    absl::Time date;
    if (absl::ParseTime(form, text, &date, nullptr)) {
      return Bounded(date - now);
    }
  }
  return std::nullopt;
}

}  // namespace presshawk
