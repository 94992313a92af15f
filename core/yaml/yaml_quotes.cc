// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/yaml_quotes.h"

#include <algorithm>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kShownBytesMax = 200;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (IsBlank(text.back()) || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  while (!text.empty() && IsBlank(text.front())) {
    text.remove_prefix(1);
  }
  return text;
}

// A letter, a digit, or a character beyond ASCII.
bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || static_cast<uint8_t>(c) >= 0x80;
}

// The `#word` at byte `at`; empty where a blank follows the `#`.
std::string_view HashtagAt(std::string_view content, size_t at) {
  size_t end = at + 1;
  while (end < content.size() && IsWord(content[end])) {
    ++end;
  }
  return end > at + 1 ? content.substr(at, end - at) : std::string_view();
}

// The first one of [from, to) that is behind a blank and something else on its
// line: a line of its own is a comment that was meant.
std::string_view HashtagIn(std::string_view content, size_t from, size_t to) {
  bool is_alone = false;
  for (size_t i = from; i < to; ++i) {
    const char c = content[i];
    if (c == '#' && i > 0 && IsBlank(content[i - 1])) {
      const std::string_view hashtag = HashtagAt(content, i);
      if (!is_alone && !hashtag.empty()) {
        return hashtag;
      }
      i = std::min(content.find('\n', i), to) - 1;  // A comment.
    } else if (c == '\n') {
      is_alone = true;
    } else if (!IsBlank(c) && c != '\r') {
      is_alone = false;
    }
  }
  return {};
}

// Whether YAML reads something else than a text at the begin of `value`. A
// list, map or quoted text that ends where the line does is meant as one.
bool BeginsSpecial(std::string_view value) {
  if (value.empty()) {
    return false;
  }
  const size_t opening = std::string_view("{[\"'").find(value.front());
  if (opening == std::string_view::npos) {
    return std::string_view("@`*&!%|>}],?").find(value.front()) !=
               std::string_view::npos &&
           value.size() > 1;
  }
  const size_t end = value.find("}]\"'"[opening], 1);
  return end != std::string_view::npos &&
         !Trimmed(value.substr(end + 1)).empty();
}

std::string_view LineOf(std::string_view content, size_t at) {
  const size_t feed =
      at == 0 ? std::string_view::npos : content.rfind('\n', at - 1);
  const size_t begin = feed == std::string_view::npos ? 0 : feed + 1;
  return content.substr(
      begin, std::min(content.find('\n', at), content.size()) - begin);
}

// What stands behind `key: ` or `- ` in a line of block style; empty where it
// is not of that form.
std::string_view ValueOfLine(std::string_view line) {
  line = Trimmed(line);
  while (line.starts_with("- ")) {
    line = Trimmed(line.substr(2));
    if (!line.empty() && !IsWord(line.front())) {
      return line;  // An element.
    }
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon + 1 >= line.size() ||
      !IsBlank(line[colon + 1]) ||
      !std::all_of(line.begin(),
                   line.begin() + static_cast<std::ptrdiff_t>(colon), IsWord)) {
    return {};
  }
  return Trimmed(line.substr(colon + 1));
}

}  // namespace

std::string InSingleQuotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c;
    if (c == '\'') {
      quoted += c;
    }
  }
  quoted += '\'';
  return quoted;
}

std::string QuotesFix(std::string_view content, size_t at) {
  at = std::min(at, content.size());
  std::string_view line = LineOf(content, at);
  // The parser may have met the mistake at the begin of the next line only.
  std::string_view before =
      content.substr(0, static_cast<size_t>(line.data() - content.data()));
  while (Trimmed(line).empty() && !before.empty()) {
    line = LineOf(content, before.size() - 1);
    before =
        content.substr(0, static_cast<size_t>(line.data() - content.data()));
  }
  for (int lines = 0; lines < 2; ++lines) {
    const std::string_view value = ValueOfLine(line);
    if (BeginsSpecial(value) || value.find(": ") != std::string_view::npos) {
      return value.size() > kShownBytesMax
                 ? "put this text in single quotes"
                 : StrCat("put this text in single quotes: ",
                          InSingleQuotes(value));
    }
    if (before.empty()) {
      break;
    }
    line = LineOf(content, before.size() - 1);
    before =
        content.substr(0, static_cast<size_t>(line.data() - content.data()));
  }
  return "";
}

std::string_view HashtagBehind(std::string_view content, const YamlNode& value,
                               const YamlNode* key) {
  if (value.is_null()) {
    if (key == nullptr || !value.text.empty()) {
      return {};
    }
    // Between what stands before it and what follows.
    return HashtagIn(content, key->begin + key->text.size(),
                     std::min(value.begin, content.size()));
  }
  if (!value.is_scalar() || !value.plain) {
    return {};
  }
  // To the end of the value: YAML folds its lines to single spaces.
  size_t at = value.begin;
  for (const char c : value.text) {
    while (
        at < content.size() && content[at] != c &&
        (IsBlank(content[at]) || content[at] == '\r' || content[at] == '\n')) {
      ++at;
    }
    if (at >= content.size()) {
      return {};
    }
    if (content[at] == c) {
      ++at;
    } else if (c != ' ' && c != '\n') {
      return {};
    }
  }
  const size_t hash = content.find_first_not_of(" \t", at);
  return hash != std::string_view::npos && hash > at && content[hash] == '#'
             ? HashtagAt(content, hash)
             : std::string_view();
}

}  // namespace presshawk
