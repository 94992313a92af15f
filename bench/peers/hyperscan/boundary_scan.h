// SPDX-License-Identifier: Apache-2.0
// Hyperscan (or Vectorscan) as it is usually used for names: literals,
// case-insensitive, over the raw text, with a check of the word boundaries in
// the callback. A word's neighbours are no ASCII letter, digit, `_`, nor a byte
// of 0x80 and above.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hs/hs.h>

namespace presshawk {

class BoundaryScan {
 public:
  // Ends the program with a message where the terms do not compile.
  explicit BoundaryScan(const std::vector<std::string>& terms);
  ~BoundaryScan();
  BoundaryScan(const BoundaryScan&) = delete;
  BoundaryScan& operator=(const BoundaryScan&) = delete;

  // Replaces *found with the distinct terms in `text`.
  void Scan(std::string_view text, std::vector<uint32_t>* found);

 private:
  static int OnMatch(unsigned id, unsigned long long from,
                     unsigned long long to, unsigned flags, void* self);

  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  std::vector<size_t> sizes_;
  std::vector<uint32_t> seen_in_;  // By term: the scan that saw it last.
  uint32_t scan_ = 0;
  std::string_view text_;
  std::vector<uint32_t>* found_ = nullptr;
};

}  // namespace presshawk
