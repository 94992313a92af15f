// SPDX-License-Identifier: Apache-2.0
// Maps the canonical tokens of one field back to its original, and the other
// way (SPEC A5, A6). The hot path stores only checkpoints. Each piece between
// two checkpoints is mapped when it is first asked for, once per article.
//
// Canonical offsets count from behind the first space of the field.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/hit.h"
#include "core/text/canonicalizer.h"

namespace presshawk {

// THREAD SAFETY. None. Allocates only for a new maximum.
class SourceMap {
 public:
  // Starts with another text, which must live until the last call for it.
  void Reset(std::string_view original);
  // CanonicalizeText() fills these.
  std::vector<Checkpoint>* checkpoints() { return &checkpoints_; }
  // Call it after CanonicalizeText(), with the size of the canonical text.
  void set_canonical_size(uint32_t size) { canonical_size_ = size; }

  // Maps the tokens in `canonical` to the original. REQUIRES: it runs from the
  // first byte of a token to past the last byte of a token.
  ByteSpan ToOriginal(ByteSpan canonical);

  // ---- piece by piece ----
  size_t piece_count() const { return checkpoints_.size() + 1; }
  // The piece that holds a byte of the original.
  size_t PieceAt(uint32_t original_offset) const;
  Checkpoint PieceBegin(size_t piece) const {
    return piece == 0 ? Checkpoint{0, 0} : checkpoints_[piece - 1];
  }
  // Its tokens, with offsets from its start. Valid until the next call.
  absl::Span<const TokenTrace> TokensOf(size_t piece);
  // The end of a token whose source ends at `source_end`: marks that directly
  // follow belong to it (A5).
  uint32_t PassMarks(uint32_t source_end) const;

 private:
  struct Piece {
    bool mapped = false;
    uint32_t begin = 0;  // tokens_[begin, end).
    uint32_t end = 0;
  };
  Checkpoint PieceEnd(size_t piece) const {
    return piece < checkpoints_.size()
               ? checkpoints_[piece]
               : Checkpoint{static_cast<uint32_t>(original_.size()),
                            canonical_size_};
  }

  std::string_view original_;
  uint32_t canonical_size_ = 0;
  std::vector<Checkpoint> checkpoints_;
  std::vector<Piece> pieces_;  // Empty until the first question.
  std::vector<TokenTrace> tokens_;
  CanonicalBuffer scratch_;
  std::vector<TokenTrace> traced_;
};

}  // namespace presshawk
