// SPDX-License-Identifier: Apache-2.0
// std::mutex with clang's thread-safety annotations. Not absl::Mutex, since
// Debian's Abseil is not instrumented and makes ThreadSanitizer report races
// where there are none.
#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "core/base/deadline.h"

namespace presshawk {

// Locked by MutexLock only.
class ABSL_LOCKABLE Mutex {
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds `mutex` while it lives; can wait on a condition variable meanwhile.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : lock_(mutex->mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Wait(std::condition_variable* changed) { changed->wait(lock_); }
  // Returns false when `deadline` passed without a notification.
  bool WaitUntil(std::condition_variable* changed, Deadline deadline) {
    return changed->wait_until(lock_, deadline.steady()) ==
           std::cv_status::no_timeout;
  }
  // The same, `timeout` from now.
  bool WaitFor(std::condition_variable* changed, absl::Duration timeout) {
    return WaitUntil(changed, Deadline::After(timeout));
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace presshawk
