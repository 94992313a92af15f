// How newsrooms begin the title or the paragraph that says that they were
// wrong, by language.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace presshawk {

// The words, each in canonical form.
absl::Span<const std::string_view> CorrectionStarts();

// Whether a text begins so. `canonical` is its canonical form: one space, then
// tokens, each followed by one space.
bool IsCorrectionStart(std::string_view canonical);

}  // namespace presshawk
