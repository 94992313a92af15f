// SPDX-License-Identifier: Apache-2.0
#include "matchers/tokens/token_scan.h"

namespace presshawk::tokens {
namespace {

// Eight bytes at a time: a byte of x is zero where the text has a space, and
// the highest bits of those bytes are gathered by a multiplication.
uint64_t SpacesOf(const char* bytes) {
  constexpr uint64_t kLow = 0x7F7F7F7F7F7F7F7FU;
  uint64_t spaces = 0;
  for (size_t i = 0; i < 8; ++i) {
    const uint64_t x = LoadWord(bytes + 8 * i) ^ 0x2020202020202020U;
    const uint64_t zero = ~(((x & kLow) + kLow) | x | kLow);
    spaces |= ((zero >> 7) * 0x0102040810204080U >> 56) << (8 * i);
  }
  return spaces;
}

}  // namespace

void ScanPortable(const TokenIndex& index, std::string_view canonical,
                  HitStore* hits) {
  ScanTokens(index, canonical, SpacesOf, hits);
}

}  // namespace presshawk::tokens
