#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace presshawk {

// Whether this machine can ever listen there: the name resolves, the address is
// one of its own, the port is allowed. A port that somebody uses at the moment
// is no error. Binds for a moment and accepts nothing. Thread-safe; may wait
// for a name server.
absl::Status CheckListenAddress(const std::string& host, uint16_t port);

}  // namespace presshawk
