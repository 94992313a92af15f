// Which texts name an article. Feeds write `True`, `None` or `#article` where
// an id or a url belongs: taken as ids, all their articles would be one.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace presshawk {

// A value of a program that was written as text: `True`, `null`, `None`, …
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

// A reference that means another thing on each page: `#article`, `/news/1`,
// `./1`, `?id=1`, and JSON-LD's `_:b0`.
inline bool IsRelativeReference(std::string_view text) {
  return text.starts_with('#') || text.starts_with('?') ||
         text.starts_with('.') || text.starts_with("_:") ||
         (text.starts_with('/') && !text.starts_with("//"));
}

// Whether a url names one page of all sites: it has a scheme, or begins with a
// host (`news.example/1`, `//news.example/1`).
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
