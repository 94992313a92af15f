// `"a b c"~n`: every piece has an occurrence of its own, in a window with at
// most n tokens that belong to none (SPEC A31, A32).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matchers/plan/positions.h"

namespace presshawk {

// Steps that one window may take in one article (SPEC A50).
inline constexpr uint32_t kWindowStepsMax = 100'000;

struct TokenWindow {
  uint32_t token_begin, token_end;
  uint32_t byte_begin, byte_end;  // Of ArticleText::canonical().
  Field field;
};

enum class WindowResult : uint8_t { kNone, kFound, kAbandoned };

// Replaces *windows by the windows that contain no smaller one, in rising
// order. `pieces[i]` holds the occurrences of piece i, sorted by token_begin,
// each `sizes[i]` tokens long. With `windows` null, stops at the first window.
// A search that is abandoned leaves in *windows those that it has found.
// REQUIRES: 1 to 16 pieces.
WindowResult FindWindows(absl::Span<const std::vector<Occurrence>> pieces,
                         absl::Span<const uint32_t> sizes, uint32_t n,
                         std::vector<TokenWindow>* windows);

}  // namespace presshawk
