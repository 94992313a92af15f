// SPDX-License-Identifier: Apache-2.0
#include "core/config/quantities.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::array<std::pair<std::string_view, uint64_t>, 9> kUnits = {{
    {"", 1},
    {"B", 1},
    {"KiB", 1UL << 10},
    {"MiB", 1UL << 20},
    {"GiB", 1UL << 30},
    {"kB", 1'000},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
}};

}  // namespace

std::optional<absl::Duration> ParseConfigDuration(std::string_view text) {
  absl::Duration days = absl::ZeroDuration();
  uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<size_t>(end - text.data());
  if (error == std::errc() && text.substr(digits).starts_with('d')) {
    constexpr uint32_t kDaysMax = 36'500;
    if (number > kDaysMax) {
      return std::nullopt;
    }
    days = absl::Hours(24 * number);
    text.remove_prefix(digits + 1);
    if (text.empty()) {
      return days;
    }
  }
  absl::Duration duration;
  if (!absl::ParseDuration(std::string(text), &duration) ||
      duration < absl::ZeroDuration() || duration == absl::InfiniteDuration()) {
    return std::nullopt;
  }
  return days + duration;
}

std::string FormatConfigDuration(absl::Duration duration) {
  constexpr absl::Duration kDay = absl::Hours(24);
  if (duration > kDay && duration % kDay == absl::ZeroDuration()) {
    return StrCat(duration / kDay, "d");
  }
  return absl::FormatDuration(duration);
}

std::optional<ConfigRate> ParseConfigRate(std::string_view text) {
  constexpr std::string_view kPer = " per ";
  ConfigRate rate;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), rate.count);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (error != std::errc() || rate.count == 0 || !text.starts_with(kPer)) {
    return std::nullopt;
  }
  const auto period = ParseConfigDuration(text.substr(kPer.size()));
  if (!period.has_value() || *period == absl::ZeroDuration()) {
    return std::nullopt;
  }
  rate.period = *period;
  return rate;
}

std::string FormatConfigRate(const ConfigRate& rate) {
  return StrCat(rate.count, " per ", FormatConfigDuration(rate.period));
}

std::optional<uint64_t> ParseConfigSize(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (unit.size() > 1 && unit.front() == ' ') {
    unit.remove_prefix(1);
  }
  for (const auto& [name, bytes] : kUnits) {
    if (unit == name) {
      constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
      return number <= kMax / bytes ? std::optional(number * bytes)
                                    : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string FormatConfigSize(uint64_t bytes) {
  for (const auto& [name, unit] : {kUnits[4], kUnits[3], kUnits[2]}) {
    if (bytes != 0 && bytes % unit == 0) {
      return StrCat(bytes / unit, name);
    }
  }
  return StrCat(bytes);
}

}  // namespace presshawk
