// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>

#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"

namespace presshawk {

// Counts the bytes of the batches of one source that still live, which bounds
// the source's memory. Thread-safe.
class ByteBudget {
 public:
  void Add(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    bytes_ += bytes;
  }
  void Release(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    bytes_ -= bytes;
    released_.notify_all();
  }
  uint64_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return bytes_;
  }
  // Returns when bytes were released, or after `timeout`.
  void WaitForRelease(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_) {
    const Deadline until = Deadline::After(timeout);
    MutexLock lock(&mutex_);
    const uint64_t before = bytes_;
    while (bytes_ >= before && lock.WaitUntil(&released_, until)) {
    }
  }

 private:
  mutable Mutex mutex_;
  std::condition_variable released_;
  uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace presshawk
