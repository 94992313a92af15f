// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/signals.h"

#include <signal.h>

#include <algorithm>
#include <ctime>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "core/base/heap.h"

namespace presshawk {
namespace {

constexpr absl::Duration kTrimInterval = absl::Seconds(10);
// Less is not worth the locks that it takes: of what is in use, and at least.
constexpr int64_t kHeapSlackShare = 32;
constexpr int64_t kHeapSlackBytesMin = 1 << 20;

sigset_t ServiceSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void BlockServiceSignals() {
  const sigset_t set = ServiceSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);  // A closed socket is an error of its write.
}

void ServeUntilStopped(const ServedProcess& process) {
  const sigset_t set = ServiceSignals();
  absl::Time next_trim = absl::Now() + kTrimInterval;
  while (!process.finished()) {
    if (absl::Now() >= next_trim) {
      TrimHeap(std::max(kHeapSlackBytesMin,
                        ReadHeapUse().in_use_bytes / kHeapSlackShare));
      next_trim = absl::Now() + kTrimInterval;
    }
    const timespec timeout = {.tv_sec = 0, .tv_nsec = 200'000'000};
    const int number = sigtimedwait(&set, nullptr, &timeout);
    if (number == SIGHUP) {
      process.on_hangup();
    } else if (number == SIGTERM || number == SIGINT) {
      spdlog::info("{}: draining", number == SIGTERM ? "SIGTERM" : "SIGINT");
      process.request_stop();
      return;
    }
  }
}

}  // namespace presshawk
