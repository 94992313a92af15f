#pragma once

#include <cstddef>

#include "absl/time/time.h"

namespace presshawk {

// What one server gives to its clients, so that slow, many or hostile ones take
// neither memory nor the way to /healthz.
struct HttpLimits {
  // Connections worked on at once.
  size_t threads = 16;
  // Accepted, the header of the request not there yet; they take no thread.
  // One more, and who has waited longest is closed.
  size_t unfinished = 256;
  // Ready and waiting for a thread, with a body or without; one more is closed.
  size_t pending = 64;
  // How long a client may take at any rate; longer only while no other waits
  // for a thread.
  absl::Duration patience = absl::Milliseconds(200);
  // From the begin to the request's last byte; and for the whole answer.
  absl::Duration read_timeout = absl::Seconds(5);
  absl::Duration write_timeout = absl::Seconds(10);
  size_t header_bytes = 32 << 10;  // Request line included.
  size_t payload_bytes = 1 << 20;
};

}  // namespace presshawk
