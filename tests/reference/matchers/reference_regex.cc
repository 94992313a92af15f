// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/reference_regex.h"

#include <string>

#include <unicode/regex.h>

#include "core/base/check.h"

namespace presshawk::reference {
namespace {

// A23's meaning of \w, \d, \s and \b in ICU's terms.
std::string Expand(std::string_view pattern) {
  constexpr std::string_view kWord = R"([\p{L}\p{N}_])";
  const std::string word(kWord);
  const std::string edge =
      "(?:(?<=" + word + ")(?!" + word + ")|(?<!" + word + ")(?=" + word + "))";
  std::string expanded;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\\') {
      expanded += pattern[i];
      continue;
    }
    switch (pattern[++i]) {
      case 'w':
        expanded += word;
        break;
      case 'W':
        expanded += R"([^\p{L}\p{N}_])";
        break;
      case 'd':
        expanded += R"(\p{Nd})";
        break;
      case 's':
        expanded += R"(\p{White_Space})";
        break;
      case 'S':
        expanded += R"(\P{White_Space})";
        break;
      case 'b':
        expanded += edge;
        break;
      case 'B':
        expanded += "(?!" + edge + ")";
        break;
      default:
        expanded += '\\';
        expanded += pattern[i];
    }
  }
  return expanded;
}

icu::UnicodeString ToUtf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

}  // namespace

std::optional<std::vector<ByteSpan>> RegexMatches(std::string_view pattern,
                                                  bool ignore_case,
                                                  std::string_view text) {
  if (text.empty()) {
    return std::vector<ByteSpan>();
  }
  const icu::UnicodeString utf16 = ToUtf16(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::RegexMatcher matcher(
      ToUtf16(Expand(pattern)), utf16,
      static_cast<uint32_t>(UREGEX_UNIX_LINES) |
          (ignore_case ? static_cast<uint32_t>(UREGEX_CASE_INSENSITIVE) : 0U),
      status);
  PRESSHAWK_CHECK(U_SUCCESS(status));
  const auto bytes = [&](int32_t index) {
    std::string utf8;
    utf16.tempSubString(0, index).toUTF8String(utf8);
    return static_cast<uint32_t>(utf8.size());
  };
  std::vector<ByteSpan> found;
  matcher.setTimeLimit(200, status);
  matcher.useTransparentBounds(true).useAnchoringBounds(false);
  for (int32_t from = 0; from < utf16.length();) {
    matcher.region(from, utf16.length(), status);
    if (!matcher.find(status)) {
      break;
    }
    const int32_t begin = matcher.start(status);
    int32_t end = utf16.length();
    while (matcher.region(begin, end, status), !matcher.matches(status)) {
      if (U_FAILURE(status)) {
        return std::nullopt;
      }
      end = utf16.moveIndex32(end, -1);  // Not into a surrogate pair.
      PRESSHAWK_CHECK(end > begin);
    }
    found.push_back({bytes(begin), bytes(end)});
    from = end;
  }
  if (U_FAILURE(status)) {
    return std::nullopt;
  }
  return found;
}

}  // namespace presshawk::reference
