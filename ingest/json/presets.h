#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/json/mapping.h"

namespace presshawk {

// The mapping of that name; none where there is no such preset.
std::optional<Mapping> FindPreset(std::string_view name);

}  // namespace presshawk
