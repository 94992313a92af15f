// The ASCII kernel: a block of up to 32 bytes, classified, lower-cased and
// compacted at once.
#pragma once

#include <cstdint>

namespace presshawk {

struct AsciiBlock {
  uint32_t consumed;  // Leading ASCII bytes that were taken; the rest is not.
  uint32_t written;
  bool ends_in_token;
  bool ends_lone;  // The last token is one letter so far.
};

// Takes the leading ASCII bytes of the 32 at `text`, at most `limit` of them,
// with the state before them, and writes what they become to `out` (which has
// room for 40 bytes). Consumes nothing where a stop could join an acronym: the
// caller then goes byte by byte. `next` is the byte behind the block, or 0.
using AsciiBlockFunction = AsciiBlock (*)(const char* text, uint32_t limit,
                                          char next, bool in_token, bool lone,
                                          char* out);

// REQUIRES: the processor has AVX2 and BMI.
AsciiBlock AsciiBlockAvx2(const char* text, uint32_t limit, char next,
                          bool in_token, bool lone, char* out);

}  // namespace presshawk
