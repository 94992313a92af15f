// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "absl/time/time.h"

namespace presshawk {

// What one server gives to its clients, so that slow, many or hostile ones take
// neither memory nor the way to /healthz. A client that is waited for costs a
// descriptor and a few kilobytes, and no thread.
struct HttpLimits {
  // Open at once, of which at most half are streams; and never more than half
  // of the descriptors that the process may have (Start() raises its soft limit
  // as far as that needs). One more, and the client that
  // has been waited for the longest is closed.
  size_t connections = 4096;
  // Streams of one session of a browser, and of one address (IPv6: of one /64);
  // one more gets a 429. 0: half of all streams. The viewers of a proxy have
  // its address.
  size_t streams_per_session = 32;
  size_t streams_per_address = 0;
  // Handlers at work, and requests that wait for one; one more gets a 503.
  size_t threads = 4;
  size_t pending = 1024;
  // From the start of a connection to the last byte of its request; and for
  // taking the whole answer.
  absl::Duration read_timeout = absl::Seconds(5);
  absl::Duration write_timeout = absl::Seconds(10);
  size_t header_bytes = 32 << 10;  // Request line included.
  size_t payload_bytes = 1 << 20;
  // Of answers that clients have not taken yet, of all together. Above it, the
  // client that has been taking its answer for the longest is closed.
  size_t answer_bytes = 64 << 20;
  // A stream says something at least so often, and ends after so long; the
  // client asks again, and goes on where it was.
  absl::Duration heartbeat = absl::Seconds(15);
  absl::Duration stream_time = absl::Minutes(15);
};

}  // namespace presshawk
