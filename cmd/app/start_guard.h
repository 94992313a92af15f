// SPDX-License-Identifier: Apache-2.0
// Ends the process at once on SIGTERM or SIGINT while a service starts.
//
// A start waits for brokers and compiles lists, for minutes where there are
// many, and none of that can be broken off. Until its first article is fetched
// nothing is lost by an end without ceremony: no alert, dead letter or position
// was written, no group joined, files of the cache come into being under their
// name when they are whole, and of the log of last good lists a torn last line
// is skipped. So the process is ended there, without destructors, which would
// wait for what is running.
//
// LIFE. From before the start until Disarm(), which comes before any worker
// fetches; from then on signals wait for ServeUntilStopped().
// THREAD SAFETY. Disarm() from any thread.
#pragma once

#include <thread>

#include "core/base/mutex.h"
#include "core/base/wake_event.h"

namespace presshawk {

class StartGuard {
 public:
  // REQUIRES: BlockServiceSignals() was called.
  StartGuard();
  ~StartGuard();  // Disarm()s.
  StartGuard(const StartGuard&) = delete;
  StartGuard& operator=(const StartGuard&) = delete;

  // When it returns, no signal ends the process any more.
  void Disarm() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Watch();

  const WakeEvent disarmed_;
  Mutex mutex_;
  bool armed_ ABSL_GUARDED_BY(mutex_) = true;
  std::thread thread_;
};

// Ends the process with `exit_code`, without destructors, having written the
// log and what stdio holds.
[[noreturn]] void EndProcessNow(int exit_code);

}  // namespace presshawk
