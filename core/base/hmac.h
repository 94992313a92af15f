// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 (RFC 2104), by OpenSSL's libcrypto.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/base/sha256.h"

namespace presshawk {

// The code of the concatenated `pieces` under `key`, which may be empty and of
// any length. Thread-safe.
Sha256Digest HmacSha256(std::string_view key,
                        std::initializer_list<std::string_view> pieces);

}  // namespace presshawk
