// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "core/stories/token_kernel.h"

namespace presshawk::stories {
namespace {

// For each set of kept lanes of eight: the permutation that moves them
// together.
struct CompactTable {
  alignas(64) std::array<std::array<uint8_t, 8>, 256> from;
  constexpr CompactTable() : from() {
    for (unsigned keep = 0; keep < 256; ++keep) {
      unsigned to = 0;
      for (unsigned lane = 0; lane < 8; ++lane) {
        if ((keep >> lane & 1) != 0) {
          from[keep][to++] = static_cast<uint8_t>(lane);
        }
      }
    }
  }
};
constexpr CompactTable kCompact;

uint32_t SpacesOfHalf(const char* bytes) {
  const __m256i block =
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  return static_cast<uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8(' '))));
}

uint64_t SpacesOf(const char* bytes) {
  return SpacesOfHalf(bytes) | uint64_t{SpacesOfHalf(bytes + 32)} << 32;
}

TokenCounts HashTokens(std::string_view field, TokenArrays out) {
  return HashTokensBetween(field, SpacesOf, out);
}

__m256i Load(const uint32_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

__m256i Splat(uint32_t value) {
  return _mm256_set1_epi32(static_cast<int>(value));
}

// Mix() of eight hashes.
__m256i MixEight(__m256i hash) {
  hash = _mm256_xor_si256(hash, _mm256_srli_epi32(hash, 16));
  hash = _mm256_mullo_epi32(hash, Splat(0x85EBCA6BU));
  hash = _mm256_xor_si256(hash, _mm256_srli_epi32(hash, 13));
  hash = _mm256_mullo_epi32(hash, Splat(0xC2B2AE35U));
  return _mm256_xor_si256(hash, _mm256_srli_epi32(hash, 16));
}

size_t SmallRuns(const uint32_t* hashes, size_t runs, const RunFactors& factors,
                 uint32_t bound, uint32_t* out) {
  const __m256i f0 = Splat(factors[0]), f1 = Splat(factors[1]);
  const __m256i f2 = Splat(factors[2]), f3 = Splat(factors[3]);
  const __m256i bounds = Splat(bound);
  size_t count = 0;
  for (size_t i = 0; i < runs; i += 8) {
    const __m256i first =
        _mm256_add_epi32(_mm256_mullo_epi32(Load(hashes + i), f0),
                         _mm256_mullo_epi32(Load(hashes + i + 1), f1));
    const __m256i last =
        _mm256_add_epi32(_mm256_mullo_epi32(Load(hashes + i + 2), f2),
                         _mm256_mullo_epi32(Load(hashes + i + 3), f3));
    const __m256i hash = MixEight(_mm256_add_epi32(first, last));
    const __m256i is_small =
        _mm256_cmpeq_epi32(_mm256_max_epu32(hash, bounds), bounds);
    auto keep = static_cast<uint32_t>(
        _mm256_movemask_ps(_mm256_castsi256_ps(is_small)));
    if (runs - i < 8) {
      keep &= (1U << (runs - i)) - 1;
    }
    const __m256i from = _mm256_cvtepu8_epi32(_mm_loadl_epi64(
        reinterpret_cast<const __m128i*>(kCompact.from[keep].data())));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + count),
                        _mm256_permutevar8x32_epi32(hash, from));
    count += static_cast<size_t>(std::popcount(keep));
  }
  return count;
}

}  // namespace

const TokenKernel kAvx2Kernel = {.hash_tokens = HashTokens,
                                 .small_runs = SmallRuns};

}  // namespace presshawk::stories
