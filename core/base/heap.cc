// SPDX-License-Identifier: Apache-2.0
#include "core/base/heap.h"

#include <unistd.h>

#include <fstream>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace presshawk {

void ConfigureHeap(uint32_t arenas) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, static_cast<int>(arenas));
  // Once it is set, glibc no longer raises it.
  mallopt(M_MMAP_THRESHOLD, 64 << 10);
#else
  static_cast<void>(arenas);
#endif
}

HeapUse ReadHeapUse() {
  HeapUse use;
#ifdef __GLIBC__
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0;
  int64_t resident = 0;
  int64_t shared = 0;  // Of files, the program's own among them.
  if (statm >> pages >> resident >> shared) {
    use.resident_bytes = (resident - shared) * sysconf(_SC_PAGESIZE);
  }
  const struct mallinfo2 info = mallinfo2();
  use.in_use_bytes = static_cast<int64_t>(info.uordblks + info.hblkhd);
#endif
  return use;
}

bool TrimHeap(int64_t slack_bytes) {
  const HeapUse use = ReadHeapUse();
  if (use.resident_bytes - use.in_use_bytes <= slack_bytes) {
    return false;
  }
#ifdef __GLIBC__
  return malloc_trim(0) != 0;
#else
  return false;
#endif
}

}  // namespace presshawk
