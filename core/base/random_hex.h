// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace presshawk {

// `bytes` random bytes as hexadecimal digits: a name that no other process has
// given. Thread-safe.
std::string RandomHex(size_t bytes);

}  // namespace presshawk
