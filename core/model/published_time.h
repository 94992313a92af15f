// SPDX-License-Identifier: Apache-2.0
// Reads the time at which an article says that it was published.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// Parses `published_at` in the forms that feeds use:
//
//   2026-01-02T03:04:05.678+01:00     RFC 3339, ISO 8601: also with a space for
//   2026-01-02 03:04, 20260102T0304Z  the T, without seconds, without signs
//   2026-01-02, 20260102              a day: its first second
//   Fri, 2 Jan 2026 03:04:05 GMT      RFC 822, 2822: also without the weekday,
//                                     with two digits for the year
//   1767323045, 1767323045678         seconds and milliseconds since 1970
//
// A text without a zone is in UTC. So is one with a named zone that RFC 2822
// does not list, as that standard asks for (CEST is not listed). Returns
// nullopt if the text has none of these forms, names no day of the calendar, or
// is implausible: before 1980, or more than two days after `now`. Allocates
// nothing. Thread-safe.
std::optional<absl::Time> ParsePublishedTime(std::string_view text,
                                             absl::Time now);

}  // namespace presshawk
