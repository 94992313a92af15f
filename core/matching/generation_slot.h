// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/base/mutex.h"
#include "core/matching/matcher.h"

namespace presshawk {

// Holds the running generation. The control thread swaps it; each worker takes
// the new one between two batches. Thread-safe.
class GenerationSlot {
 public:
  void Set(std::shared_ptr<const Generation> generation)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    generation_ = std::move(generation);
    // A worker that sees the new count finds the new generation, as it takes
    // the lock to read it.
    swaps_.fetch_add(1, std::memory_order_release);
  }

  // Null before the first Set().
  std::shared_ptr<const Generation> Get() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return generation_;
  }

  // Rises with each Set(): asks without the lock whether Get() has news.
  uint64_t swaps() const { return swaps_.load(std::memory_order_acquire); }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Generation> generation_ ABSL_GUARDED_BY(mutex_);
  std::atomic<uint64_t> swaps_ = 0;
};

}  // namespace presshawk
