#include "core/stories/furniture.h"

#include <algorithm>

namespace presshawk {
namespace {

constexpr uint16_t kFurtherTitles = 2;
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

struct FilterPlace {
  size_t word;
  uint64_t bits;
};

// Three bits of one word: one cache line a question.
FilterPlace PlaceIn(const std::vector<uint64_t>& filter, uint64_t key) {
  return {(key >> 20) & (filter.size() - 1),
          uint64_t{1} << (key & 63) | uint64_t{1} << (key >> 6 & 63) |
              uint64_t{1} << (key >> 12 & 63)};
}

}  // namespace

FurnitureTable::FurnitureTable(size_t filter_bytes) {
  for (Half& half : halves_) {
    half.filter.resize(filter_bytes / sizeof(uint64_t));
  }
}

uint64_t FurnitureTable::KeyOf(const Signature& signature, uint32_t hash) {
  return MixKey(uint64_t{signature.source} << 32 | hash);
}

bool FurnitureTable::IsInFilter(uint64_t key) const {
  return std::any_of(
      std::begin(halves_), std::end(halves_), [&](const Half& half) {
        const FilterPlace place = PlaceIn(half.filter, key);
        return (half.filter[place.word] & place.bits) == place.bits;
      });
}

void FurnitureTable::AddToFilter(uint64_t key) {
  if (halves_[young_].filter_entries * kFilterBitsAnEntry >=
      halves_[young_].filter.size() * 64) {
    Rotate();
  }
  Half& half = halves_[young_];
  const FilterPlace place = PlaceIn(half.filter, key);
  half.filter[place.word] |= place.bits;
  ++half.filter_entries;
}

uint16_t FurnitureTable::TitlesOf(uint64_t key) const {
  uint16_t titles = 0;
  for (const Half& half : halves_) {
    const auto it = half.again.find(key);
    titles = std::max(titles,
                      it == half.again.end() ? uint16_t{0} : it->second.titles);
  }
  return titles;
}

uint64_t FurnitureTable::MaskOf(const Signature& signature) const {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < signature.body.size; ++i) {
    const uint64_t key = KeyOf(signature, signature.body.hashes[i]);
    mask |= TitlesOf(key) >= kFurtherTitles ? uint64_t{1} << i : 0;
  }
  return mask;
}

void FurnitureTable::Count(const Signature& signature) {
  const uint16_t title = SmallestTitleHash(signature);
  for (const uint32_t hash : signature.body.view()) {
    const uint64_t key = KeyOf(signature, hash);
    if (!IsInFilter(key)) {
      AddToFilter(key);
      continue;
    }
    const auto [it, is_new] = halves_[young_].again.try_emplace(key);
    Seen& seen = it->second;
    if (is_new) {
      seen = {.title = title, .titles = TitlesOf(key)};
    } else if (seen.title != title) {
      seen.title = title;
      seen.titles = static_cast<uint16_t>(
          std::min<uint32_t>(seen.titles + 1U, UINT16_MAX));
    }
  }
}

void FurnitureTable::Rotate() {
  young_ = 1 - young_;
  std::fill(halves_[young_].filter.begin(), halves_[young_].filter.end(), 0);
  halves_[young_].filter_entries = 0;
  halves_[young_].again.clear();
}

size_t FurnitureTable::bytes() const {
  size_t bytes = 0;
  for (const Half& half : halves_) {
    bytes += half.filter.size() * sizeof(uint64_t) +
             half.again.capacity() * (sizeof(uint64_t) + sizeof(Seen) + 5);
  }
  return bytes;
}

}  // namespace presshawk
