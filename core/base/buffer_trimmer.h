// SPDX-License-Identifier: Apache-2.0
// Lets a buffer that is used again and again shrink: what one unusual batch
// needed would otherwise be kept for ever.
#pragma once

#include <algorithm>
#include <cstddef>

namespace presshawk {

// For one std::string or std::vector of plain values. THREAD SAFETY. None.
class BufferTrimmer {
 public:
  // After so many uses the capacity follows what they needed.
  static constexpr size_t kUses = 256;

  // After a use, before the buffer is cleared; its content is not kept.
  template <typename Buffer>
  void AfterUse(Buffer* buffer) {
    most_ = std::max(most_, buffer->size());
    if (++uses_ < kUses) {
      return;
    }
    if (buffer->capacity() / 2 > most_) {
      Buffer smaller;
      smaller.reserve(most_);
      buffer->swap(smaller);
    }
    uses_ = 0;
    most_ = 0;
  }

 private:
  size_t uses_ = 0;
  size_t most_ = 0;  // Of these uses.
};

}  // namespace presshawk
