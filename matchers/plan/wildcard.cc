// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/wildcard.h"

#include "core/base/utf8.h"

namespace presshawk {
namespace {

bool IsWild(char c) { return c == '*' || c == '?'; }

bool EndsToken(char c) { return c == ' ' || c == '\1'; }

uint32_t TokenEnd(std::string_view text, uint32_t begin) {
  while (begin < text.size() && !EndsToken(text[begin])) {
    ++begin;
  }
  return begin;
}

}  // namespace

bool MatchesGlob(std::string_view glob, std::string_view token,
                 bool question_is_wild) {
  size_t g = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;  // Behind the last `*` that was met.
  size_t star_token = 0;                 // What it stands for ends here so far.
  while (t < token.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = ++g;
      star_token = t;
    } else if (g < glob.size() && question_is_wild && glob[g] == '?') {
      ++g;
      t += Utf8Size(token[t]);
    } else if (g < glob.size() && glob[g] == token[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      star_token += Utf8Size(token[star_token]);
      g = star;
      t = star_token;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') {
    ++g;
  }
  return g == glob.size();
}

std::optional<ByteSpan> MatchTokens(std::string_view pattern,
                                    size_t tokens_before, std::string_view text,
                                    uint32_t begin) {
  for (size_t i = 0; i < tokens_before; ++i) {
    --begin;  // The space, or the field's first one with nothing before it.
    if (EndsToken(text[begin - 1])) {
      return std::nullopt;
    }
    while (!EndsToken(text[begin - 1])) {
      --begin;
    }
  }
  ByteSpan span = {begin, begin};
  for (size_t at = 1; at < pattern.size();) {
    const size_t glob_end = pattern.find(' ', at);
    const uint32_t end = TokenEnd(text, begin);
    if (end == begin || !MatchesGlob(pattern.substr(at, glob_end - at),
                                     text.substr(begin, end - begin))) {
      return std::nullopt;
    }
    span.end = end;
    begin = end + 1;
    at = glob_end + 1;
  }
  return span;
}

WildcardPattern::WildcardPattern(std::string_view pattern) : pattern_(pattern) {
  size_t best = 0;
  size_t best_size = 0;
  size_t token = 0;
  size_t best_token = 0;
  for (size_t begin = 0; begin < pattern.size();) {
    if (IsWild(pattern[begin])) {
      ++begin;
      continue;
    }
    size_t end = begin;
    size_t spaces = 0;
    while (end < pattern.size() && !IsWild(pattern[end])) {
      spaces += pattern[end] == ' ' ? 1 : 0;
      ++end;
    }
    if (end - begin > best_size) {
      best = begin;
      best_size = end - begin;
      // Spaces before it are one more than whole tokens before it; a piece that
      // begins with its space begins in the token behind that.
      best_token = token + (pattern[begin] == ' ' ? 1 : 0) - 1;
    }
    token += spaces;
    begin = end;
  }
  const bool is_whole_piece = best_size <= kPieceBytesMax;
  if (!is_whole_piece) {
    best_size = kPieceBytesMax;
    while (IsUtf8Continuation(pattern[best + best_size])) {
      --best_size;
    }
  }
  piece_ = pattern.substr(best, best_size);
  piece_token_ = best_token;
  // One literal, `*` before or behind it.
  const std::string_view glob = pattern.substr(1, pattern.size() - 2);
  const size_t first = glob.find_first_not_of('*');
  is_piece_ = is_whole_piece && glob.find(' ') == std::string_view::npos &&
              first != std::string_view::npos &&
              glob.find('?') == std::string_view::npos &&
              glob.find('*', first) > glob.find_last_not_of('*');
}

WildcardPattern::Verdict WildcardPattern::Verify(std::string_view text,
                                                 uint32_t piece_end) const {
  Verdict verdict;
  uint32_t begin = piece_end - static_cast<uint32_t>(piece_.size());
  if (piece_.front() == ' ') {
    ++begin;
  }
  while (!EndsToken(text[begin - 1])) {
    --begin;
  }
  verdict.same_until = TokenEnd(text, begin);
  if (is_piece_) {
    verdict.holds = true;
    verdict.span = {begin, verdict.same_until};
    return verdict;
  }
  const std::optional<ByteSpan> span =
      MatchTokens(pattern_, piece_token_, text, begin);
  verdict.holds = span.has_value();
  verdict.span = span.value_or(ByteSpan());
  return verdict;
}

}  // namespace presshawk
