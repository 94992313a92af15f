// SPDX-License-Identifier: Apache-2.0
// The receivers of the configuration, with their secrets as the files have them
// now.
//
// THREAD SAFETY. All of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/mutex.h"
#include "core/delivery/receiver.h"

namespace presshawk {

class LiveReceivers {
 public:
  explicit LiveReceivers(std::vector<ReceiverOptions> receivers)
      : receivers_(std::move(receivers)) {}

  std::vector<ReceiverOptions> Current() const;
  // Reads the files of secrets again. Returns whether any has changed. A file
  // that cannot be read leaves its secret as it was, and problem() says so.
  bool Reread();
  // Why a secret could not be read again; empty where all could.
  std::string problem() const;

 private:
  mutable Mutex mutex_;
  std::vector<ReceiverOptions> receivers_ ABSL_GUARDED_BY(mutex_);
  std::string problem_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
