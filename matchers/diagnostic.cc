// SPDX-License-Identifier: Apache-2.0
#include "matchers/diagnostic.h"

#include <algorithm>
#include <cstdio>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

std::string_view SeverityName(Diagnostic::Severity severity) {
  return severity == Diagnostic::Severity::kError ? "error" : "warning";
}

void AppendText(std::string_view key, std::string_view value,
                std::string* json) {
  StrAppend(json, ",\"", key, "\":");
  AppendJsonString(ReplaceInvalidUtf8(value), json);
}

// Longer texts tell nothing more, and a term may have megabytes.
constexpr size_t kShownBytesMax = 500;

// Control characters and those that turn the direction of writing round: they
// would steer the terminal, or show other than what is there.
bool IsDisguise(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// Appends `text` as a person is to see it.
void AppendShown(std::string_view text, std::string* out) {
  const size_t limit = out->size() + kShownBytesMax;
  for (size_t at = 0; at < text.size();) {
    if (out->size() > limit) {
      StrAppend(out, "… (", text.size(), " bytes)");
      return;
    }
    const size_t size = std::min<size_t>(Utf8Size(text[at]), text.size() - at);
    const std::string_view one = text.substr(at, size);
    at += size;
    const bool valid = IsValidUtf8(one);
    const char32_t c = valid ? DecodeUtf8(one.data()) : 0xFFFD;
    if (c == '\n' || c == '\r' || c == '\t') {
      *out += ' ';
    } else if (valid && !IsDisguise(c)) {
      *out += one;
    } else {
      char escape[16];
      std::snprintf(escape, sizeof(escape), "\\u{%X}",
                    static_cast<unsigned>(c));
      *out += escape;
    }
  }
}

}  // namespace

std::string FormatText(const Diagnostic& diagnostic) {
  std::string text;
  AppendShown(diagnostic.file, &text);
  if (diagnostic.line != 0) {
    StrAppend(&text, ":", diagnostic.line, ":", diagnostic.column);
  }
  StrAppend(&text, text.empty() ? "" : ": ", SeverityName(diagnostic.severity),
            ": ");
  AppendShown(diagnostic.message, &text);
  if (!diagnostic.watchlist.empty()) {
    text += " [";
    AppendShown(diagnostic.watchlist, &text);
    text += ']';
  }
  if (!diagnostic.span.empty()) {
    text += "\n    ";
    AppendShown(diagnostic.span, &text);
  }
  if (!diagnostic.fix.empty()) {
    text += "\n    fix: ";
    AppendShown(diagnostic.fix, &text);
  }
  return text;
}

std::string FormatJson(const Diagnostic& diagnostic) {
  std::string json = "{\"file\":";
  // The names of files may be no UTF-8, also in messages.
  AppendJsonString(ReplaceInvalidUtf8(diagnostic.file), &json);
  StrAppend(&json, ",\"line\":", diagnostic.line,
            ",\"column\":", diagnostic.column);
  AppendText("severity", SeverityName(diagnostic.severity), &json);
  AppendText("watchlist", diagnostic.watchlist, &json);
  AppendText("message", diagnostic.message, &json);
  AppendText("span", diagnostic.span, &json);
  AppendText("fix", diagnostic.fix, &json);
  if (diagnostic.offset.has_value()) {
    StrAppend(&json, ",\"offset\":", *diagnostic.offset, "}");
  } else {
    json += ",\"offset\":null}";
  }
  return json;
}

// Each: five numbers of four bytes, then five texts, each behind its size.
std::string EncodeDiagnostics(absl::Span<const Diagnostic> diagnostics) {
  std::string bytes;
  const auto number = [&bytes](uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>(value >> shift & 0xFF);
    }
  };
  for (const Diagnostic& diagnostic : diagnostics) {
    number(diagnostic.severity == Diagnostic::Severity::kError ? 0 : 1);
    number(diagnostic.line);
    number(diagnostic.column);
    number(diagnostic.offset.has_value() ? 1 : 0);
    number(diagnostic.offset.value_or(0));
    for (const std::string* text :
         {&diagnostic.file, &diagnostic.watchlist, &diagnostic.message,
          &diagnostic.span, &diagnostic.fix}) {
      number(static_cast<uint32_t>(text->size()));
      bytes += *text;
    }
  }
  return bytes;
}

std::optional<std::vector<Diagnostic>> DecodeDiagnostics(
    std::string_view bytes) {
  bool good = true;
  const auto number = [&]() -> uint32_t {
    if (bytes.size() < 4) {
      good = false;
      return 0;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
      value |= uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    bytes.remove_prefix(4);
    return value;
  };
  std::vector<Diagnostic> diagnostics;
  while (good && !bytes.empty()) {
    Diagnostic& diagnostic = diagnostics.emplace_back();
    diagnostic.severity = number() == 0 ? Diagnostic::Severity::kError
                                        : Diagnostic::Severity::kWarning;
    diagnostic.line = number();
    diagnostic.column = number();
    const bool has_offset = number() != 0;
    const uint32_t offset = number();
    if (has_offset) {
      diagnostic.offset = offset;
    }
    for (std::string* text :
         {&diagnostic.file, &diagnostic.watchlist, &diagnostic.message,
          &diagnostic.span, &diagnostic.fix}) {
      const uint32_t size = number();
      good = good && size <= bytes.size();
      *text = bytes.substr(0, good ? size : 0);
      bytes.remove_prefix(good ? size : 0);
    }
  }
  if (!good) {
    return std::nullopt;
  }
  return diagnostics;
}

}  // namespace presshawk
