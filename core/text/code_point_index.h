// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/model/hit.h"

namespace presshawk {

// Counts the code points before places of one text, and remembers what it
// counted: many questions about a text cost one pass over it.
//
// LIFE. Reused; the text must live until the last question.
// THREAD SAFETY. None.
class CodePointIndex {
 public:
  void Reset(std::string_view text) {
    text_ = text;
    counts_.clear();
  }
  // Converts bytes of the text to code points. REQUIRES: both ends of the span
  // are at the start of a code point, or at the end of the text.
  CodePointSpan Of(ByteSpan bytes);

 private:
  uint32_t Before(uint32_t offset);

  std::string_view text_;
  // counts_[i]: code points in the first i blocks of the text.
  std::vector<uint32_t> counts_;
};

}  // namespace presshawk
