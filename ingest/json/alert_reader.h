// Reads an alert of version 1 (SPEC ALERT-1) back from its JSON.
//
//   const absl::StatusOr<Alert> alert = ReadAlert(line);
//   if (alert.ok()) {
//     Print(alert->watchlist.name, alert->article.title);
//   }
//
// It is here and not beside the builder because simdjson is used in this folder
// only.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "core/alerts/alert.h"

namespace presshawk {

// `json` is one alert, with or without a line feed at its end. InvalidArgument
// where it is none of version 1: the message says which key is wrong. Keys that
// version 1 does not know are skipped, as SPEC ALERT-4 asks. Thread-safe.
absl::StatusOr<Alert> ReadAlert(std::string_view json);

}  // namespace presshawk
