// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/answers.h"

#include <utility>

#include "core/base/str_cat.h"

namespace presshawk {

Problem BadParameter(std::string_view name, std::string what, std::string fix) {
  return {400, std::move(what), StrCat("parameter ", name), std::move(fix)};
}

Problem Missing(std::string_view what, std::string_view id,
                std::string_view all) {
  return {404, StrCat("there is no ", what, " ", id), "path",
          StrCat(all, " has them all")};
}

Problem OfStore(const absl::Status& status) {
  if (absl::IsInvalidArgument(status)) {
    return {400, std::string(status.message()), "parameter after",
            "use `next` of the page before, as it is"};
  }
  const bool passes = absl::IsUnavailable(status);
  return {passes ? 503 : 500, std::string(status.message()), "",
          passes ? "ask again in a while" : ""};
}

MaybeProblem NoParameters(
    const std::map<std::string, std::string>& parameters) {
  if (parameters.empty()) {
    return std::nullopt;
  }
  return BadParameter(parameters.begin()->first, "there is no such parameter",
                      "leave it out");
}

MaybeProblem ReadLimit(const std::string& value, uint32_t* limit) {
  if (!ReadNumber(value, limit) || *limit == 0 || *limit > kLimitMax) {
    return BadParameter("limit", "this is no number of rows", "use 1 to 1000");
  }
  return std::nullopt;
}

MaybeProblem ReadTime(std::string_view name, const std::string& value,
                      std::optional<absl::Time>* time) {
  absl::Time parsed;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, value, &parsed, &error)) {
    return BadParameter(name, "this is no time",
                        "write it as 2026-01-02T03:04:05Z");
  }
  *time = parsed;
  return std::nullopt;
}

MaybeProblem ReadWait(const std::string& value, absl::Duration* wait) {
  const size_t unit = value.find_first_not_of("0123456789");
  if (unit == 0 || unit == std::string::npos ||
      (value.compare(unit, 2, "s") != 0 && value.compare(unit, 3, "ms") != 0) ||
      !absl::ParseDuration(value, wait)) {
    return BadParameter("wait", "this is no time to wait",
                        "write it as 30s or 500ms");
  }
  return std::nullopt;
}

}  // namespace presshawk
