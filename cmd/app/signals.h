// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace presshawk {

// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in every thread that it
// starts afterwards, so that ServeUntilStopped() gets them. Ignores SIGPIPE.
void BlockServiceSignals();

// A process that serves. The functions are called by ServeUntilStopped() and
// must not wait.
struct ServedProcess {
  // True once there is nothing left to do.
  std::function<bool()> finished;
  std::function<void()> on_hangup;     // SIGHUP.
  std::function<void()> request_stop;  // SIGTERM or SIGINT.
};

// Returns after SIGTERM or SIGINT, having asked the process to stop, or once it
// is finished. Meanwhile it gives free memory back to the system.
//
//   BlockServiceSignals();  // Before any thread starts.
//   ServeUntilStopped({.finished = ..., .on_hangup = ..., .request_stop = ...});
void ServeUntilStopped(const ServedProcess& process);

}  // namespace presshawk
