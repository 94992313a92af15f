// From the canonical tokens of one field back to what they stand for in its
// original (SPEC A5, A6), and the other way. Nothing is kept of it on the hot
// path but the checkpoints; each piece between two of them is mapped at the
// first question that touches it, once an article.
//
// Canonical offsets count from behind the field's first space.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/model/hit.h"
#include "core/text/canonicalizer.h"

namespace presshawk {

// THREAD SAFETY. None. Allocates only beyond its high-water mark.
class SourceMap {
 public:
  // Starts with another text, which must live as long as questions are asked.
  void Reset(std::string_view original);
  // For CanonicalizeText().
  std::vector<Checkpoint>* checkpoints() { return &checkpoints_; }
  // Once the text is canonicalized, to so many bytes.
  void set_canonical_size(uint32_t size) { canonical_size_ = size; }

  // What the tokens in `canonical` stand for. REQUIRES: it runs from the first
  // byte of a token to past the last byte of a token.
  ByteSpan ToOriginal(ByteSpan canonical);

  // ---- piece by piece ----
  size_t piece_count() const { return checkpoints_.size() + 1; }
  // The piece that holds a byte of the original.
  size_t PieceAt(uint32_t original_offset) const;
  Checkpoint PieceBegin(size_t piece) const {
    return piece == 0 ? Checkpoint{0, 0} : checkpoints_[piece - 1];
  }
  // Its tokens; offsets count from its begin. Valid until the next call.
  absl::Span<const TokenTrace> TokensOf(size_t piece);
  // Past the last byte that belongs to a token whose source ends at
  // `source_end`: marks that directly follow do (A5).
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
  std::vector<Piece> pieces_;  // Empty until somebody asks.
  std::vector<TokenTrace> tokens_;
  CanonicalBuffer scratch_;
  std::vector<TokenTrace> traced_;
};

}  // namespace presshawk
