// SPDX-License-Identifier: Apache-2.0
// Wakes a thread that waits in poll() for file descriptors.
//
//   pollfd ready = {.fd = event.fd(), .events = POLLIN, .revents = 0};
//   poll(&ready, 1, -1);  // Returns after event.Wake(), also an earlier one.
//   event.Clear();
//
// THREAD SAFETY. Any thread may call Wake(), also a handler of signals.
#pragma once

#include <unistd.h>

#include <cstdint>

#include <sys/eventfd.h>

namespace presshawk {

class WakeEvent {
 public:
  WakeEvent() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~WakeEvent() { close(fd_); }
  WakeEvent(const WakeEvent&) = delete;
  WakeEvent& operator=(const WakeEvent&) = delete;

  // Readable from Wake() until Clear(). Negative where the process has no file
  // descriptor left; poll() then leaves it out.
  int fd() const { return fd_; }
  void Wake() const {
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = write(fd_, &one, sizeof(one));
  }
  void Clear() const {
    uint64_t ignored;
    [[maybe_unused]] const auto got = read(fd_, &ignored, sizeof(ignored));
  }

 private:
  const int fd_;
};

}  // namespace presshawk
