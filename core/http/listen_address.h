// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

// Whether this machine can ever listen there: the name resolves, the address is
// one of its own, the port is allowed. A port that somebody uses at the moment
// is no error. Binds for a moment and accepts nothing. Thread-safe; may wait
// for a name server.
absl::Status CheckListenAddress(const std::string& host, uint16_t port);

// A socket that listens there and does not block; `port` 0 takes a free one.
// An error says why there is none.
absl::StatusOr<int> ListenOn(const std::string& host, uint16_t port,
                             int backlog);
// The port that a socket is bound to.
uint16_t PortOf(int socket);

}  // namespace presshawk
