// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/text/ascii_block.h"

namespace presshawk {
namespace {

// For each set of kept bytes of eight: the shuffle that moves them together.
struct CompactTable {
  alignas(64) std::array<std::array<uint8_t, 8>, 256> shuffle;
  constexpr CompactTable() : shuffle() {
    for (unsigned keep = 0; keep < 256; ++keep) {
      unsigned to = 0;
      for (unsigned from = 0; from < 8; ++from) {
        if ((keep >> from & 1) != 0) {
          shuffle[keep][to++] = static_cast<uint8_t>(from);
        }
      }
      for (; to < 8; ++to) {
        shuffle[keep][to] = 0x80;
      }
    }
  }
};
constexpr CompactTable kCompact;

// Writes the bytes of `block` whose bit of `keep` is set; returns their end.
char* Compact(__m256i block, uint32_t keep, char* out) {
  alignas(32) std::array<uint64_t, 4> lanes;
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes.data()), block);
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned keep8 = keep >> (8 * i) & 0xFF;
    const __m128i shuffle = _mm_loadl_epi64(
        reinterpret_cast<const __m128i*>(kCompact.shuffle[keep8].data()));
    const __m128i moved = _mm_shuffle_epi8(
        _mm_cvtsi64_si128(static_cast<int64_t>(lanes[i])), shuffle);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), moved);
    out += std::popcount(keep8);
  }
  return out;
}

// Bytes of `block` within [low, high], both ASCII.
__m256i InRange(__m256i block, char low, char high) {
  // As signed comparison: bytes of 0x80 and above are below every ASCII byte.
  return _mm256_and_si256(
      _mm256_cmpgt_epi8(block, _mm256_set1_epi8(static_cast<char>(low - 1))),
      _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(high + 1)), block));
}

uint32_t Mask(__m256i bytes) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
}

}  // namespace

// PERF: 32 bytes in about 20 instructions where nothing is dropped, 45 where
// separators are; the byte-by-byte automaton takes some 10 a byte.
AsciiBlock AsciiBlockAvx2(const char* text, uint32_t limit, char next,
                          bool in_token, bool lone, char* out) {
  const __m256i block =
      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const uint32_t not_ascii = Mask(block);
  const uint32_t size = std::min<uint32_t>(
      limit,
      not_ascii == 0 ? 32 : static_cast<uint32_t>(std::countr_zero(not_ascii)));
  if (size == 0) {
    return {0, 0, in_token, lone};
  }
  const uint32_t valid = size == 32 ? ~0U : (1U << size) - 1;
  const __m256i lower = _mm256_or_si256(block, _mm256_set1_epi8(0x20));
  const __m256i is_alpha = InRange(lower, 'a', 'z');
  const __m256i is_digit = InRange(block, '0', '9');
  const __m256i is_token = _mm256_or_si256(is_alpha, is_digit);
  const uint32_t alpha = Mask(is_alpha) & valid;
  const uint32_t token = Mask(is_token) & valid;
  const uint32_t token_before = (token << 1) | (in_token ? 1U : 0U);
  // Letters with no token character on either side (the last one's right side
  // is open).
  const uint32_t alone = alpha & ~token_before & ~(token >> 1);
  const uint32_t stops =
      Mask(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('.'))) & valid;
  const char behind = size == 32 ? next : text[size];
  const uint32_t letter_behind =
      (alpha >> 1) | ((MayBeginLetter(behind) ? 1U : 0U) << (size - 1));
  const uint32_t joining =
      stops & ((alone << 1) | (lone ? 1U : 0U)) & letter_behind;
  if (joining != 0) [[unlikely]] {
    return {0, 0, in_token, lone};
  }
  // Token characters in lower case, all else as spaces; of spaces only those
  // behind a token character.
  const __m256i folded =
      _mm256_blendv_epi8(_mm256_set1_epi8(' '),
                         _mm256_blendv_epi8(block, lower, is_alpha), is_token);
  const uint32_t keep = (token | token_before) & valid;
  AsciiBlock result;
  result.consumed = size;
  if (keep == ~0U) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), folded);
    result.written = 32;
  } else {
    result.written = static_cast<uint32_t>(Compact(folded, keep, out) - out);
  }
  const uint32_t last = 1U << (size - 1);
  result.ends_in_token = (token & last) != 0;
  result.ends_lone = (alone & last) != 0;
  return result;
}

}  // namespace presshawk
