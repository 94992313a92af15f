// The ASCII kernels: a block of bytes, classified, lower-cased and compacted at
// once.
#pragma once

#include <cstdint>

namespace presshawk {

struct AsciiBlock {
  uint32_t consumed;  // Leading ASCII bytes that were taken; the rest is not.
  uint32_t written;
  bool ends_in_token;
  bool ends_lone;  // The last token is one letter so far.
};

// Takes the leading ASCII bytes of the block at `text` (32 or 64 bytes, all of
// which can be read), at most `limit` of them, with the state before them, and
// writes what they become to `out` (which has room for the block and 8 bytes).
// Consumes nothing where a stop could join an acronym: the caller then goes
// byte by byte. `next` is the byte behind the block, or 0.
using AsciiBlockFunction = AsciiBlock (*)(const char* text, uint32_t limit,
                                          char next, bool in_token, bool lone,
                                          char* out);

// 32 bytes. REQUIRES: the processor has AVX2 and BMI.
AsciiBlock AsciiBlockAvx2(const char* text, uint32_t limit, char next,
                          bool in_token, bool lone, char* out);
// 64 bytes. REQUIRES: AVX-512 BW and VBMI2.
AsciiBlock AsciiBlockAvx512(const char* text, uint32_t limit, char next,
                            bool in_token, bool lone, char* out);

// Whether a letter can begin with this byte.
inline bool MayBeginLetter(char c) {
  const auto byte = static_cast<uint8_t>(c);
  const uint8_t lower = byte | 0x20;
  return byte >= 0x80 || (lower >= 'a' && lower <= 'z');
}

}  // namespace presshawk
