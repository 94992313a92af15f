// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "core/text/ascii_block.h"

namespace presshawk {
namespace {

// Bytes of `block` within [low, high].
uint64_t InRange(__m512i block, char low, char high) {
  return _mm512_cmple_epu8_mask(
      _mm512_sub_epi8(block, _mm512_set1_epi8(low)),
      _mm512_set1_epi8(static_cast<char>(high - low)));
}

}  // namespace

// PERF: the same steps as AsciiBlockAvx2 on 64 bytes, the kept ones moved
// together by one instruction. The store is a whole register's: the masked one
// is slow on some processors.
AsciiBlock AsciiBlockAvx512(const char* text, uint32_t limit, char next,
                            bool in_token, bool lone, char* out) {
  const __m512i block = _mm512_loadu_si512(text);
  const uint64_t not_ascii = _mm512_movepi8_mask(block);
  const uint32_t size = std::min<uint32_t>(
      limit,
      not_ascii == 0 ? 64 : static_cast<uint32_t>(std::countr_zero(not_ascii)));
  if (size == 0) {
    return {0, 0, in_token, lone};
  }
  const uint64_t valid = size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1;
  const __m512i lower = _mm512_or_si512(block, _mm512_set1_epi8(0x20));
  const uint64_t alpha = InRange(lower, 'a', 'z') & valid;
  const uint64_t token = alpha | (InRange(block, '0', '9') & valid);
  const uint64_t token_before = (token << 1) | (in_token ? 1U : 0U);
  const uint64_t alone = alpha & ~token_before & ~(token >> 1);
  const uint64_t stops =
      _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('.')) & valid;
  const char behind = size == 64 ? next : text[size];
  const uint64_t letter_behind =
      (alpha >> 1) | (uint64_t{MayBeginLetter(behind) ? 1U : 0U} << (size - 1));
  if ((stops & ((alone << 1) | (lone ? 1U : 0U)) & letter_behind) != 0)
      [[unlikely]] {
    return {0, 0, in_token, lone};
  }
  const __m512i folded = _mm512_mask_mov_epi8(
      _mm512_mask_mov_epi8(_mm512_set1_epi8(' '), token, block), alpha, lower);
  const uint64_t keep = (token | token_before) & valid;
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, folded));
  const uint64_t last = uint64_t{1} << (size - 1);
  return {.consumed = size,
          .written = static_cast<uint32_t>(std::popcount(keep)),
          .ends_in_token = (token & last) != 0,
          .ends_lone = (alone & last) != 0};
}

}  // namespace presshawk
