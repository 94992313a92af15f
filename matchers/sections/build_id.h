// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace presshawk {

// Returns the hash that the linker computed of the running program (ELF's GNU
// build id), about 40 hex digits; empty if the program has none.
std::string ProgramBuildId();

}  // namespace presshawk
