#pragma once

#include "core/config/options.h"

namespace presshawk {

// Sets spdlog's default logger up: standard error, as text or as one JSON
// object a line. Call once, before other threads log.
void SetUpLogging(const LogOptions& options);

}  // namespace presshawk
