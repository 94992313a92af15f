// SPDX-License-Identifier: Apache-2.0
// Hashes of tokens and of pairs of neighbours, and the filter over them. The
// builder of the index and the scan loop share them. They need not withstand an
// attacker, because every candidate is compared byte by byte.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace presshawk::tokens {

// Static, so that each file has a copy for its own instruction set.

// The number of bytes behind a token that a hash may read.
inline constexpr size_t kHashPaddingBytes = 8;

static inline uint64_t LoadWord(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Compares two tokens. PERF: names are short, and no branch can predict their
// sizes, so up to 16 bytes are compared as two words that overlap.
// REQUIRES: size >= 1; kHashPaddingBytes bytes behind both can be read.
static inline bool SameBytes(const char* a, const char* b, size_t size) {
  const size_t edge = size < 8 ? size : 8;
  const size_t unused_bits = 64 - 8 * edge;
  if (size <= 16) {
    return ((LoadWord(a) ^ LoadWord(b)) << unused_bits |
            (LoadWord(a + size - edge) ^ LoadWord(b + size - edge))
                << unused_bits) == 0;
  }
  return std::memcmp(a, b, size) == 0;
}

// Hashes the first 8 bytes, the last 8 bytes and the size. Few tokens differ
// elsewhere only, and the comparison tells them apart. REQUIRES: size >= 1;
// kHashPaddingBytes bytes behind the token can be read.
static inline uint64_t TokenHash(const char* token, size_t size) {
  const size_t head = size < 8 ? size : 8;
  const uint64_t mask = ~uint64_t{0} >> (64 - 8 * head);
  const uint64_t first = LoadWord(token) & mask;
  const uint64_t last = LoadWord(token + size - head) & mask;
  // Multiply and fold twice, because the index uses the highest bits.
  uint64_t hash = first * 0x9E3779B97F4A7C15U + (last ^ (uint64_t{size} << 56));
  hash ^= hash >> 32;
  return hash * 0xD6E8FEB86659FD93U;
}

// Hashes an edge of a token, its first or last bytes, for wildcards. If the
// token is shorter, the bytes around it are hashed with it.
inline constexpr uint32_t kEdgeBytesMin = 2;
inline constexpr uint32_t kEdgeBytesMax = 4;
static inline uint64_t HeadHash(const char* token, uint32_t edge_bytes) {
  const uint64_t edge = LoadWord(token) << (64 - 8 * edge_bytes);
  return (edge | edge_bytes) * 0xFF51AFD7ED558CCDU;
}
// REQUIRES: kEdgeBytesMax bytes in front of `token_end` can be read.
static inline uint64_t TailHash(const char* token_end, uint32_t edge_bytes) {
  uint32_t word;
  std::memcpy(&word, token_end - kEdgeBytesMax, sizeof word);
  const uint64_t edge = uint64_t{word >> (32 - 8 * edge_bytes)}
                        << (64 - 8 * edge_bytes);
  return (edge | edge_bytes) * 0x94D049BB133111EBU;
}

static inline uint64_t PairHash(uint64_t first, uint64_t second) {
  return (std::rotl(first, 23) ^ second) * 0xC2B2AE3D27D4EB4FU;
}

// The filter is a table of words. Each hash sets two bits of one word. PERF: a
// lookup reads memory once, as with one bit per hash, and is as rarely wrong as
// one bit per hash in a table four times as large.
//
// The highest 64 - `shift` bits of a hash select the word; the next six bits,
// and the six after them, select the two bits. REQUIRES: shift is in [12, 63].
static inline uint64_t FilterBits(uint32_t shift, uint64_t hash) {
  return uint64_t{1} << (hash >> (shift - 6) & 63) |
         uint64_t{1} << (hash >> (shift - 12) & 63);
}
// PERF: does not call FilterBits(); with it, the scan is at 0.93 of its rate.
static inline bool PassesFilter(const uint64_t* filter, uint32_t shift,
                                uint64_t hash) {
  const uint64_t word = filter[hash >> shift];
  return (word >> (hash >> (shift - 6) & 63) &
          word >> (hash >> (shift - 12) & 63) & 1) != 0;
}

}  // namespace presshawk::tokens
