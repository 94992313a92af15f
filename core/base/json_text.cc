// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_text.h"

#include <cstring>
#include <vector>

#include "absl/strings/escaping.h"
#include "core/base/hex.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The value of four hexadecimal digits; -1 where they are none.
int32_t Hex4(std::string_view text) {
  if (text.size() < 4) {
    return -1;
  }
  int32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    const char c = text[i];
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigit(c)) {
      value = value * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return value;
}

char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return 0;
  }
}

bool IsHighSurrogate(int32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(int32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

constexpr bool NeedsEscape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// How many bytes from `begin` on need no escape. PERF: eight at a time.
size_t CleanBytes(std::string_view text, size_t begin) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighBits = kOnes << 7;
  // The high bit of each byte below 0x80 that is zero; above it may say so
  // wrongly of bytes behind one that is.
  const auto zero = [](uint64_t x) { return (x - kOnes) & ~x & kHighBits; };
  size_t at = begin;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    const uint64_t control = (bytes - kOnes * 0x20) & ~bytes & kHighBits;
    if ((control | zero(bytes ^ kOnes * '"') | zero(bytes ^ kOnes * '\\')) !=
        0) {
      break;
    }
  }
  while (at < text.size() &&
         !NeedsEscape(static_cast<unsigned char>(text[at]))) {
    ++at;
  }
  return at - begin;
}

void AppendEscape(unsigned char c, std::string* json) {
  switch (c) {
    case '"':
      *json += "\\\"";
      return;
    case '\\':
      *json += "\\\\";
      return;
    case '\n':
      *json += "\\n";
      return;
    case '\r':
      *json += "\\r";
      return;
    case '\t':
      *json += "\\t";
      return;
    default:
      *json += "\\u00";
      AppendHex(c, json);
  }
}

// Finds the first problem, without recursion.
class Validator {
 public:
  Validator(std::string_view document, size_t depth_max)
      : text_(document), depth_max_(depth_max) {}

  JsonProblem Run() {
    SkipSpace();
    while (problem_.detail.empty() && !done_) {
      Step();
    }
    SkipSpace();
    if (problem_.detail.empty() && at_ < text_.size()) {
      Fail("text behind the end of the document");
    }
    return problem_;
  }

 private:
  enum class Expect : uint8_t {
    kValue,
    kValueOrEnd,
    kKey,
    kKeyOrEnd,
    kColon,
    kCommaOrEnd
  };

  void Step() {
    SkipSpace();
    if (at_ >= text_.size()) {
      Fail("the document ends early");
      return;
    }
    const char c = text_[at_];
    switch (expect_) {
      case Expect::kValueOrEnd:
        if (c == ']') {
          Close();
          return;
        }
        [[fallthrough]];
      case Expect::kValue:
        Value(c);
        return;
      case Expect::kKeyOrEnd:
        if (c == '}') {
          Close();
          return;
        }
        [[fallthrough]];
      case Expect::kKey:
        if (c != '"') {
          Fail("expected a key in double quotes");
        } else if (String()) {
          expect_ = Expect::kColon;
        }
        return;
      case Expect::kColon:
        if (c != ':') {
          Fail("expected `:` behind a key");
          return;
        }
        ++at_;
        expect_ = Expect::kValue;
        return;
      case Expect::kCommaOrEnd:
        CommaOrEnd(c);
        return;
    }
  }

  void CommaOrEnd(char c) {
    const bool in_object = open_.back() == '{';
    if (c == ',') {
      ++at_;
      expect_ = in_object ? Expect::kKey : Expect::kValue;
    } else if (c == (in_object ? '}' : ']')) {
      Close();
    } else {
      Fail(in_object ? "expected `,` or `}`" : "expected `,` or `]`");
    }
  }

  void Value(char c) {
    if (c == '{' || c == '[') {
      if (open_.size() == depth_max_) {
        problem_.too_deep = true;
        Fail(StrCat("more than ", depth_max_, " levels"));
        return;
      }
      open_.push_back(c);
      ++at_;
      expect_ = c == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
      return;
    }
    if (c == '"' ? !String() : !Scalar()) {
      return;
    }
    AfterValue();
  }

  void Close() {
    ++at_;
    open_.pop_back();
    AfterValue();
  }

  void AfterValue() {
    if (open_.empty()) {
      done_ = true;
    } else {
      expect_ = Expect::kCommaOrEnd;
    }
  }

