// SPDX-License-Identifier: Apache-2.0
// The head of a request, read by the letter of RFC 9112 and no more leniently:
// what two readers could understand in two ways is refused. Lines end with CR
// LF; no line is folded; no blank stands before a colon; no control character,
// NUL among them, stands anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/http_message.h"
#include "core/http/problem.h"

namespace presshawk {

// Reads `head`, from the request line to the empty line. Fills all of *request
// but `body`, `path_parameters` and `caller`. A problem with status 400, 417,
// 431 or 505 where it is none.
std::optional<Problem> ParseRequestHead(std::string_view head,
                                        HttpRequest* request);

// `text` with `%XX` decoded, and `+` as a blank where `is_query`. Nothing where
// a `%` is followed by other than two hex digits, or stands for a control
// character.
std::optional<std::string> PercentDecoded(std::string_view text, bool is_query);

}  // namespace presshawk
