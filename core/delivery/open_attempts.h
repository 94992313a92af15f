// SPDX-License-Identifier: Apache-2.0
// The attempts of a courier whose destination gives nothing up: Kafka's producer
// and the writer of a file keep what they were given until it is through.
//
//   if (attempts.Begin(id, done)) { … write it, and call End(id, …) later }
//
// An attempt that takes longer than kSlowAttempt is given up as unknown by the
// SendingQueue, and the delivery comes again. It then waits for what is on its
// way and is not written twice; what got through meanwhile is answered at once.
//
// THREAD SAFETY. All of it. `done` is called without a lock.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "core/delivery/courier.h"

namespace presshawk {

class OpenAttempts {
 public:
  explicit OpenAttempts(absl::Duration slow = kSlowAttempt) : slow_(slow) {}

  // True where the caller has to write it now. Otherwise `done` is called when
  // what is on its way ends, or has been called.
  bool Begin(const std::string& delivery, Courier::Done done)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What was written is through, or was refused. Sets `took`. An unknown
  // delivery is ignored.
  void End(const std::string& delivery, AttemptResult result)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends all as kUnknown: the process stops.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Attempt {
    Courier::Done done;
    Deadline::Steady::time_point began;
  };

  const absl::Duration slow_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Attempt> open_ ABSL_GUARDED_BY(mutex_);
  // What got through after its attempt was given up, the oldest first. Bounded:
  // what is forgotten is written twice at worst.
  std::deque<std::string> late_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
