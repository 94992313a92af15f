// SPDX-License-Identifier: Apache-2.0
// commit_interval:, drain_timeout: the values stand in Options itself
// (options.h).
#pragma once

#include <string>

#include "core/config/config_section.h"

namespace presshawk {

struct Options;

void ReadTiming(ConfigSection* file, Options* options);
void DumpTiming(const Options& options, std::string* dump);

}  // namespace presshawk
