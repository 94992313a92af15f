// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/json/mapping.h"

namespace presshawk {

// Returns the mapping with that name; nullopt if there is no such preset.
std::optional<Mapping> FindPreset(std::string_view name);

}  // namespace presshawk
