// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "matchers/tokens/token_scan.h"

namespace presshawk::tokens {

void ScanAvx2(const TokenIndex& index, std::string_view canonical,
              HitStore* hits) {
  const auto spaces_of = [](const char* bytes) {
    const __m256i space = _mm256_set1_epi8(' ');
    const auto half = [&](const char* from) {
      const __m256i block =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
      return static_cast<uint32_t>(
          _mm256_movemask_epi8(_mm256_cmpeq_epi8(block, space)));
    };
    return half(bytes) | uint64_t{half(bytes + 32)} << 32;
  };
  ScanTokens(index, canonical, spaces_of, hits);
}

}  // namespace presshawk::tokens
