// SPDX-License-Identifier: Apache-2.0
// The two loops that a signature spends its time in: hashing the tokens of a
// canonical field, and hashing all runs of four of them. Each is written once
// more for AVX2, with the same results.
//
// THREAD SAFETY. Pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/stories/token_stream.h"

namespace presshawk::stories {

// The tokens of a text as the kernels write them. The arrays have
// room behind their ends for what a kernel writes or reads too much.
struct TokenArrays {
  uint32_t* spaces;  // Scratch: one more than there are tokens, + kTokenSlack.
  uint32_t* hashes;  // One per token, + kTokenSlack.
  uint32_t* digits;  // Indexes of tokens that begin with a digit, + 1.
};
inline constexpr size_t kTokenSlack = 64;

struct TokenCounts {
  size_t tokens;
  size_t digits;
};

// A hash of each run is the Mix() of the sum of its tokens' hashes, each times
// the factor of its place. Runs of three have a fourth factor of zero.
using RunFactors = std::array<uint32_t, 4>;

struct TokenKernel {
  // Writes the hashes of the tokens of `field`, which is a space and then
  // tokens, each with a space behind it. REQUIRES: 64 bytes behind `field` can
  // be read; the arrays have room for field.size() / 2 tokens.
  TokenCounts (*hash_tokens)(std::string_view field, TokenArrays out);
  // Writes to `out` the hashes of `runs` runs that are at most `bound`, in the
  // order of the text, and returns their number. REQUIRES: `hashes` has
  // runs + 3 values and 8 more that can be read; `out` has room for runs + 8.
  size_t (*small_runs)(const uint32_t* hashes, size_t runs,
                       const RunFactors& factors, uint32_t bound,
                       uint32_t* out);
};

extern const TokenKernel kPortableKernel;
// REQUIRES: the processor has AVX2, BMI and POPCNT.
extern const TokenKernel kAvx2Kernel;
// The fastest one that this processor can run.
const TokenKernel& BestTokenKernel();

// ---- shared by the kernels; static, so that each file has a copy for its own
// instruction set ----

// Writes the offset of each space. `spaces_of(bytes)` returns which of 64 bytes
// are spaces, as bits.
template <typename SpacesOf>
static inline size_t FindSpaces(std::string_view field, SpacesOf spaces_of,
                                uint32_t* offsets) {
  constexpr int kMostSpaces = 16;
  size_t found = 0;
  for (size_t at = 0; at < field.size(); at += 64) {
    uint64_t bits = spaces_of(field.data() + at);
    if (field.size() - at < 64) {
      bits &= (uint64_t{1} << (field.size() - at)) - 1;
    }
    const auto count = static_cast<size_t>(std::popcount(bits));
    const auto take = [&] {
      const int bit = std::countr_zero(bits);
      bits &= bits - 1;
      return static_cast<uint32_t>(at) + static_cast<uint32_t>(bit);
    };
    // PERF: how many words stand in 64 bytes cannot be predicted, but there are
    // hardly ever more than 16. What is written too much is overwritten.
    uint32_t* to = offsets + found;
    for (int i = 0; i < kMostSpaces; ++i) {
      *to++ = take();
    }
    while (bits != 0) {
      *to++ = take();
    }
    found += count;
  }
  return found;
}

template <typename SpacesOf>
static inline TokenCounts HashTokensBetween(std::string_view field,
                                            SpacesOf spaces_of,
                                            TokenArrays out) {
  const size_t spaces = FindSpaces(field, spaces_of, out.spaces);
  TokenCounts counts = {.tokens = spaces == 0 ? 0 : spaces - 1, .digits = 0};
  for (size_t i = 0; i < counts.tokens; ++i) {
    const size_t begin = out.spaces[i] + size_t{1};
    const char* const token = field.data() + begin;
    out.hashes[i] = HashToken(token, out.spaces[i + 1] - begin);
    out.digits[counts.digits] = static_cast<uint32_t>(i);
    counts.digits += static_cast<unsigned char>(*token - '0') < 10 ? 1 : 0;
  }
  return counts;
}

}  // namespace presshawk::stories
