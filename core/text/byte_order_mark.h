// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace presshawk {

// `text` without a UTF-8 byte order mark at its start (SPEC A45).
inline std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

}  // namespace presshawk
