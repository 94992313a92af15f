// SPDX-License-Identifier: Apache-2.0
#include "core/text/article_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "core/model/limits.h"
#include "core/text/canonicalizer.h"
#include "core/text/code_point_index.h"
#include "core/text/html_map.h"
#include "core/text/html_text.h"
#include "core/text/source_map.h"
#include "core/text/text_units.h"

namespace presshawk {
namespace {

// Tokens are counted ahead every this many bytes of canonical text.
constexpr uint32_t kTokenCountStride = 256;

// PERF: eight bytes at a time, 4 x std::count, which is not vectorized at
// -O2.
uint32_t CountSpaces(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kLow = 0x7F * kOnes;
  // So many words' counts fit a byte, those of its eight bytes together too.
  constexpr size_t kWordsMax = 31;
  const size_t words_end = text.size() - text.size() % sizeof(uint64_t);
  uint32_t count = 0;
  size_t i = 0;
  while (i < words_end) {
    const size_t end = std::min(words_end, i + kWordsMax * sizeof(uint64_t));
    uint64_t counts = 0;  // By byte of a word.
    for (; i < end; i += sizeof(uint64_t)) {
      uint64_t word;
      std::memcpy(&word, text.data() + i, sizeof(word));
      const uint64_t x = word ^ (' ' * kOnes);
      counts += ~(((x & kLow) + kLow) | x | kLow) >> 7;
    }
    count += static_cast<uint32_t>(counts * kOnes >> 56);
  }
  for (; i < text.size(); ++i) {
    count += text[i] == ' ' ? 1 : 0;
  }
  return count;
}

}  // namespace

struct ArticleText::State {
  struct FieldState {
    std::string_view source;  // As the article has it.
    HtmlMode mode = HtmlMode::kNo;
    std::string_view original;
    std::string extracted;  // Holds `original` where it was extracted.
    bool is_extracted = false;
    bool is_html_mapped = false;
    bool may_share_originals = false;
    ByteSpan canonical;
    SourceMap map;
    HtmlMap html_map;  // Empty until somebody asks.
    CodePointIndex code_points;
    // Where each ends; empty until somebody asks.
    std::vector<uint32_t> paragraph_ends;
    std::vector<uint32_t> sentence_ends;
  };

  std::array<FieldState, kFieldCount> fields;
  CanonicalBuffer buffer;
  // Spaces before each stride of `buffer`; filled at the first question.
  std::vector<uint32_t> token_counts;
  bool token_counts_ready = false;

