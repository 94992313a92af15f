// W3C Trace Context: whether what a message says is well-formed.
#pragma once

#include <string_view>

namespace presshawk {

// `traceparent`: version, trace id, parent id and flags in lower-case hex, none
// of the ids all zeroes. A later version may add fields behind a `-`.
bool IsTraceParent(std::string_view text);

// `tracestate`: up to 32 members `key=value` with commas between, at most 512
// bytes of printable ASCII. Not empty.
bool IsTraceState(std::string_view text);

}  // namespace presshawk
