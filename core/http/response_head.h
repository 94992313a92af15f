// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/time/time.h"
#include "core/http/http_message.h"

namespace presshawk {

// The status line and the headers of an answer, up to the empty line. Every
// answer has `Cache-Control: no-store`, `X-Content-Type-Options: nosniff`,
// `Connection: close` and, unless it brings its own, a
// `Content-Security-Policy` that allows nothing. The end of a stream is the end
// of the connection: it has no `Content-Length`.
std::string ResponseHead(const HttpResponse& response, absl::Time now);

}  // namespace presshawk
