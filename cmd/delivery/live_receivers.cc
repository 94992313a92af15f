// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/live_receivers.h"

#include <spdlog/spdlog.h>

#include "core/base/str_cat.h"
#include "core/config/value_file.h"

namespace presshawk {

std::vector<ReceiverOptions> LiveReceivers::Current() const {
  MutexLock lock(&mutex_);
  return receivers_;
}

bool LiveReceivers::Reread() {
  // Files are read outside of the lock: a disk may hang.
  std::vector<ReceiverOptions> receivers = Current();
  bool changed = false;
  std::string problem;
  for (ReceiverOptions& receiver : receivers) {
    const absl::StatusOr<bool> reread = RereadSecrets(&receiver);
    if (!reread.ok()) {
      problem = StrCat("receiver ", receiver.name, ": ",
                       std::string(reread.status().message()),
                       "; its old secret stays");
    } else if (*reread) {
      changed = true;
      spdlog::info("receiver {}: its secret was read again", receiver.name);
    }
  }
  MutexLock lock(&mutex_);
  if (changed) {
    receivers_ = std::move(receivers);
  }
  if (!problem.empty() && problem != problem_) {
    spdlog::error("{}", problem);
  }
  problem_ = std::move(problem);
  return changed;
}

std::string LiveReceivers::problem() const {
  MutexLock lock(&mutex_);
  return problem_;
}

}  // namespace presshawk