  bool String() {
    const size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<uint8_t>(text_[at_]) < 0x20) {
        Fail("control character in a string");
        return false;
      }
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) {
      at_ = begin - 1;
      Fail("unclosed string");
      return false;
    }
    if (!HasValidEscapes(text_.substr(begin, at_ - begin))) {
      at_ = begin - 1;
      Fail("invalid escape in a string");
      return false;
    }
    ++at_;
    return true;
  }

  bool Scalar() {
    size_t end = at_;
    while (end < text_.size() && !IsJsonSpace(text_[end]) &&
           std::strchr(",:[]{}\"", text_[end]) == nullptr) {
      ++end;
    }
    const std::string_view scalar = text_.substr(at_, end - at_);
    if (scalar != "true" && scalar != "false" && scalar != "null" &&
        !IsJsonNumber(scalar)) {
      Fail("no JSON value");
      return false;
    }
    at_ = end;
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsJsonSpace(text_[at_])) {
      ++at_;
    }
  }

  void Fail(std::string_view what) {
    problem_.detail = StrCat(what, " at byte ", at_);
  }

  const std::string_view text_;
  const size_t depth_max_;
  size_t at_ = 0;
  bool done_ = false;
  Expect expect_ = Expect::kValue;
  std::vector<char> open_;
  JsonProblem problem_;
};

}  // namespace

bool IsJsonNumber(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t begin = i;
    while (i < text.size() && IsDigit(text[i])) {
      ++i;
    }
    return i - begin;
  };
  if (i < text.size() && text[i] == '-') {
    ++i;
  }
  const bool leading_zero = i < text.size() && text[i] == '0';
  const size_t integer_digits = digits();
  if (integer_digits == 0 || (leading_zero && integer_digits > 1)) {
    return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) {
      return false;
    }
  }
  if (i < text.size() && (text[i] | 0x20) == 'e') {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
      ++i;
    }
    if (digits() == 0) {
      return false;
    }
  }
  return i == text.size();
}

bool HasValidEscapes(std::string_view content) {
  for (size_t at = content.find('\\'); at != std::string_view::npos;
       at = content.find('\\', at)) {
    if (at + 1 >= content.size()) {
      return false;
    }
    if (content[at + 1] == 'u') {
      if (Hex4(content.substr(at + 2)) < 0) {
        return false;
      }
      at += 6;
    } else if (SimpleEscape(content[at + 1]) != 0) {
      at += 2;
    } else {
      return false;
    }
  }
  return true;
}

size_t UnescapeJson(std::string_view content, char* out) {
  char* const begin = out;
  size_t clean = 0;
  for (size_t at = content.find('\\'); at != std::string_view::npos;
       at = content.find('\\', clean)) {
    std::memcpy(out, content.data() + clean, at - clean);
    out += at - clean;
    if (content[at + 1] != 'u') {
      *out++ = SimpleEscape(content[at + 1]);
      clean = at + 2;
      continue;
    }
    const int32_t unit = Hex4(content.substr(at + 2));
    clean = at + 6;
    auto c = static_cast<char32_t>(unit);
    if (IsHighSurrogate(unit)) {
      const std::string_view rest = content.substr(clean);
      const int32_t low = rest.starts_with("\\u") ? Hex4(rest.substr(2)) : -1;
      if (IsLowSurrogate(low)) {
        c = 0x10000 + ((static_cast<char32_t>(unit) - 0xD800) << 10) +
            (static_cast<char32_t>(low) - 0xDC00);
        clean += 6;
      } else {
        c = 0xFFFD;
      }
    } else if (IsLowSurrogate(unit)) {
      c = 0xFFFD;
    }
    out += EncodeUtf8(c, out);
  }
  std::memcpy(out, content.data() + clean, content.size() - clean);
  return static_cast<size_t>(out - begin) + content.size() - clean;
}

JsonProblem FindJsonProblem(std::string_view document, size_t depth_max) {
  return Validator(document, depth_max).Run();
}

void AppendJsonString(std::string_view text, std::string* json) {
  *json += '"';
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t clean = CleanBytes(text, at);
    json->append(text, at, clean);
    at += clean;
    if (at < text.size()) {
      AppendEscape(static_cast<unsigned char>(text[at]), json);
    }
  }
  *json += '"';
}

void AppendJsonBytes(std::string_view name, std::string_view bytes,
                     std::string* json) {
  if (IsValidUtf8(bytes)) {
    StrAppend(json, ",\"", name, "\":");
    AppendJsonString(bytes, json);
    return;
  }
  StrAppend(json, ",\"", name, "_base64\":\"",
            absl::Base64Escape({bytes.data(), bytes.size()}), "\"");
}

}  // namespace presshawk
