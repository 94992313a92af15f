// SPDX-License-Identifier: Apache-2.0
// The ASCII kernels classify a block of bytes, lower-case it, and compact it,
// all at once.
#pragma once

#include <cstdint>

namespace presshawk {

struct AsciiBlock {
  uint32_t consumed;  // The number of leading ASCII bytes that were taken.
  uint32_t written;
  bool ends_in_token;
  bool ends_lone;  // Whether the last token is one letter so far.
};

// Takes the leading ASCII bytes of the block at `text` (32 or 64 bytes, all of
// which can be read), but at most `limit`, and writes their canonical form to
// `out`, which has room for the block and 8 bytes. `in_token` and `lone` are
// the state before the block, and `next` is the byte behind it, or 0. Consumes
// nothing if a stop might join an acronym: the caller then goes byte by byte.
using AsciiBlockFunction = AsciiBlock (*)(const char* text, uint32_t limit,
                                          char next, bool in_token, bool lone,
                                          char* out);

// For 32 bytes. REQUIRES: the processor has AVX2 and BMI.
AsciiBlock AsciiBlockAvx2(const char* text, uint32_t limit, char next,
                          bool in_token, bool lone, char* out);
// For 64 bytes. REQUIRES: the processor has AVX-512 BW and VBMI2.
AsciiBlock AsciiBlockAvx512(const char* text, uint32_t limit, char next,
                            bool in_token, bool lone, char* out);

// Whether a letter can begin with this byte.
inline bool MayBeginLetter(char c) {
  const auto byte = static_cast<uint8_t>(c);
  const uint8_t lower = byte | 0x20;
  return byte >= 0x80 || (lower >= 'a' && lower <= 'z');
}

}  // namespace presshawk
