// SPDX-License-Identifier: Apache-2.0
#include "core/base/huge_pages.h"

#include <cstdint>

#include <sys/mman.h>

namespace presshawk {
namespace {

constexpr uintptr_t kPageBytes = 2UL << 20;
// MADV_COLLAPSE, since Linux 6.1: not all headers know of it.
constexpr int kCollapse = 25;

}  // namespace

void PreferHugePages(const void* table, size_t bytes) {
  const auto address = reinterpret_cast<uintptr_t>(table);
  const uintptr_t begin = (address + kPageBytes - 1) / kPageBytes * kPageBytes;
  const uintptr_t end = (address + bytes) / kPageBytes * kPageBytes;
  if (begin >= end) {
    return;
  }
  // madvise() changes nothing of what a reader sees.
  char* const pages =
      const_cast<char*>(static_cast<const char*>(table)) + (begin - address);
  // Older systems move them in their own time, if at all.
  madvise(pages, end - begin, MADV_HUGEPAGE);
  madvise(pages, end - begin, kCollapse);
}

}  // namespace presshawk
