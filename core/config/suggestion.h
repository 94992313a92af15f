// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace presshawk {

// The candidate that `written` was probably meant to be: the nearest by edits
// (insert, delete, replace, swap two neighbours; case ignored), if there are at
// most 2 and they change at most a third of its characters (one is always
// allowed). Empty when none is near. Of equally near ones the first.
std::string_view NearestName(std::string_view written,
                             absl::Span<const std::string_view> candidates);

}  // namespace presshawk
