// Wildcard patterns, and terms too long for an engine: an engine looks for
// their longest literal piece, and they are verified on the tokens around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/hit.h"

namespace presshawk {

class WildcardPattern {
 public:
  // `pattern` as in Pattern::text: ` us elect* `.
  explicit WildcardPattern(std::string_view pattern);

  // What to look for, with the space where it is anchored: ` us elect`; of a
  // very long one the first kPieceBytesMax bytes. Where it occurs twice in a
  // token of the text, both lead to one hit.
  static constexpr size_t kPieceBytesMax = 1000;
  std::string_view piece() const { return piece_; }

  struct Verdict {
    bool holds = false;
    ByteSpan span;  // Of the occurrence, no spaces around.
    // An occurrence of the piece that begins before this leads to the same
    // verdict: the end of the text's token in which the piece begins.
    uint32_t same_until = 0;
  };
  // The occurrence around a piece that ends at byte `piece_end` of `text`.
  // Linear in the tokens it touches.
  Verdict Verify(std::string_view text, uint32_t piece_end) const;

 private:
  std::string pattern_;
  std::string piece_;
  // Its piece with its spaces says it all: `elect*`, `*gate`, `*lect*`.
  bool is_piece_ = false;
  size_t piece_token_ = 0;  // Index of the token in which the piece begins.
};

// The occurrence of `pattern` (as in Pattern::text) whose token behind
// `tokens_before` others is that at byte `begin` of `text`, no spaces around;
// nullopt where there is none. Linear in the tokens it touches.
std::optional<ByteSpan> MatchTokens(std::string_view pattern,
                                    size_t tokens_before, std::string_view text,
                                    uint32_t begin);

// Whether `glob` stands for all of `token`: `*` any run of characters, `?`
// exactly one code point.
bool MatchesGlob(std::string_view glob, std::string_view token,
                 bool question_is_wild = true);

}  // namespace presshawk
