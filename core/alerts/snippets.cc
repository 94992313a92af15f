// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/snippets.h"

#include <algorithm>
#include <string_view>

#include "core/base/utf8.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

// A token longer than this (a URL, a hash) is cut where it is.
constexpr uint32_t kLongestSearchForASpace = 40;

bool IsSpace(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x3000;
}

uint32_t Previous(std::string_view text, uint32_t offset) {
  do {
    --offset;
  } while (offset > 0 && IsUtf8Continuation(text[offset]));
  return offset;
}

uint32_t Next(std::string_view text, uint32_t offset) {
  do {
    ++offset;
  } while (offset < text.size() && IsUtf8Continuation(text[offset]));
  return offset;
}

// Whether a cut at `offset` (on a code point) parts no word.
bool IsWordEdge(std::string_view text, uint32_t offset) {
  if (offset == 0 || offset == text.size()) {
    return true;
  }
  const char32_t before = DecodeUtf8(text.data() + Previous(text, offset));
  const char32_t after = DecodeUtf8(text.data() + offset);
  if ((before | after) < 0x80) {
    return IsSpace(before) || IsSpace(after);
  }
  return IsSpace(before) || IsSpace(after) || IsSingleLetterToken(before) ||
         IsSingleLetterToken(after);
}

// The context before `offset`. PERF: where it is ASCII, without a look at each.
uint32_t ContextBegin(std::string_view text, uint32_t offset) {
  constexpr uint32_t kContext = kSnippetContextCodePoints;
  if (offset >= kContext && IsAscii(text.substr(offset - kContext, kContext))) {
    return offset - kContext;
  }
  for (uint32_t i = 0; i < kContext && offset != 0; ++i) {
    offset = Previous(text, offset);
  }
  return offset;
}

// The context behind it.
uint32_t ContextEnd(std::string_view text, uint32_t offset) {
  constexpr uint32_t kContext = kSnippetContextCodePoints;
  if (text.size() - offset >= kContext &&
      IsAscii(text.substr(offset, kContext))) {
    return offset + kContext;
  }
  for (uint32_t i = 0; i < kContext && offset != text.size(); ++i) {
    offset = Next(text, offset);
  }
  return offset;
}

// From `offset` away from the hit, on to an edge of a word.
template <typename Step>
uint32_t ToWordEdge(std::string_view text, uint32_t offset, Step step) {
  const uint32_t plain_cut = offset;
  for (uint32_t i = 0; i < kLongestSearchForASpace; ++i) {
    if (IsWordEdge(text, offset)) {
      return offset;
    }
    offset = step(text, offset);
  }
  return IsWordEdge(text, offset) ? offset : plain_cut;
}

ByteSpan TrimSpaces(std::string_view text, ByteSpan span) {
  while (span.begin < span.end &&
         IsSpace(DecodeUtf8(text.data() + span.begin))) {
    span.begin = Next(text, span.begin);
  }
  while (span.begin < span.end &&
         IsSpace(DecodeUtf8(text.data() + Previous(text, span.end)))) {
    span.end = Previous(text, span.end);
  }
  return span;
}

ByteSpan Window(const ArticleText& text, const PlacedHit& hit) {
  const std::string_view original = text.original(hit.field);
  const uint32_t begin = ContextBegin(original, hit.bytes.begin);
  const uint32_t end = ContextEnd(original, hit.bytes.end);
  const ByteSpan around = {ToWordEdge(original, begin, Previous),
                           ToWordEdge(original, end, Next)};
  return TrimSpaces(original, around);
}

bool Holds(const Snippet& snippet, const PlacedHit& hit) {
  return snippet.field == hit.field && snippet.bytes.begin <= hit.bytes.begin &&
         hit.bytes.end <= snippet.bytes.end;
}

bool Overlaps(const Snippet& snippet, Field field, ByteSpan span) {
  return snippet.field == field && span.begin < snippet.bytes.end &&
         snippet.bytes.begin < span.end;
}

// Adds a snippet for `hit`, joined with one that it overlaps.
void AddSnippet(const ArticleText& text, const PlacedHit& hit,
                std::vector<Snippet>* snippets) {
  const ByteSpan window = Window(text, hit);
  for (Snippet& snippet : *snippets) {
    if (Overlaps(snippet, hit.field, window)) {
      snippet.bytes.begin = std::min(snippet.bytes.begin, window.begin);
      snippet.bytes.end = std::max(snippet.bytes.end, window.end);
      return;
    }
  }
  Snippet& snippet = snippets->emplace_back();
  snippet.field = hit.field;
  snippet.bytes = window;
}

void Highlight(const ArticleText& text, const std::vector<PlacedHit>& hits,
               Snippet* snippet) {
  const uint32_t begin =
      text.ToCodePoints(snippet->field, snippet->bytes).begin;
  for (const PlacedHit& hit : hits) {
    if (!Holds(*snippet, hit)) {
      continue;
    }
    const CodePointSpan span = {hit.code_points.begin - begin,
                                hit.code_points.end - begin};
    if (!snippet->highlights.empty() &&
        span.begin <= snippet->highlights.back().end) {
      snippet->highlights.back().end =
          std::max(snippet->highlights.back().end, span.end);
    } else {
      snippet->highlights.push_back(span);
    }
  }
}

}  // namespace

void ChooseSnippets(const ArticleText& text, const std::vector<PlacedHit>& hits,
                    size_t max, std::vector<Snippet>* snippets) {
  snippets->clear();
  absl::InlinedVector<std::string_view, 32> shown;
  // New terms first, then more of the same.
  for (const bool new_terms_only : {true, false}) {
    for (const PlacedHit& hit : hits) {
      const bool is_new =
          std::find(shown.begin(), shown.end(), hit.term) == shown.end();
      const bool is_held =
          std::any_of(snippets->begin(), snippets->end(),
                      [&](const Snippet& s) { return Holds(s, hit); });
      if (!is_held) {
        if ((new_terms_only && !is_new) || snippets->size() >= max) {
          continue;
        }
        AddSnippet(text, hit, snippets);
      }
      if (is_new) {
        shown.push_back(hit.term);
      }
    }
  }
  std::sort(snippets->begin(), snippets->end(),
            [](const Snippet& a, const Snippet& b) {
              return std::pair(a.field, a.bytes.begin) <
                     std::pair(b.field, b.bytes.begin);
            });
  for (Snippet& snippet : *snippets) {
    Highlight(text, hits, &snippet);
  }
}

}  // namespace presshawk
