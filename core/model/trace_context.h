// SPDX-License-Identifier: Apache-2.0
// Checks whether the W3C Trace Context of a message is well-formed.
#pragma once

#include <string_view>

namespace presshawk {

// Checks `traceparent`: version, trace id, parent id and flags in lower-case
// hex, with no id all zeroes. A later version may add fields behind a `-`.
bool IsTraceParent(std::string_view text);

// Checks `tracestate`: 1 to 32 members `key=value` separated by commas, at most
// 512 bytes of printable ASCII.
bool IsTraceState(std::string_view text);

}  // namespace presshawk
