// SPDX-License-Identifier: Apache-2.0
// The text of an API token, and what a token may do (SPEC HTTP-11).
//
//   phk_<id>_<secret>_<crc>     phk_3f9a1c77d2_5b…(48 digits)…_0c81e2aa
//
// The checksum tells a mistyped token, and lets a scanner of leaked secrets know
// one. Only a hash of the text is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace presshawk {

// Each may do what those before may.
enum class TokenScope : uint8_t {
  kRead,   // Reading.
  kAct,    // What changes something: replays, silences, pauses.
  kAdmin,  // What is the operator's: reloads, acknowledging a loss.
};

std::string_view TokenScopeName(TokenScope scope);
std::optional<TokenScope> ParseTokenScope(std::string_view name);

struct ApiToken {
  std::string id;
  std::string text;
};

// A new one, of random bytes. Thread-safe.
ApiToken NewApiToken();

// The id in the text of a token; nothing where it is none, or is mistyped.
std::optional<std::string> ApiTokenId(std::string_view text);

// What is kept of the text: SHA-256, in hexadecimal.
std::string ApiTokenHash(std::string_view text);

}  // namespace presshawk
