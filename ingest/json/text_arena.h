// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace presshawk {

// Memory whose addresses stay valid until Clear(). Clear() keeps the memory, so
// that the steady state allocates nothing. Not thread-safe.
class TextArena {
 public:
  // Returns `size` bytes that are not initialized. REQUIRES: size >= 1.
  char* Allocate(size_t size) {
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const size_t block_size = std::max(size, kBlockBytes);
      blocks_.push_back({std::make_unique<char[]>(block_size), block_size});
      used_ = 0;
    }
    char* const bytes = blocks_[block_].bytes.get() + used_;
    used_ += size;
    return bytes;
  }

  void Clear() {
    block_ = 0;
    used_ = 0;
  }

 private:
  static constexpr size_t kBlockBytes = 256UL << 10;
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  std::vector<Block> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;
};

}  // namespace presshawk
