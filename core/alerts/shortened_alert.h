// SPDX-License-Identifier: Apache-2.0
// An alert for a receiver that does not take the whole of it.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// The alert with its first hit only, no snippets, and "truncated":true. It keeps
// keys that this release does not know. Empty when `json` is not an alert.
std::string ShortenedAlert(std::string_view json);

}  // namespace presshawk
