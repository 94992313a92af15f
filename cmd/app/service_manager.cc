// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/service_manager.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// A start asks for more time this often, and for three times as much.
constexpr absl::Duration kStartBeat = absl::Seconds(10);
constexpr absl::Duration kRetryInterval = absl::Milliseconds(100);
// After the limit of the end: to commit, to leave the group where the broker is
// silent, and to close files and sockets.
constexpr absl::Duration kStopSlack = absl::Seconds(25);

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

ServiceManager::Environment ServiceManager::OfThisProcess() {
  return {.notify_socket = Variable("NOTIFY_SOCKET"),
          .watchdog_usec = Variable("WATCHDOG_USEC"),
          .watchdog_pid = Variable("WATCHDOG_PID")};
}

ServiceManager::ServiceManager(const Environment& environment)
    : address_(environment.notify_socket) {
  if (address_.empty()) {
    return;
  }
  if ((address_[0] != '/' && address_[0] != '@') ||
      address_.size() >= sizeof(sockaddr_un::sun_path)) {
    spdlog::warn("NOTIFY_SOCKET is no address of a socket: {}", address_);
    return;
  }
  if (address_[0] == '@') {
    address_[0] = '\0';
  }
  int64_t usec = 0;
  int64_t pid = getpid();
  if (absl::SimpleAtoi(environment.watchdog_usec, &usec) && usec > 0 &&
      (environment.watchdog_pid.empty() ||
       (absl::SimpleAtoi(environment.watchdog_pid, &pid) && pid == getpid()))) {
    watchdog_ = absl::Microseconds(usec);
  }
  socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) {
    spdlog::warn("NOTIFY_SOCKET: no socket: {}", std::strerror(errno));
    return;
  }
  thread_ = std::thread([this] { Run(); });
}

ServiceManager::~ServiceManager() {
  if (socket_ < 0) {
    return;
  }
  {
    MutexLock lock(&mutex_);
    end_ = true;
    changed_.notify_all();
  }
  thread_.join();
  close(socket_);
}

void ServiceManager::Started() { Enter(Phase::kRunning); }

void ServiceManager::Stopping(absl::Duration limit) {
  {
    MutexLock lock(&mutex_);
    stop_limit_ = limit;
  }
  Enter(Phase::kStopping);
}

void ServiceManager::Enter(Phase phase) {
  MutexLock lock(&mutex_);
  phase_ = phase;
  is_new_ = true;
  changed_.notify_all();
}

void ServiceManager::Run() {
  absl::Time next = absl::InfinitePast();  // When the phase is said again.
  MutexLock lock(&mutex_);
  while (true) {
    if (is_new_ || absl::Now() >= next) {
      // It never blocks, so the lock may be held.
      if (Send(Message())) {
        is_new_ = false;
        next = absl::Now() +
               (phase_ == Phase::kStarting ? kStartBeat : watchdog_ / 2);
      } else if (!end_) {
        lock.WaitFor(&changed_, kRetryInterval);
        continue;
      }
    }
    if (end_) {
      return;
    }
    if (next == absl::InfiniteFuture()) {
      lock.Wait(&changed_);
    } else {
      lock.WaitUntil(&changed_, next);
    }
  }
}

std::string ServiceManager::Message() const {
  const auto extend = [](absl::Duration by) {
    return StrCat("EXTEND_TIMEOUT_USEC=", absl::ToInt64Microseconds(by));
  };
  switch (phase_) {
    case Phase::kStarting:
      return extend(3 * kStartBeat);
    case Phase::kRunning:
      return is_new_ ? "READY=1" : "WATCHDOG=1";
    case Phase::kStopping:
      return is_new_ ? StrCat("STOPPING=1\n", extend(stop_limit_ + kStopSlack))
                     : "WATCHDOG=1";
  }
  return "";
}

bool ServiceManager::Send(const std::string& message) const {
  sockaddr_un to = {};
  to.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), to.sun_path);
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  return sendto(socket_, message.data(), message.size(),
                MSG_DONTWAIT | MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&to), size) >= 0;
}

}  // namespace presshawk
