// Hashes of tokens and of pairs of neighbours, and the filter of them, the same
// where the index is built and where it is asked. They need not be good against
// an enemy: whatever is found is compared byte by byte.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace presshawk::tokens {

// Static: a file compiled for another instruction set has its own.

// Bytes behind a token that a hash may read.
inline constexpr size_t kHashPaddingBytes = 8;

static inline uint64_t LoadWord(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// PERF: names are short, and their sizes no branch can foresee: up to 16 bytes
// are two words of each, which overlap. REQUIRES: size >= 1, and
// kHashPaddingBytes bytes behind both can be read.
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

// Of the first and last 8 bytes and the size: tokens that differ elsewhere are
// few, and told apart by the comparison. REQUIRES: size >= 1, and
// kHashPaddingBytes bytes behind the token can be read.
static inline uint64_t TokenHash(const char* token, size_t size) {
  const size_t head = size < 8 ? size : 8;
  const uint64_t mask = ~uint64_t{0} >> (64 - 8 * head);
  const uint64_t first = LoadWord(token) & mask;
  const uint64_t last = LoadWord(token + size - head) & mask;
  // Two rounds of multiply and fold: the index takes the highest bits.
  uint64_t hash = first * 0x9E3779B97F4A7C15U + (last ^ (uint64_t{size} << 56));
  hash ^= hash >> 32;
  return hash * 0xD6E8FEB86659FD93U;
}

// Of a token's first or last bytes, its edges, for wildcards. What lies around
// a shorter token is hashed with it.
inline constexpr uint32_t kEdgeBytesMin = 2;
inline constexpr uint32_t kEdgeBytesMax = 4;
static inline uint64_t HeadHash(const char* token, uint32_t edge_bytes) {
  const uint64_t edge = LoadWord(token) << (64 - 8 * edge_bytes);
  return (edge | edge_bytes) * 0xFF51AFD7ED558CCDU;
}
// REQUIRES: kEdgeBytesMax bytes before `token_end`.
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

// A filter is a table of words, and a hash two bits of one of them. PERF: asks
// the memory once, as a bit would, and passes for nothing as seldom as a bit in
// a table four times as large.
//
// The word is a hash's highest 64 - `shift` bits, the two bits its next six and
// six more. REQUIRES: shift in [12, 63].
static inline uint64_t FilterBits(uint32_t shift, uint64_t hash) {
  return uint64_t{1} << (hash >> (shift - 6) & 63) |
         uint64_t{1} << (hash >> (shift - 12) & 63);
}
// PERF: not by way of FilterBits(), with which the scan has 0.93 of its rate.
static inline bool PassesFilter(const uint64_t* filter, uint32_t shift,
                                uint64_t hash) {
  const uint64_t word = filter[hash >> shift];
  return (word >> (hash >> (shift - 6) & 63) &
          word >> (hash >> (shift - 12) & 63) & 1) != 0;
}

}  // namespace presshawk::tokens
