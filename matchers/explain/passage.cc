// SPDX-License-Identifier: Apache-2.0
#include "matchers/explain/passage.h"

#include <algorithm>
#include <tuple>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr size_t kWordsMax = 8;
constexpr size_t kCodePointsMax = 80;  // Where there are no spaces.

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsParagraphBreak(std::string_view space) {
  return std::count(space.begin(), space.end(), '\n') > 1;
}

// How far the context behind byte `at` reaches.
size_t Behind(std::string_view text, size_t at) {
  size_t words = 0;
  size_t code_points = 0;
  while (at < text.size() && code_points < kCodePointsMax) {
    if (!IsSpace(text[at])) {
      at += std::min<size_t>(Utf8Size(text[at]), text.size() - at);
      ++code_points;
      continue;
    }
    size_t end = at;
    while (end < text.size() && IsSpace(text[end])) {
      ++end;
    }
    if (++words > kWordsMax || IsParagraphBreak(text.substr(at, end - at))) {
      break;
    }
    at = end;
  }
  return at;
}

// The same before byte `at`.
size_t Before(std::string_view text, size_t at) {
  size_t words = 0;
  size_t code_points = 0;
  while (at > 0 && code_points < kCodePointsMax) {
    if (!IsSpace(text[at - 1])) {
      do {
        --at;
      } while (at > 0 && IsUtf8Continuation(text[at]));
      ++code_points;
      continue;
    }
    size_t begin = at;
    while (begin > 0 && IsSpace(text[begin - 1])) {
      --begin;
    }
    if (++words > kWordsMax ||
        IsParagraphBreak(text.substr(begin, at - begin))) {
      break;
    }
    at = begin;
  }
  return at;
}

std::string OneSpace(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!IsSpace(c)) {
      out += c;
    } else if (out.empty() || out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

}  // namespace

std::vector<Passage> PassagesAround(const ArticleText& text,
                                    std::vector<AnswerHit> hits) {
  std::sort(hits.begin(), hits.end(),
            [](const AnswerHit& a, const AnswerHit& b) {
              return std::tie(a.field, a.bytes.begin, a.bytes.end) <
                     std::tie(b.field, b.bytes.begin, b.bytes.end);
            });
  std::vector<Passage> passages;
  for (size_t first = 0; first < hits.size();) {
    const Field field = hits[first].field;
    const std::string_view original = text.original(field);
    const auto add = [&](size_t begin, size_t end, bool is_hit) {
      if (begin < end) {
        passages.back().parts.push_back(
            {OneSpace(original.substr(begin, end - begin)), is_hit});
      }
    };
    passages.emplace_back().field = field;
    passages.back().zone = hits[first].zone;
    size_t at = Before(original, hits[first].bytes.begin);
    if (at > 0) {
      passages.back().parts.push_back({"…", false});
    }
    size_t end = at;
    size_t next = first;
    for (; next < hits.size() && hits[next].field == field &&
           (next == first || Before(original, hits[next].bytes.begin) <= end);
         ++next) {
      const ByteSpan hit = hits[next].bytes;
      const size_t begin =
          std::max<size_t>(hit.begin, at);  // They may overlap.
      add(at, begin, false);
      add(begin, hit.end, true);
      at = std::max<size_t>(at, hit.end);
      end = std::max(end, Behind(original, at));
    }
    add(at, end, false);
    if (end < original.size()) {
      passages.back().parts.push_back({"…", false});
    }
    first = next;
  }
  return passages;
}

}  // namespace presshawk
