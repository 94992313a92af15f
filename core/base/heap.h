// SPDX-License-Identifier: Apache-2.0
// Memory that malloc() holds free, kept small and given back to the system.
//
// After a burst (a backlog, new watch-lists) glibc keeps what was freed: each
// of its arenas gives back only its end, dozens of threads of Kafka clients
// have arenas, and the large blocks of a burst leave holes among small ones.
// Resident memory would grow with every burst to another height, though what is
// in use is as before.
#pragma once

#include <cstdint>

namespace presshawk {

// To be called before threads are started. At most so many arenas from now on;
// glibc's own limit is eight a core. And large blocks (64 KiB) keep to mappings
// of their own, which go when they are freed; glibc would put up to 32 MiB among
// the small blocks once it has seen such a size freed.
void ConfigureHeap(uint32_t arenas);

struct HeapUse {
  int64_t in_use_bytes = 0;    // What was allocated and not freed.
  int64_t resident_bytes = 0;  // Anonymous memory of the process in RAM.
};

// Zeroes where the C library does not tell.
HeapUse ReadHeapUse();

// Gives back what is free where that is more than `slack_bytes`; returns
// whether it was. Takes milliseconds, more after a large set of lists was
// compiled, in which other threads may wait to allocate. Thread-safe.
bool TrimHeap(int64_t slack_bytes);

}  // namespace presshawk
