// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace presshawk {

// The stages of the hot path, in the order in which an article passes them.
enum class Stage : uint8_t { kDecode, kCanonicalize, kScan, kEvaluate, kEmit };
inline constexpr size_t kStageCount = 5;

// Returns "decode", "canonicalize", …. They never change: dashboards read them.
std::string_view StageName(Stage stage);

// The ticks of CycleClockNow() that each stage took.
struct StageTicks {
  std::array<uint64_t, kStageCount> ticks = {};
  uint64_t& operator[](Stage stage) {
    return ticks[static_cast<size_t>(stage)];
  }
};

}  // namespace presshawk
