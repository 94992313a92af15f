// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace presshawk {

// Tells all workers of a process when to stop. THREAD SAFETY. All of it.
struct WorkerControl {
  // Fetch no more, and finish what is there.
  std::atomic<bool> stop = false;
  // Fetch nothing for now but stay in the group, as there is nothing to match
  // with. What was already fetched waits, too.
  std::atomic<bool> hold = false;
  // While stopping: when to give up what is not acknowledged.
  std::atomic<int64_t> deadline_unix_millis = INT64_MAX;

  // False once a stop has no patience left.
  bool MayWait() const {
    return !stop || absl::ToUnixMillis(absl::Now()) < deadline_unix_millis;
  }
};

}  // namespace presshawk
