// SPDX-License-Identifier: Apache-2.0
#include "cmd/deadletter/letter_text.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "cmd/terminal_text.h"
#include "core/base/hex.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kHexBytesALine = 16;

struct Column {
  std::string_view heading;
  size_t width;
};
constexpr Column kColumns[] = {{"PLACE", 8},   {"TIME", 24}, {"REASON", 15},
                               {"ORIGIN", 20}, {"KEY", 16},  {"BYTES", 8},
                               {"REPLAYS", 7}};

void AppendPadded(std::string_view text, size_t width, std::string* line) {
  *line += text;
  size_t shown = 0;  // Code points.
  for (const char c : text) {
    shown += (static_cast<uint8_t>(c) & 0xC0U) != 0x80U ? 1 : 0;
  }
  line->append(shown < width ? width - shown : 0, ' ');
  *line += "  ";
}

std::string KeyText(const DeadLetter& letter) {
  if (!letter.has_key) {
    return "-";
  }
  return IsValidUtf8(letter.key) ? TerminalText(letter.key)
                                 : StrCat("0x", HexOf(letter.key));
}

bool IsPlainText(std::string_view text) {
  return IsValidUtf8(text) &&
         std::none_of(
             text.begin(), text.end(),
             [](char c) {
               const auto byte = static_cast<uint8_t>(c);
               return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') ||
                      byte == 0x7F;
             }) &&
         text.find("\xC2\x9B") == std::string_view::npos;
}

std::string HexDump(std::string_view bytes) {
  std::string dump;
  for (size_t at = 0; at < bytes.size(); at += kHexBytesALine) {
    const std::string_view row = bytes.substr(at, kHexBytesALine);
    const std::string offset = HexOf(
        std::string{static_cast<char>(at >> 24), static_cast<char>(at >> 16),
                    static_cast<char>(at >> 8), static_cast<char>(at)});
    std::string text;
    std::string hex;
    for (const char c : row) {
      AppendHex(static_cast<uint8_t>(c), &hex);
      hex += ' ';
      text += c >= ' ' && c <= '~' ? c : '.';
    }
    hex.resize(kHexBytesALine * 3, ' ');
    StrAppend(&dump, offset, "  ", hex, " ", text, "\n");
  }
  return dump;
}

}  // namespace

std::string ListHeading(bool with_replayed) {
  std::string line;
  for (const Column& column : kColumns) {
    AppendPadded(column.heading, column.width, &line);
  }
  if (with_replayed) {
    AppendPadded("REPLAYED", 8, &line);
  }
  return line + "DETAIL\n";
}

std::string ListLine(const DeadLetter& letter, std::optional<bool> replayed) {
  std::string line;
  if (!letter.problem.empty()) {
    AppendPadded(letter.place, kColumns[0].width, &line);
    return StrCat(line, "unreadable: ", TerminalText(letter.problem), "\n");
  }
  const std::string cells[] = {
      letter.place,
      TerminalText(letter.Header("time")),
      TerminalText(letter.reason()),
      TerminalText(letter.Origin()),
      KeyText(letter),
      TerminalText(StrCat(letter.size(), letter.truncated() ? " cut" : "")),
      StrCat(letter.Replays())};
  for (size_t i = 0; i < std::size(cells); ++i) {
    AppendPadded(cells[i], kColumns[i].width, &line);
  }
  if (replayed.has_value()) {
    AppendPadded(*replayed ? "yes" : "no", 8, &line);
  }
  return StrCat(line, TerminalText(letter.Header("detail")), "\n");
}

std::string ListJson(const DeadLetter& letter, std::optional<bool> replayed) {
  std::string json = "{\"place\":";
  AppendJsonString(letter.place, &json);
  if (!letter.problem.empty()) {
    AppendJsonBytes("problem", letter.problem, &json);
    return json + "}\n";
  }
  StrAppend(&json, ",\"id\":\"", letter.Id(), "\"");
  for (const char* const name : {"time", "reason", "detail", "topic",
                                 "partition", "offset", "file", "line"}) {
    if (const std::string_view value = letter.Header(name); !value.empty()) {
      const bool is_number = std::string_view(name) == "partition" ||
                             std::string_view(name) == "offset" ||
                             std::string_view(name) == "line";
      if (is_number && IsJsonNumber(value)) {
        StrAppend(&json, ",\"", name, "\":", value);
      } else {
        AppendJsonBytes(name, value, &json);
      }
    }
  }
  if (letter.has_key) {
    AppendJsonBytes("key", letter.key, &json);
  }
  const std::string size = letter.size();
  StrAppend(&json, ",\"size\":", IsJsonNumber(size) ? size : "null",
            ",\"truncated\":", letter.truncated() ? "true" : "false",
            ",\"replays\":", letter.Replays());
  if (replayed.has_value()) {
    StrAppend(&json, ",\"replayed\":", *replayed ? "true" : "false");
  }
  return json + "}\n";
}

std::string ShowText(const DeadLetter& letter, bool as_hex) {
  constexpr size_t kNameWidth = 22;
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    AppendPadded(name, kNameWidth, &text);
    StrAppend(&text, TerminalText(value), "\n");
  };
  add("place", letter.place);
  if (!letter.problem.empty()) {
    add("unreadable", letter.problem);
  } else {
    add("id", letter.Id());
  }
  for (const auto& [name, value] : letter.headers) {
    add(TerminalText(name), value);
  }
  add("key", KeyText(letter));
  if (!letter.has_value) {
    add("value", "null");
    return text;
  }
  add("value", StrCat(letter.value.size(), " bytes",
                      letter.truncated() ? ", the begin only" : ""));
  text += '\n';
  if (as_hex || !IsPlainText(letter.value)) {
    return text + HexDump(letter.value);
  }
  return StrCat(text, letter.value, letter.value.ends_with('\n') ? "" : "\n");
}

std::string ShowJson(const DeadLetter& letter) {
  std::string json = "{\"place\":";
  AppendJsonString(letter.place, &json);
  if (!letter.problem.empty()) {
    AppendJsonBytes("problem", letter.problem, &json);
  } else {
    StrAppend(&json, ",\"id\":\"", letter.Id(), "\"");
  }
  json += ",\"headers\":[";
  const char* separator = "";
  for (const auto& [name, value] : letter.headers) {
    std::string header = "{";
    AppendJsonBytes("name", name, &header);
    AppendJsonBytes("value", value, &header);
    header.erase(1, 1);  // The comma of the first.
    StrAppend(&json, separator, header, "}");
    separator = ",";
  }
  json += ']';
  if (letter.has_key) {
    AppendJsonBytes("key", letter.key, &json);
  }
  if (letter.has_value) {
    AppendJsonBytes("value", letter.value, &json);
  }
  return json + "}\n";
}

}  // namespace presshawk
