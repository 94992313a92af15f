// SPDX-License-Identifier: Apache-2.0
#include "core/model/trace_context.h"

#include <algorithm>
#include <cstddef>

namespace presshawk {
namespace {

constexpr size_t kParentBytes = 55;  // 2-32-16-2 and three dashes.
constexpr size_t kStateBytesMax = 512;
constexpr size_t kStateMembersMax = 32;
constexpr size_t kStateKeyBytesMax = 256;

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

bool IsAllZeroes(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool IsStateKey(std::string_view key) {
  constexpr std::string_view kMarks = "_-*/@";
  return !key.empty() && key.size() <= kStateKeyBytesMax &&
         std::all_of(key.begin(), key.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                  kMarks.find(c) != std::string_view::npos;
         });
}

bool IsStateValue(std::string_view value) {
  return !value.empty() && value.size() <= 256 &&
         std::all_of(value.begin(), value.end(), [](char c) {
           return c >= ' ' && c <= '~' && c != ',' && c != '=';
         });
}

}  // namespace

bool IsTraceParent(std::string_view text) {
  if (text.size() < kParentBytes || text[2] != '-' || text[35] != '-' ||
      text[52] != '-') {
    return false;
  }
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  if (!IsLowerHex(version) || !IsLowerHex(trace) || !IsLowerHex(parent) ||
      !IsLowerHex(text.substr(53, 2)) || version == "ff" ||
      IsAllZeroes(trace) || IsAllZeroes(parent)) {
    return false;
  }
  if (version == "00") {
    return text.size() == kParentBytes;
  }
  // Of a version to come: more fields, within reason.
  return text.size() == kParentBytes ||
         (text[kParentBytes] == '-' && text.size() <= kStateBytesMax &&
          std::all_of(text.begin(), text.end(),
                      [](char c) { return c > ' ' && c <= '~'; }));
}

bool IsTraceState(std::string_view text) {
  if (text.size() > kStateBytesMax) {
    return false;
  }
  size_t members = 0;
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view member = Trimmed(text.substr(0, comma));
    if (!member.empty()) {  // Empty ones are allowed between commas.
      const size_t equals = member.find('=');
      if (equals == std::string_view::npos ||
          !IsStateKey(member.substr(0, equals)) ||
          !IsStateValue(member.substr(equals + 1))) {
        return false;
      }
      ++members;
    }
    if (comma == text.size()) {
      return members > 0 && members <= kStateMembersMax;
    }
    text.remove_prefix(comma + 1);
  }
}

}  // namespace presshawk
