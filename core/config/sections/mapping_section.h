// SPDX-License-Identifier: Apache-2.0
// mapping: the values stand in Options itself (options.h).
#pragma once

#include <string>

#include "core/config/config_section.h"

namespace presshawk {

struct Options;

void ReadMapping(ConfigSection* file, Options* options);
void DumpMapping(const Options& options, std::string* dump);

}  // namespace presshawk
