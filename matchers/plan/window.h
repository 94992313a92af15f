// SPDX-License-Identifier: Apache-2.0
// Finds windows, `"a b c"~n`: each piece has an occurrence of its own, and at
// most n tokens of the window belong to none of them (SPEC A31, A32).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matchers/plan/positions.h"

namespace presshawk {

// The number of steps that one window may take per article (SPEC A50).
inline constexpr uint32_t kWindowStepsMax = 100'000;

struct TokenWindow {
  uint32_t token_begin, token_end;
  uint32_t byte_begin, byte_end;  // In ArticleText::canonical().
  Field field;
};

enum class WindowResult : uint8_t { kNone, kFound, kAbandoned };

// Replaces *windows by the windows that contain no smaller one, in rising
// order. `pieces[i]` has the occurrences of piece i, sorted by token_begin; the
// forms of a word may differ in their number of tokens. If `windows` is null,
// stops at the first window. If the search is abandoned, *windows has those that
// were found until then.
// REQUIRES: 1 to 16 pieces.
WindowResult FindWindows(absl::Span<const std::vector<Occurrence>> pieces,
                         uint32_t n, std::vector<TokenWindow>* windows);

}  // namespace presshawk
