// SPDX-License-Identifier: Apache-2.0
#include "core/text/ascii_trace.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace presshawk {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = kOnes << 7;

// The high bit of each ASCII byte of `bytes` that lies within [low, high].
constexpr uint64_t InRange(uint64_t bytes, unsigned char low,
                           unsigned char high) {
  return (bytes + kOnes * (0x80U - low)) & ~(bytes + kOnes * (0x7FU - high)) &
         kHighBits;
}

// The lowest bit of each of eight bytes, the others zero, side by side.
constexpr uint64_t BitsOf(uint64_t bytes) {
  return (bytes * 0x0102040810204080) >> 56;
}

// Bit i: byte i of eight is a letter or digit. REQUIRES: ASCII.
uint64_t TokenBytes(uint64_t bytes) {
  const uint64_t token =
      InRange(bytes | kOnes * 0x20, 'a', 'z') | InRange(bytes, '0', '9');
  return BitsOf(token >> 7);
}

// Bytes of the dash, quotation mark or no-break space at `at` that the
// canonical text has a space for; 0 for any other code point.
uint32_t PlainSeparatorSize(std::string_view text, uint32_t at) {
  const auto byte = [text, at](uint32_t i) {
    return static_cast<uint8_t>(text[at + i]);
  };
  if (byte(0) == 0xC2 && byte(1) == 0xA0) {
    return 2;
  }
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    const bool dash = byte(2) >= 0x90 && byte(2) <= 0x95;   // U+2010-2015
    const bool quote = byte(2) >= 0x98 && byte(2) <= 0x9F;  // U+2018-201F
    return dash || quote ? 3 : 0;
  }
  return 0;
}

// Sixty-four bytes, or what is left, as bits.
struct Block {
  uint64_t tokens = 0;  // Letters and digits.
  uint64_t not_ascii = 0;
};

Block Classify(std::string_view bytes) {
  std::array<uint64_t, 8> words = {};
  std::memcpy(words.data(), bytes.data(), std::min<size_t>(64, bytes.size()));
  Block block;
  for (size_t i = 0; i < words.size(); ++i) {
    const uint64_t high = (words[i] & kHighBits) >> 7;
    block.tokens |= TokenBytes(words[i] & ~(high * 0xFF)) << (8 * i);
    block.not_ascii |= BitsOf(high) << (8 * i);
  }
  return block;
}

}  // namespace

// PERF: words are where bits of a mask begin and end: 5 x the automaton.
bool TraceAsciiTokens(std::string_view piece, uint32_t canonical_size,
                      std::vector<TokenTrace>* trace) {
  const size_t traced_before = trace->size();
  uint32_t canonical = 0;
  uint32_t begin = 0;
  bool in_token = false;
  const auto turn = [&](uint32_t at) {
    if (in_token) {
      trace->push_back({canonical, {begin, at}});
      canonical += at - begin + 1;
    }
    in_token = !in_token;
    begin = at;
  };
  uint32_t separator_end = 0;
  const auto size = static_cast<uint32_t>(piece.size());
  for (uint32_t at = 0; at < size; at += 64) {
    Block block = Classify(piece.substr(at));
    for (; block.not_ascii != 0; block.not_ascii &= block.not_ascii - 1) {
      const uint32_t byte =
          at + static_cast<uint32_t>(std::countr_zero(block.not_ascii));
      if (byte < separator_end) {
        continue;
      }
      const uint32_t bytes = PlainSeparatorSize(piece, byte);
      if (bytes == 0) {
        trace->resize(traced_before);
        return false;
      }
      separator_end = byte + bytes;
    }
    const uint64_t tokens = block.tokens;
    uint64_t turns = tokens ^ (tokens << 1 | (in_token ? 1U : 0U));
    for (; turns != 0; turns &= turns - 1) {
      turn(at + static_cast<uint32_t>(std::countr_zero(turns)));
    }
  }
  if (in_token) {
    turn(size);
  }
  if (canonical != canonical_size) {
    trace->resize(traced_before);
    return false;
  }
  return true;
}

}  // namespace presshawk
