// SPDX-License-Identifier: Apache-2.0
// Assertions on our own bugs. Never on content: an article, a watch-list or a
// broker must not be able to end the process.
#pragma once

#include <cstdio>
#include <cstdlib>

// In every build; for cheap conditions. Say beside it why it holds.
#define PRESSHAWK_CHECK(condition)                                           \
  do {                                                                       \
    if (!(condition)) [[unlikely]] {                                         \
      std::fprintf(stderr, "%s:%d: bug: this does not hold: %s\n", __FILE__, \
                   __LINE__, #condition);                                    \
      std::abort();                                                          \
    }                                                                        \
  } while (false)

// In builds with assertions only; for hot loops.
#ifdef NDEBUG
#define PRESSHAWK_DCHECK(condition) \
  do {                              \
  } while (false && (condition))
#else
#define PRESSHAWK_DCHECK(condition) PRESSHAWK_CHECK(condition)
#endif
