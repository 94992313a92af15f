// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace presshawk {

// Some texts in one allocation that never move: half the memory of as many
// strings.
template <size_t kCount>
class PackedTexts {
 public:
  PackedTexts() = default;
  explicit PackedTexts(const std::array<std::string_view, kCount>& texts) {
    size_t size = 0;
    for (size_t i = 0; i < kCount; ++i) {
      size += texts[i].size();
      ends_[i] = static_cast<uint32_t>(size);
    }
    bytes_ = std::make_unique_for_overwrite<char[]>(size);
    char* to = bytes_.get();
    for (const std::string_view text : texts) {
      to = std::copy(text.begin(), text.end(), to);
    }
  }
  std::string_view Get(size_t i) const {
    const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.get() + begin, ends_[i] - begin};
  }
  size_t size() const { return ends_[kCount - 1]; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::array<uint32_t, kCount> ends_ = {};
};

}  // namespace presshawk
