// SPDX-License-Identifier: Apache-2.0
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

// Reads one alert, with or without a line feed at its end. Returns
// InvalidArgument if it is no alert of version 1; the message says which key is
// wrong. Skips keys that version 1 does not have (SPEC ALERT-4). Thread-safe.
absl::StatusOr<Alert> ReadAlert(std::string_view json);

}  // namespace presshawk
