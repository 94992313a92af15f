// SPDX-License-Identifier: Apache-2.0
// Columns of places in a text, each found from the one before: a line of a
// million terms is counted once, not a million times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/utf8.h"

namespace presshawk {

// NOT thread-safe.
class ColumnCounter {
 public:
  // `text` must outlive it.
  explicit ColumnCounter(std::string_view text) : text_(text) {}

  // The column of byte `at` in its line: from 1, in code points.
  uint32_t At(size_t at) {
    while (at_ > at) {
      --at_;
      column_ -= IsUtf8Continuation(text_[at_]) ? 0 : 1;
      if (text_[at_] == '\n') {
        const size_t feed = at == 0 ? npos : text_.rfind('\n', at - 1);
        at_ = feed == npos ? 0 : feed + 1;
        column_ = 1;
        break;
      }
    }
    for (; at_ < at && at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        column_ = 1;
      } else {
        column_ += IsUtf8Continuation(text_[at_]) ? 0 : 1;
      }
    }
    return column_;
  }

 private:
  static constexpr size_t npos = std::string_view::npos;

  const std::string_view text_;
  size_t at_ = 0;
  uint32_t column_ = 1;
};

}  // namespace presshawk
