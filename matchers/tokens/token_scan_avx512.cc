// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "matchers/tokens/token_scan.h"

namespace presshawk::tokens {

void ScanAvx512(const TokenIndex& index, std::string_view canonical,
                HitStore* hits) {
  const auto spaces_of = [](const char* bytes) -> uint64_t {
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(bytes),
                                  _mm512_set1_epi8(' '));
  };
  ScanTokens(index, canonical, spaces_of, hits);
}

}  // namespace presshawk::tokens
