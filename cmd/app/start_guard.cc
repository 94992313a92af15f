// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/start_guard.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <spdlog/spdlog.h>

#include "cmd/exit_code.h"

namespace presshawk {
namespace {

// How soon a signal is seen; it stays pending meanwhile.
constexpr int kLookMillis = 50;

sigset_t EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void EndProcessNow(int exit_code) {
  spdlog::default_logger()->flush();
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

StartGuard::StartGuard() : thread_([this] { Watch(); }) {}

StartGuard::~StartGuard() {
  Disarm();
  thread_.join();
}

void StartGuard::Disarm() {
  {
    MutexLock lock(&mutex_);
    armed_ = false;
  }
  disarmed_.Wake();
}

void StartGuard::Watch() {
  const sigset_t set = EndSignals();
  pollfd disarmed = {.fd = disarmed_.fd(), .events = POLLIN, .revents = 0};
  while (poll(&disarmed, 1, kLookMillis) == 0) {
    // Under the lock: a signal is taken by whom it is for.
    MutexLock lock(&mutex_);
    if (!armed_) {
      return;
    }
    const timespec at_once = {.tv_sec = 0, .tv_nsec = 0};
    const int number = sigtimedwait(&set, nullptr, &at_once);
    if (number == SIGTERM || number == SIGINT) {
      spdlog::info("{}: ends while starting; no article was fetched",
                   number == SIGTERM ? "SIGTERM" : "SIGINT");
      EndProcessNow(kExitGood);
    }
  }
}

}  // namespace presshawk
