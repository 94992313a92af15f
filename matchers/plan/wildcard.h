// SPDX-License-Identifier: Apache-2.0
// Wildcard patterns, and terms that are too long for an engine. An engine looks
// for their longest literal piece, and the tokens around it are then verified.
//
//   WildcardPattern pattern(" us elect* ");  // piece(): ` us elect`
//   auto verdict = pattern.Verify(text, end_of_a_piece);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/hit.h"

namespace presshawk {

class WildcardPattern {
 public:
  // `pattern` is a Pattern::text, such as ` us elect* `.
  explicit WildcardPattern(std::string_view pattern);

  // The piece to look for, ` us elect`, with its space where it begins or ends
  // a token. A very long piece is cut to kPieceBytesMax bytes. Two places of
  // the piece within one token lead to one hit.
  static constexpr size_t kPieceBytesMax = 1000;
  std::string_view piece() const { return piece_; }

  struct Verdict {
    bool holds = false;
    ByteSpan span;  // The occurrence, without the spaces around it.
    // Any place of the piece that begins before this byte leads to the same
    // verdict. It is the end of the token in which the piece begins.
    uint32_t same_until = 0;
  };
  // Looks at the tokens around a piece that ends at byte `piece_end` of `text`.
  // Takes time that is linear in those tokens.
  Verdict Verify(std::string_view text, uint32_t piece_end) const;

 private:
  std::string pattern_;
  std::string piece_;
  // True if the piece with its spaces is all: `elect*`, `*gate`, `*lect*`.
  bool is_piece_ = false;
  size_t piece_token_ = 0;  // Index of the token in which the piece begins.
};

// Returns the occurrence of `pattern` (a Pattern::text) whose token with the
// index `tokens_before` begins at byte `begin` of `text`, without the spaces
// around it; nullopt if there is none. Linear in the tokens that it looks at.
std::optional<ByteSpan> MatchTokens(std::string_view pattern,
                                    size_t tokens_before, std::string_view text,
                                    uint32_t begin);

// Whether `glob` stands for the whole of `token`. `*` is any run of characters,
// and `?` is exactly one code point.
bool MatchesGlob(std::string_view glob, std::string_view token,
                 bool question_is_wild = true);

}  // namespace presshawk
