// SPDX-License-Identifier: Apache-2.0
// For the large hash tables of stories: memory that begins at a cache line and,
// where it is large, lies in huge pages. A lookup then misses the cache once,
// and the table of pages hardly ever.
#pragma once

#include <cstddef>
#include <new>

#include <sys/mman.h>

namespace presshawk {

template <typename T>
struct HugePageAllocator {
  using value_type = T;

  static constexpr size_t kCacheLineBytes = 64;
  static constexpr size_t kHugePageBytes = size_t{1} << 21;

  HugePageAllocator() = default;
  template <typename U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  static std::align_val_t AlignmentOf(size_t count) {
    return std::align_val_t{
        count * sizeof(T) >= kHugePageBytes ? kHugePageBytes : kCacheLineBytes};
  }
  T* allocate(size_t count) {
    void* const memory = ::operator new(count * sizeof(T), AlignmentOf(count));
    if (count * sizeof(T) >= kHugePageBytes) {
      // Only advice: without huge pages, the memory is as good and slower.
      ::madvise(memory, count * sizeof(T), MADV_HUGEPAGE);
    }
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) {
    ::operator delete(memory, AlignmentOf(count));
  }
  bool operator==(const HugePageAllocator&) const = default;
};

}  // namespace presshawk
