// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) over pieces, by OpenSSL's libcrypto.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace presshawk {

using Sha256Digest = std::array<uint8_t, 32>;

// Reusable: Finish() starts anew. Not thread-safe. Allocates at construction
// only.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& Add(std::string_view bytes);
  // Adds `text`, then a NUL: pieces cannot run into each other.
  Sha256& AddTerminated(std::string_view text);
  Sha256Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The first `bytes` (at most 32) of a digest in lower-case hexadecimal.
std::string HexPrefix(const Sha256Digest& digest, size_t bytes);

}  // namespace presshawk
