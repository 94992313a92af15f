// SPDX-License-Identifier: Apache-2.0
// workers:, engine: the values stand in Options itself (options.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/config/config_section.h"

namespace presshawk {

struct Options;

// engine: auto takes the faster one for the number of terms.
enum class EngineOption : uint8_t { kAuto, kHyperscan, kTokens };
std::string_view EngineOptionName(EngineOption engine);

void ReadWorkers(ConfigSection* file, Options* options);
void DumpWorkers(const Options& options, std::string* dump);

}  // namespace presshawk
