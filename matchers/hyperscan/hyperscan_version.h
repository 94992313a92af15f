#pragma once

#include <string>

namespace presshawk {

// What a Hyperscan database fits: the library's version and this processor's
// features, as text.
std::string HyperscanVersion();

}  // namespace presshawk
