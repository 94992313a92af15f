// SPDX-License-Identifier: Apache-2.0
// Decides which texts identify an article. Feeds write `True`, `None` or
// `#article` in place of an id or url; as ids, these would make all their
// articles one.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace presshawk {

// Whether it is a missing value that a program wrote as text: `True`, `null`, …
inline bool IsWrittenNothing(std::string_view text) {
  constexpr std::array<std::string_view, 8> kNothing = {
      "true", "false", "null", "none", "nil", "undefined", "nan", "n/a"};
  return std::any_of(
      kNothing.begin(), kNothing.end(), [text](std::string_view nothing) {
        return std::equal(text.begin(), text.end(), nothing.begin(),
                          nothing.end(), [](char a, char b) {
                            return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
                          });
      });
}

// Whether it is a reference that means something else on each page: `#article`,
// `/news/1`, `./1`, `?id=1`, or `_:b0` of JSON-LD.
inline bool IsRelativeReference(std::string_view text) {
  return text.starts_with('#') || text.starts_with('?') ||
         text.starts_with('.') || text.starts_with("_:") ||
         (text.starts_with('/') && !text.starts_with("//"));
}

// Whether a url names one page among all sites: it has a scheme, or it begins
// with a host (`news.example/1`, `//news.example/1`).
inline bool IsAbsoluteUrl(std::string_view url) {
  if (IsRelativeReference(url)) {
    return false;
  }
  if (url.starts_with("//")) {
    return url.size() > 2;
  }
  const std::string_view before_slash = url.substr(0, url.find('/'));
  return before_slash.find(':') != std::string_view::npos ||
         (before_slash.size() < url.size() &&
          before_slash.find('.') != std::string_view::npos);
}

}  // namespace presshawk
