// SPDX-License-Identifier: Apache-2.0
// The token that requests must bear (RFC 6750).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace presshawk {

// The first line of `path`, without the white space around it. An error where
// it is empty, over 4 KiB or holds other than printable ASCII.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path);

// The token in an `Authorization` header; empty where it bears none.
std::string_view BearerOf(std::string_view authorization);

// Whether the two are one token, and not empty. Takes the same time wherever
// they differ.
bool IsSameToken(std::string_view given_token, std::string_view token);

// Whether an `Authorization` header bears `token`; compares as IsSameToken().
bool BearsToken(std::string_view authorization, std::string_view token);

}  // namespace presshawk
