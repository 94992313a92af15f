// SPDX-License-Identifier: Apache-2.0
#include "core/base/api_token.h"

#include <array>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "core/base/random_hex.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 3> kScopes = {"read", "act", "admin"};
constexpr std::string_view kPrefix = "phk";
constexpr size_t kIdBytes = 5;
constexpr size_t kSecretBytes = 24;

// CRC-32 (ISO 3309), bit by bit: a token is short.
uint32_t Crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
    }
  }
  return ~crc;
}

std::string Checksum(std::string_view text) {
  return absl::StrFormat("%08x", Crc32(text));
}

}  // namespace

std::string_view TokenScopeName(TokenScope scope) {
  return kScopes[static_cast<size_t>(scope)];
}

std::optional<TokenScope> ParseTokenScope(std::string_view name) {
  for (size_t i = 0; i < kScopes.size(); ++i) {
    if (kScopes[i] == name) {
      return static_cast<TokenScope>(i);
    }
  }
  return std::nullopt;
}

ApiToken NewApiToken() {
  ApiToken token;
  token.id = RandomHex(kIdBytes);
  token.text = StrCat(kPrefix, "_", token.id, "_", RandomHex(kSecretBytes));
  StrAppend(&token.text, "_", Checksum(token.text));
  return token;
}

std::optional<std::string> ApiTokenId(std::string_view text) {
  const size_t end = text.rfind('_');
  if (end == std::string_view::npos ||
      text.substr(end + 1) != Checksum(text.substr(0, end))) {
    return std::nullopt;
  }
  const std::vector<std::string> parts =
      absl::StrSplit(std::string(text.substr(0, end)), '_');
  return parts.size() == 3 && parts[0] == kPrefix ? std::optional(parts[1])
                                                  : std::nullopt;
}

std::string ApiTokenHash(std::string_view text) {
  return HexPrefix(Sha256().Add(text).Finish(), sizeof(Sha256Digest));
}

}  // namespace presshawk
