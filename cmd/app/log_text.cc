// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/log_text.h"

#include <algorithm>

#include "core/base/hex.h"
#include "core/base/json_text.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

// The first kLogMessageBytesMax bytes, no code point cut in two.
std::string_view Shortened(std::string_view message) {
  if (message.size() <= kLogMessageBytesMax) {
    return message;
  }
  size_t size = kLogMessageBytesMax;
  while (size > kLogMessageBytesMax - 4 && IsUtf8Continuation(message[size])) {
    --size;
  }
  return message.substr(0, size);
}

}  // namespace

void AppendLogJson(std::string_view whole, std::string* json) {
  const std::string_view message = Shortened(whole);
  if (IsValidUtf8(message)) {
    AppendJsonString(message, json);
  } else {
    AppendJsonString(ReplaceInvalidUtf8(message), json);
  }
}

void AppendLogText(std::string_view whole, std::string* text) {
  const std::string_view message = Shortened(whole);
  for (size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<uint8_t>(message[i]);
    const bool goes_on =
        c == '\n' && i + 1 < message.size() && message[i + 1] == ' ';
    if ((c >= 0x20 && c != 0x7F) || goes_on || c == '\t') {
      *text += message[i];
    } else {
      *text += "\\x";
      AppendHex(c, text);
    }
  }
}

std::string MessageKey(std::string_view message) {
  // Digits and what stands in times, offsets and lists of numbers. An address
  // has dots, and counts.
  const auto is_number = [](std::string_view word) {
    return word.find_first_not_of("0123456789-:TZ,") == std::string_view::npos;
  };
  std::string key;
  while (!message.empty()) {
    const size_t end = std::min(message.find(' '), message.size());
    const std::string_view word = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    if (!is_number(word)) {
      key += word == "workers" ? "worker" : word;
      key += ' ';
    }
  }
  return key;
}

}  // namespace presshawk
