// SPDX-License-Identifier: Apache-2.0
// What our stages are measured against: the libraries used the plain way, as
// their documentation shows it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// simdjson On-Demand reading title and body, nothing validated beyond them.
// Returns the bytes of both.
uint64_t ReadTitleAndBody(const std::vector<std::string>& padded_lines);

// Hyperscan's literal matcher, case-insensitive, over raw text, with a check
// of the word boundaries in the callback (neighbours are no ASCII letter or
// digit, `_` or byte of 0x80 and above).
class RawHyperscan {
 public:
  explicit RawHyperscan(const std::vector<std::string>& terms);
  ~RawHyperscan();

  // Number of distinct terms found in a text, or in two.
  uint64_t CountDistinct(std::string_view text, std::string_view other = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The plain pipeline, JSON in, pairs out: simdjson On-Demand for id, title and
// body, RawHyperscan over both texts. Returns the number of pairs.
uint64_t CountPairs(const std::vector<std::string>& padded_lines,
                    RawHyperscan* hyperscan);

}  // namespace presshawk