  FieldState& of(Field field) { return fields[static_cast<size_t>(field)]; }
  void SetOriginal(Field field, std::string_view text, HtmlMode mode);
  uint32_t SpacesBefore(uint32_t offset);
};

void ArticleText::State::SetOriginal(Field field, std::string_view text,
                                     HtmlMode mode) {
  FieldState& state = of(field);
  state.source = text;
  state.mode = mode;
  state.is_html_mapped = false;
  state.is_extracted = ToPlainText(text, mode, &state.extracted);
  state.original = state.is_extracted ? state.extracted : text;
  state.code_points.Reset(state.original);
  state.paragraph_ends.clear();
  state.sentence_ends.clear();
}

uint32_t ArticleText::State::SpacesBefore(uint32_t offset) {
  if (!token_counts_ready) {
    token_counts.clear();
    uint32_t spaces = 0;
    for (uint32_t at = 0; at <= buffer.size(); at += kTokenCountStride) {
      token_counts.push_back(spaces);
      const size_t size =
          std::min<size_t>(kTokenCountStride, buffer.size() - at);
      spaces += CountSpaces({buffer.data() + at, size});
    }
    token_counts_ready = true;
  }
  const uint32_t stride = offset / kTokenCountStride;
  const uint32_t begin = stride * kTokenCountStride;
  return token_counts[stride] +
         CountSpaces({buffer.data() + begin, offset - begin});
}

ArticleText::ArticleText() : state_(std::make_unique<State>()) {}
ArticleText::~ArticleText() = default;
ArticleText::ArticleText(ArticleText&&) noexcept = default;
ArticleText& ArticleText::operator=(ArticleText&&) noexcept = default;

bool ArticleText::Assign(const Article& article, size_t canonical_bytes_max) {
  State& state = *state_;
  static const Kernel kernel = BestKernel();
  state.buffer.Clear();
  state.token_counts_ready = false;
  state.buffer.Append(kFieldSeparator);
  for (const Field field : kFields) {
    const auto index = static_cast<size_t>(field);
    state.SetOriginal(field, article.text[index], article.html[index]);
    State::FieldState& field_state = state.of(field);
    field_state.canonical.begin = static_cast<uint32_t>(state.buffer.size());
    field_state.map.Reset(field_state.original);
    const CanonicalizeResult result = CanonicalizeText(
        field_state.original, kernel, /*wildcards=*/false, canonical_bytes_max,
        &state.buffer, field_state.map.checkpoints());
    field_state.may_share_originals = result.may_share_originals;
    field_state.canonical.end = static_cast<uint32_t>(state.buffer.size());
    field_state.map.set_canonical_size(field_state.canonical.end -
                                       field_state.canonical.begin - 1);
    state.buffer.Append(kFieldSeparator);
    if (state.buffer.size() > canonical_bytes_max) {
      return false;
    }
  }
  state.buffer.Reserve(kTextPaddingBytes);
  std::memset(state.buffer.data() + state.buffer.size(), 0, kTextPaddingBytes);
  return true;
}

std::string_view ArticleText::canonical() const {
  return {state_->buffer.data(), state_->buffer.size()};
}

ByteSpan ArticleText::FieldSpan(Field field) const {
  return state_->of(field).canonical;
}

Field ArticleText::FieldAt(uint32_t offset) const {
  for (const Field field : kFields) {
    if (offset < state_->of(field).canonical.end) {
      return field;
    }
  }
  return Field::kAuthor;
}

uint32_t ArticleText::TokenIndex(uint32_t offset) const {
  const uint32_t begin = FieldSpan(FieldAt(offset)).begin;
  // The field's first space stands before its first token.
  return state_->SpacesBefore(offset) - state_->SpacesBefore(begin) - 1;
}

uint32_t ArticleText::TokenCount(Field field) const {
  const ByteSpan span = FieldSpan(field);
  return state_->SpacesBefore(span.end) - state_->SpacesBefore(span.begin) - 1;
}

std::string_view ArticleText::original(Field field) const {
  return state_->of(field).original;
}

bool ArticleText::extracted(Field field) const {
  return state_->of(field).is_extracted;
}

ByteSpan ArticleText::ToOriginal(Field field, ByteSpan span) const {
  State::FieldState& field_state = state_->of(field);
  const uint32_t base = field_state.canonical.begin + 1;
  return field_state.map.ToOriginal({span.begin - base, span.end - base});
}

ArticleText::TokenSpan ArticleText::TokensTouching(Field field,
                                                   ByteSpan span) const {
  State::FieldState& field_state = state_->of(field);
  SourceMap& map = field_state.map;
  const uint32_t base = field_state.canonical.begin + 1;
  size_t piece = map.PieceAt(span.begin);
  TokenSpan tokens;
  // The field's first space stands before its first token.
  tokens.begin = state_->SpacesBefore(base + map.PieceBegin(piece).canonical) -
                 state_->SpacesBefore(base);
  tokens.end = tokens.begin;
  for (; piece < map.piece_count(); ++piece) {
    const uint32_t from = map.PieceBegin(piece).original;
    if (from >= span.end) {
      break;
    }
    for (const TokenTrace& token : map.TokensOf(piece)) {
      if (map.PassMarks(from + token.source.end) <= span.begin) {
        tokens.begin = ++tokens.end;
      } else if (from + token.source.begin < span.end) {
        ++tokens.end;
      }
    }
  }
  return tokens;
}

CodePointSpan ArticleText::ToCodePoints(Field field, ByteSpan span) const {
  return state_->of(field).code_points.Of(span);
}

ByteSpan ArticleText::ToSource(Field field, ByteSpan span) const {
  State::FieldState& state = state_->of(field);
  if (!state.is_extracted) {
    return span;
  }
  if (!state.is_html_mapped) {
    MapPlainText(state.source, state.mode, &state.html_map);
    state.is_html_mapped = true;
  }
  return state.html_map.ToSource(span);
}

uint32_t ArticleText::UnitAt(Unit unit, Field field, uint32_t offset) const {
  State::FieldState& state = state_->of(field);
  if (state.paragraph_ends.empty()) {
    FindParagraphEnds(state.original, &state.paragraph_ends);
  }
  if (unit == Unit::kSentence && state.sentence_ends.empty()) {
    FindSentenceEnds(state.original, state.paragraph_ends,
                     &state.sentence_ends);
  }
  const std::vector<uint32_t>& ends =
      unit == Unit::kSentence ? state.sentence_ends : state.paragraph_ends;
  return static_cast<uint32_t>(
      std::upper_bound(ends.begin(), ends.end(), offset) - ends.begin());
}

bool ArticleText::MayShareOriginals(Field field) const {
  return state_->of(field).may_share_originals;
}

}  // namespace presshawk
