// SPDX-License-Identifier: Apache-2.0
#include "core/stories/furniture.h"

#include <algorithm>
#include <bit>

namespace presshawk {
namespace {

constexpr uint32_t kFurtherTitles = TitleCounts::kTitlesMax;
// A filter of 8 bits for each entry answers wrongly for about one in forty.
constexpr size_t kFilterBitsAnEntry = 8;

uint64_t MixKey(uint64_t key) {
  key = (key ^ key >> 32) * 0xD6E8FEB86659FD93U;
  key = (key ^ key >> 32) * 0xD6E8FEB86659FD93U;
  return key ^ key >> 32;
}

// Which title this is. Titles that differ in a number or a name mostly have
// their smallest hash in common: a daily page is one title, not hundreds.
uint16_t SmallestTitleHash(const Signature& signature) {
  return signature.title.size == 0 ? uint16_t{0} : signature.title.hashes[0];
}

// The three bits of a filter's word.
uint64_t FilterBits(uint64_t key) {
  return uint64_t{1} << (key & 63) | uint64_t{1} << (key >> 6 & 63) |
         uint64_t{1} << (key >> 12 & 63);
}

}  // namespace

FurnitureTable::FurnitureTable(size_t filter_bytes)
    : filter_(filter_bytes / sizeof(uint64_t)) {}

uint64_t FurnitureTable::KeyOf(const Signature& signature, uint32_t hash) {
  return MixKey(uint64_t{signature.source} << 32 | hash);
}

bool FurnitureTable::IsInFilter(uint64_t key) const {
  const FilterWords& words = filter_[WordOf(key)];
  const uint64_t bits = FilterBits(key);
  return (words[0] & bits) == bits || (words[1] & bits) == bits;
}

void FurnitureTable::AddToFilter(uint64_t key) {
  const uint64_t bits = FilterBits(key);
  if ((filter_[WordOf(key)][young_] & bits) == bits) {
    return;
  }
  if (filter_entries_ * kFilterBitsAnEntry >= filter_.size() * 64) {
    Rotate();
  }
  filter_[WordOf(key)][young_] |= bits;
  ++filter_entries_;
}

uint32_t FurnitureTable::TitlesOf(uint64_t key) const {
  return std::max(again_[0].TitlesOf(key), again_[1].TitlesOf(key));
}

uint64_t FurnitureTable::MaskOf(const Signature& signature) const {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < signature.body.size; ++i) {
    const uint64_t key = KeyOf(signature, signature.body.hashes[i]);
    mask |= TitlesOf(key) >= kFurtherTitles ? uint64_t{1} << i : 0;
  }
  return mask;
}

void FurnitureTable::Prefetch(const Signature& signature) const {
  for (const uint32_t hash : signature.body.view()) {
    __builtin_prefetch(&filter_[WordOf(KeyOf(signature, hash))], 1);
  }
}

uint64_t FurnitureTable::Count(const Signature& signature) {
  // PERF: what is in no filter was never seen, and is in no other table: most
  // hashes cost one cache line.
  std::array<uint64_t, decltype(signature.body)::kSizeMax> keys;
  uint64_t seen = 0;
  for (uint32_t i = 0; i < signature.body.size; ++i) {
    keys[i] = KeyOf(signature, signature.body.hashes[i]);
    if (IsInFilter(keys[i])) {
      seen |= uint64_t{1} << i;
      again_[0].Prefetch(keys[i]);
      again_[1].Prefetch(keys[i]);
    } else {
      AddToFilter(keys[i]);
    }
  }
  const uint16_t title = SmallestTitleHash(signature);
  uint64_t mask = 0;
  for (; seen != 0; seen &= seen - 1) {
    const uint64_t key = keys[static_cast<size_t>(std::countr_zero(seen))];
    const uint32_t titles = TitlesOf(key);
    mask |= titles >= kFurtherTitles ? seen & (~seen + 1) : 0;
    AddToFilter(key);
    again_[young_].Count(key, title, titles);
  }
  return mask;
}

void FurnitureTable::Rotate() {
  young_ = 1 - young_;
  for (FilterWords& words : filter_) {
    words[young_] = 0;
  }
  filter_entries_ = 0;
  again_[young_].Clear();
}

size_t FurnitureTable::bytes() const {
  return filter_.size() * sizeof(FilterWords) + again_[0].bytes() +
         again_[1].bytes();
}

}  // namespace presshawk
