// SPDX-License-Identifier: Apache-2.0
#include "core/text/source_map.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/text/ascii_trace.h"
#include "core/text/fold_table.h"

namespace presshawk {

void SourceMap::Reset(std::string_view original) {
  original_ = original;
  checkpoints_.clear();
  pieces_.clear();
  tokens_.clear();
}

size_t SourceMap::PieceAt(uint32_t original_offset) const {
  const auto after = std::upper_bound(
      checkpoints_.begin(), checkpoints_.end(), original_offset,
      [](uint32_t at, const Checkpoint& c) { return at < c.original; });
  return static_cast<size_t>(after - checkpoints_.begin());
}

absl::Span<const TokenTrace> SourceMap::TokensOf(size_t piece) {
  if (pieces_.empty()) {
    pieces_.resize(piece_count());
  }
  Piece& state = pieces_[piece];
  if (!state.mapped) {
    const Checkpoint from = PieceBegin(piece);
    const Checkpoint to = PieceEnd(piece);
    const std::string_view text =
        original_.substr(from.original, to.original - from.original);
    state.mapped = true;
    state.begin = static_cast<uint32_t>(tokens_.size());
    if (!TraceAsciiTokens(text, to.canonical - from.canonical, &tokens_)) {
      TraceTokens(text, /*wildcards=*/false, &scratch_, &traced_);
      tokens_.insert(tokens_.end(), traced_.begin(), traced_.end());
    }
    state.end = static_cast<uint32_t>(tokens_.size());
  }
  return absl::MakeConstSpan(tokens_).subspan(state.begin,
                                              state.end - state.begin);
}

uint32_t SourceMap::PassMarks(uint32_t source_end) const {
  while (source_end < original_.size() &&
         static_cast<uint8_t>(original_[source_end]) >= 0x80 &&
         IsMark(DecodeUtf8(original_.data() + source_end))) {
    source_end += Utf8Size(original_[source_end]);
  }
  return source_end;
}

ByteSpan SourceMap::ToOriginal(ByteSpan canonical) {
  const auto after = std::upper_bound(
      checkpoints_.begin(), checkpoints_.end(), canonical.begin,
      [](uint32_t at, const Checkpoint& c) { return at < c.canonical; });
  auto piece = static_cast<size_t>(after - checkpoints_.begin());
  Checkpoint from = PieceBegin(piece);
  absl::Span<const TokenTrace> tokens = TokensOf(piece);
  auto token = std::upper_bound(
      tokens.begin(), tokens.end(), canonical.begin - from.canonical,
      [](uint32_t at, const TokenTrace& t) { return at < t.canonical_begin; });
  PRESSHAWK_DCHECK(token != tokens.begin());
  --token;
  const uint32_t begin = from.original + token->source.begin;
  uint32_t end = 0;
  while (true) {
    for (; token != tokens.end() &&
           from.canonical + token->canonical_begin < canonical.end;
         ++token) {
      end = std::max(end, from.original + token->source.end);
    }
    if (token != tokens.end() || ++piece == piece_count() ||
        PieceBegin(piece).canonical >= canonical.end) {
      return {begin, PassMarks(end)};
    }
    from = PieceBegin(piece);
    tokens = TokensOf(piece);
    token = tokens.begin();
  }
}

}  // namespace presshawk
