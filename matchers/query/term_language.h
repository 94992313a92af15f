// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace presshawk {

// Returns the code of the language in which terms are written, `uk`, where
// their letters make that clear: some letter is written in one of the languages
// be bg cs de mk pl ru sk uk ar alone, and none speaks against it. Otherwise
// returns "": most terms in Latin letters are of no clear language.
std::string_view LanguageOfTerms(absl::Span<const std::string> terms);

}  // namespace presshawk
