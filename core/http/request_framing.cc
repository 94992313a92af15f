// SPDX-License-Identifier: Apache-2.0
#include "core/http/request_framing.h"

#include <algorithm>
#include <charconv>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr char kWhere[] = "header Content-Length";

}  // namespace

std::optional<Problem> CheckFraming(const RequestFraming& framing,
                                    uint64_t body_bytes_max) {
  uint64_t length = 0;
  for (const std::string& text : framing.content_lengths) {
    const bool digits =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
          return c >= '0' && c <= '9';
        });
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), length);
    if (digits && error == std::errc::result_out_of_range) {
      length = UINT64_MAX;
    } else if (!digits || error != std::errc() ||
               end != text.data() + text.size()) {
      return Problem{400, "the length of the body is no number", kWhere,
                     "send the number of its bytes"};
    }
    if (text != framing.content_lengths.front()) {
      return Problem{400, "the body has two lengths", kWhere, "send one"};
    }
  }
  if (framing.has_transfer_encoding && !framing.content_lengths.empty()) {
    return Problem{400, "the body has a length and a transfer encoding", kWhere,
                   "send one of the two"};
  }
  if ((framing.method == "GET" || framing.method == "HEAD") &&
      (length > 0 || framing.has_transfer_encoding)) {
    return Problem{400, StrCat(framing.method, " has no body here"), kWhere,
                   "send none"};
  }
  if (length > body_bytes_max) {
    return Problem{413,
                   StrCat("a body has at most ", body_bytes_max, " bytes here"),
                   kWhere, "send less"};
  }
  return std::nullopt;
}

}  // namespace presshawk
