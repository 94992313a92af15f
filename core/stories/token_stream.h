// SPDX-License-Identifier: Apache-2.0
// Hashes of canonical tokens and of runs of them, as signatures store them.
// Their constants are part of the stored format: never change them within a
// version of it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace presshawk::stories {

static inline uint64_t LoadBytes(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The finalizer of MurmurHash3 (Austin Appleby, public domain): each bit of
// `hash` affects each bit of the result.
static inline uint32_t Mix(uint32_t hash) {
  hash ^= hash >> 16;
  hash *= 0x85EBCA6BU;
  hash ^= hash >> 13;
  hash *= 0xC2B2AE35U;
  return hash ^ hash >> 16;
}

// Hashes all bytes of a token, eight at a time; the last eight may overlap
// those before. REQUIRES: size >= 1, and 8 bytes behind the token can be read.
static inline uint32_t HashToken(const char* token, size_t size) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15U;
  const size_t head = size < 8 ? size : 8;
  const uint64_t mask = ~uint64_t{0} >> (64 - 8 * head);
  uint64_t hash = (LoadBytes(token) & mask) * kMultiplier + size;
  for (size_t at = 8; at + 8 < size; at += 8) {
    hash = (std::rotl(hash, 29) ^ LoadBytes(token + at)) * kMultiplier;
  }
  const uint64_t last = LoadBytes(token + size - head) & mask;
  hash = (std::rotl(hash, 29) ^ last) * 0xD6E8FEB86659FD93U;
  return static_cast<uint32_t>(hash >> 32);
}

// Returns the number of bytes before the next space. REQUIRES: there is a
// space, and it and 8 bytes behind it can be read.
static inline size_t TokenSize(const char* token) {
  constexpr uint64_t kOnes = 0x0101010101010101U;
  for (size_t at = 0;; at += 8) {
    // A byte that is a space becomes zero. The high bit of the lowest zero byte
    // is then the lowest bit that is set.
    const uint64_t word = LoadBytes(token + at) ^ (kOnes * ' ');
    const uint64_t zeros = (word - kOnes) & ~word & (kOnes << 7);
    if (zeros != 0) {
      return at + static_cast<size_t>(std::countr_zero(zeros)) / 8;
    }
  }
}

}  // namespace presshawk::stories
