// SPDX-License-Identifier: Apache-2.0
// What every long-running process answers: whether it lives, whether it works,
// and what it counts (SPEC HTTP-1).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/http/http_server.h"

namespace presshawk {

// Registers /healthz, /readyz and /metrics. Both functions are called on several
// threads at once. `not_ready_reasons` is empty while the process does its work.
void AddProbeRoutes(
    HttpServer* server, std::function<std::string()> metrics,
    std::function<std::vector<std::string>()> not_ready_reasons);

}  // namespace presshawk
