// SPDX-License-Identifier: Apache-2.0
// A set of small numbers. Reading it out gives them in rising order and empties
// it.
//
// PERF: three levels of bits take the place of sorting, which spends its time
// on mispredicted branches: lists are found in the order of an article's words.
//
// THREAD SAFETY. None.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace presshawk {

class SlotSet {
 public:
  // The set can hold numbers below `size`.
  explicit SlotSet(size_t size)
      : bits_(size / 64 + 1),
        words_(bits_.size() / 64 + 1),
        blocks_(words_.size() / 64 + 1) {}

  void Add(uint32_t slot) {
    bits_[slot / 64] |= uint64_t{1} << (slot % 64);
    words_[slot / 4096] |= uint64_t{1} << (slot / 64 % 64);
    blocks_[slot / 262'144] |= uint64_t{1} << (slot / 4096 % 64);
  }

  // Appends the numbers to *slots, in rising order, and empties the set.
  void MoveTo(std::vector<uint32_t>* slots) {
    for (size_t i = 0; i < blocks_.size(); ++i) {
      ForEachBit(&blocks_[i], i, [&](size_t word) {
        ForEachBit(&words_[word], word, [&](size_t bits) {
          ForEachBit(&bits_[bits], bits, [&](size_t slot) {
            slots->push_back(static_cast<uint32_t>(slot));
          });
        });
      });
    }
  }

 private:
  // Calls `use` with 64 * index + i for each bit i that is set, and clears it.
  template <typename Use>
  static void ForEachBit(uint64_t* bits, size_t index, Use use) {
    for (uint64_t left = *bits; left != 0; left &= left - 1) {
      use(index * 64 + static_cast<size_t>(std::countr_zero(left)));
    }
    *bits = 0;
  }

  std::vector<uint64_t> bits_;
  std::vector<uint64_t> words_;   // A bit for each of bits_ that is not zero.
  std::vector<uint64_t> blocks_;  // A bit for each of words_.
};

}  // namespace presshawk
