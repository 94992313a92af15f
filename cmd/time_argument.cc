// SPDX-License-Identifier: Apache-2.0
#include "cmd/time_argument.h"

#include "core/base/str_cat.h"

namespace presshawk {

absl::StatusOr<absl::Time> ParseTimeArgument(const std::string& text,
                                             absl::Time otherwise) {
  if (text.empty()) {
    return otherwise;
  }
  absl::Time time;
  std::string error;
  for (const char* const format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%E*S%Ez"}) {
    if (absl::ParseTime(format, text, &time, &error)) {
      return time;
    }
  }
  return absl::InvalidArgumentError(
      StrCat(text, ": not a time; write 2026-01-02 or 2026-01-02T03:04:05Z"));
}

}  // namespace presshawk
