// SPDX-License-Identifier: Apache-2.0
// Arrays and texts that are built once and then only read: in memory of their
// own, or in place in a mapped file.
//
// A class made of them is saved and opened by handing its parts, always in the
// same order, to an archive (matchers/sections):
//
//   template <typename Self, typename Archive>
//   static void Transfer(Self* self, Archive* archive) {
//     archive->Array(&self->nodes);
//     StringPool::Transfer(&self->names, archive);
//   }
//
// What was opened from a file can hold any numbers: whoever opens it checks
// every index before it is used.
//
// THREAD SAFETY. Immutable once built.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

// Move-only. An array in place does not own: the mapping must outlive it.
template <typename T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  FlatArray() = default;
  explicit FlatArray(std::vector<T> owned)
      : owned_(std::move(owned)), data_(owned_.data()), size_(owned_.size()) {}
  static FlatArray InPlace(absl::Span<const T> items) {
    FlatArray array;
    array.data_ = items.data();
    array.size_ = items.size();
    return array;
  }
  FlatArray(FlatArray&& other) noexcept { *this = std::move(other); }
  FlatArray& operator=(FlatArray&& other) noexcept {
    owned_ = std::move(other.owned_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  // REQUIRES: not in place.
  void push_back(const T& item) {
    owned_.push_back(item);
    data_ = owned_.data();
    size_ = owned_.size();
  }
  void Append(absl::Span<const T> items) {
    owned_.insert(owned_.end(), items.begin(), items.end());
    data_ = owned_.data();
    size_ = owned_.size();
  }
  // Gives back what growing took too much.
  void ShrinkToFit() {
    if (!owned_.empty()) {
      owned_.shrink_to_fit();
      data_ = owned_.data();
    }
  }

  const T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](size_t index) const { return data_[index]; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  operator absl::Span<const T>() const { return {data_, size_}; }

 private:
  std::vector<T> owned_;  // Empty where in place.
  const T* data_ = nullptr;
  size_t size_ = 0;
};

// Texts by index, end to end in one array.
class StringPool {
 public:
  // REQUIRES: not in place. Returns its index.
  uint32_t Add(std::string_view text) {
    bytes_.Append({text.data(), text.size()});
    ends_.push_back(bytes_.size());
    return static_cast<uint32_t>(ends_.size() - 1);
  }
  std::string_view operator[](size_t index) const {
    const uint64_t begin = index == 0 ? 0 : ends_[index - 1];
    return {bytes_.data() + begin, ends_[index] - begin};
  }
  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  void ShrinkToFit() {
    bytes_.ShrinkToFit();
    ends_.ShrinkToFit();
  }

  // Whether every text lies in the bytes.
  bool IsSound() const {
    return std::is_sorted(ends_.begin(), ends_.end()) &&
           bytes_.size() == (ends_.empty() ? 0 : ends_[ends_.size() - 1]);
  }

  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Array(&self->bytes_);
    archive->Array(&self->ends_);
  }

 private:
  FlatArray<char> bytes_;
  FlatArray<uint64_t> ends_;  // By index: behind its text.
};

}  // namespace presshawk
