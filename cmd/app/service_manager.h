// SPDX-License-Identifier: Apache-2.0
// What `run` tells the service manager that started it: systemd's protocol of
// sd_notify(3), a datagram of lines to the socket that NOTIFY_SOCKET names.
//
//   constructed ─► EXTEND_TIMEOUT_USEC, again and again: a start has no limit
//   Started()   ─► READY=1, then WATCHDOG=1 twice in each WATCHDOG_USEC
//   Stopping()  ─► STOPPING=1 with the time that the end may take
//
// READY means that the start is over: the port answers, the lists were read,
// workers begin as soon as there is a list. Whether work is done is said by
// /readyz and not here: a start that waited for a broker would fail with it.
//
// THE WATCHDOG waits for nothing but the processor: not for a broker, a disk, a
// compile or a lock of ours. It finds a process that was stopped or gets no
// time any more. A restart heals no broker and no disk.
//
// ERRORS. A datagram that is not taken is sent again after 100 ms; it is never
// waited for. Without NOTIFY_SOCKET nothing is sent and no thread runs.
// THREAD SAFETY. All of it.
#pragma once

#include <condition_variable>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace presshawk {

class ServiceManager {
 public:
  struct Environment {
    std::string notify_socket = {};  // A path, or @ and an abstract name.
    std::string watchdog_usec = {};  // Empty: no watchdog is asked for.
    std::string watchdog_pid = {};   // Empty: this process.
  };
  static Environment OfThisProcess();

  explicit ServiceManager(const Environment& environment);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  void Started() ABSL_LOCKS_EXCLUDED(mutex_);
  // The end takes at most so long.
  void Stopping(absl::Duration limit) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  enum class Phase { kStarting, kRunning, kStopping };

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void Enter(Phase phase) ABSL_LOCKS_EXCLUDED(mutex_);
  // What is to be said now.
  std::string Message() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Send(const std::string& message) const;

  int socket_ = -1;      // -1: nobody listens.
  std::string address_;  // As it stands in sockaddr_un.
  absl::Duration watchdog_ = absl::InfiniteDuration();
  mutable Mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kStarting;
  // The phase was not said yet.
  bool is_new_ ABSL_GUARDED_BY(mutex_) = true;
  absl::Duration stop_limit_ ABSL_GUARDED_BY(mutex_);
  bool end_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
