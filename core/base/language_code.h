// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace presshawk {

// Whether `code` has the form of a language's code, `ru`: two or three
// lower-case letters. Whether anything is known of the language is another
// question.
inline bool IsLanguageCode(std::string_view code) {
  return (code.size() == 2 || code.size() == 3) &&
         std::all_of(code.begin(), code.end(),
                     [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace presshawk
