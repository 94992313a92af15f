// SPDX-License-Identifier: Apache-2.0
#include "core/base/random_hex.h"

#include <cstdint>
#include <random>

#include "core/base/hex.h"

namespace presshawk {

std::string RandomHex(size_t bytes) {
  std::random_device random;
  std::string hex;
  for (size_t i = 0; i < bytes; ++i) {
    AppendHex(static_cast<uint8_t>(random()), &hex);
  }
  return hex;
}

}  // namespace presshawk
