// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace presshawk {

// Names the machines on which a database can be used: the version of the
// library and the features of this processor, as text.
std::string HyperscanVersion();

}  // namespace presshawk
