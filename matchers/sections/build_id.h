#pragma once

#include <string>

namespace presshawk {

// The linker's hash over the running program (ELF's GNU build id), 40 hex
// digits or so; empty where it has none.
std::string ProgramBuildId();

}  // namespace presshawk
