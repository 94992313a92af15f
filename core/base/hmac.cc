// SPDX-License-Identifier: Apache-2.0
#include "core/base/hmac.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace presshawk {
namespace {

constexpr size_t kBlockBytes = 64;
using Block = std::array<uint8_t, kBlockBytes>;

std::string_view TextOf(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

Block XorOf(const Block& key, uint8_t pad) {
  Block block;
  std::transform(key.begin(), key.end(), block.begin(), [pad](uint8_t byte) {
    return static_cast<uint8_t>(byte ^ pad);
  });
  return block;
}

}  // namespace

Sha256Digest HmacSha256(std::string_view key,
                        std::initializer_list<std::string_view> pieces) {
  // PERF: HMAC over our own Sha256 and not by EVP_MAC, which looks its
  // algorithm up under a lock and allocates for every message.
  thread_local Sha256 hash;
  Block block = {};
  if (key.size() > kBlockBytes) {
    const Sha256Digest digest = hash.Add(key).Finish();
    std::copy(digest.begin(), digest.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  const Block inner = XorOf(block, 0x36);
  hash.Add(TextOf(inner.data(), inner.size()));
  for (const std::string_view piece : pieces) {
    hash.Add(piece);
  }
  const Sha256Digest inside = hash.Finish();
  const Block outer = XorOf(block, 0x5c);
  return hash.Add(TextOf(outer.data(), outer.size()))
      .Add(TextOf(inside.data(), inside.size()))
      .Finish();
}

}  // namespace presshawk
