// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/problem.h"

namespace presshawk {

// What of a request's head says where its body ends.
struct RequestFraming {
  std::string_view method;
  std::vector<std::string> content_lengths;  // A header may stand twice.
  bool has_transfer_encoding = false;
};

// What can be told before a byte of the body: a length that is no number or
// that contradicts itself or Transfer-Encoding (request smuggling), a body for
// GET or HEAD, which have none here, a body of more than `body_bytes_max`. A
// length that is only larger than what comes cannot: what is missing may be on
// its way until the time for reading is over.
std::optional<Problem> CheckFraming(const RequestFraming& framing,
                                    uint64_t body_bytes_max);

}  // namespace presshawk
