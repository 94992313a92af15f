// SPDX-License-Identifier: Apache-2.0
// How newsrooms begin the title or the paragraph of a correction, by language.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace presshawk {

// The words, each in canonical form.
absl::Span<const std::string_view> CorrectionStarts();

// Whether a text begins with one of them. `canonical` is its canonical form:
// one space, and then tokens that are each followed by one space.
bool IsCorrectionStart(std::string_view canonical);

}  // namespace presshawk
