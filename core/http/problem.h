// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace presshawk {

inline constexpr char kProblemContentType[] = "application/problem+json";

// Why a request is refused (RFC 9457).
struct Problem {
  int status = 400;
  std::string what;  // Becomes `detail`.
  std::string where =
      "";                // `parameter limit`, `header Host`; empty: all of it.
  std::string fix = "";  // What to do instead; may be empty.
};

// `{"title":"Bad Request","status":400,"detail":…,"where":…,"fix":…}` and a
// line feed. Bytes that are no UTF-8 become U+FFFD.
std::string ProblemJson(const Problem& problem);

// "Bad Request" of 400.
std::string_view StatusTitle(int status);

// What a handler of JSON gives: a document, or why there is none.
using JsonAnswer = std::variant<std::string, Problem>;

}  // namespace presshawk
