// SPDX-License-Identifier: Apache-2.0
// MISUSE: requires holding mutex
// CLANG: -Wthread-safety -Werror=thread-safety
// What the annotations say is checked, not only read.
#include "core/base/mutex.h"

class Counter {
 public:
  int Next() {
#ifndef MISUSE
    presshawk::MutexLock lock(&mutex_);
#endif
    return ++value_;
  }

 private:
  presshawk::Mutex mutex_;
  int value_ ABSL_GUARDED_BY(mutex_) = 0;
};

int Next(Counter* counter) { return counter->Next(); }
