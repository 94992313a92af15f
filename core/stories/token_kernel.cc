// SPDX-License-Identifier: Apache-2.0
#include "core/stories/token_kernel.h"

namespace presshawk::stories {
namespace {

// Which of eight bytes are spaces, as eight bits. Unlike in TokenSize(), those
// above the first space must be right as well, so nothing may carry over.
uint64_t SpacesOfEight(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101U;
  constexpr uint64_t kLow = kOnes * 0x7F;
  const uint64_t word = LoadBytes(bytes) ^ (kOnes * ' ');
  const uint64_t zeros = ~(((word & kLow) + kLow) | word | kLow);
  return (zeros >> 7) * 0x0102040810204080U >> 56;
}

uint64_t SpacesOf(const char* bytes) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < 8; ++i) {
    bits |= SpacesOfEight(bytes + size_t{8} * i) << (8 * i);
  }
  return bits;
}

TokenCounts HashTokens(std::string_view field, TokenArrays out) {
  return HashTokensBetween(field, SpacesOf, out);
}

size_t SmallRuns(const uint32_t* hashes, size_t runs, const RunFactors& factors,
                 uint32_t bound, uint32_t* out) {
  size_t count = 0;
  for (size_t i = 0; i < runs; ++i) {
    const uint32_t hash =
        Mix(hashes[i] * factors[0] + hashes[i + 1] * factors[1] +
            hashes[i + 2] * factors[2] + hashes[i + 3] * factors[3]);
    out[count] = hash;
    count += hash <= bound ? 1 : 0;
  }
  return count;
}

}  // namespace

const TokenKernel kPortableKernel = {.hash_tokens = HashTokens,
                                     .small_runs = SmallRuns};

const TokenKernel& BestTokenKernel() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") &&
                               __builtin_cpu_supports("bmi") &&
                               __builtin_cpu_supports("popcnt");
  return has_avx2 ? kAvx2Kernel : kPortableKernel;
#else
  return kPortableKernel;
#endif
}

}  // namespace presshawk::stories
