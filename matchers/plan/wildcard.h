// Wildcard patterns, and terms too long for an engine: an engine looks for
// their longest literal piece, and they are verified on the tokens around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  std::vector<std::string> tokens_;
  std::string piece_;
  // Its piece with its spaces says it all: `elect*`, `*gate`, `*lect*`.
  bool is_piece_ = false;
  size_t piece_token_ = 0;  // Index of the token in which the piece begins.
};

// Whether `glob` stands for all of `token`: `*` any run of characters, `?`
// exactly one code point.
bool MatchesGlob(std::string_view glob, std::string_view token,
                 bool question_is_wild = true);

}  // namespace presshawk
