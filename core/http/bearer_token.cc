// SPDX-License-Identifier: Apache-2.0
#include "core/http/bearer_token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/base/read_file.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kTokenBytesMax = 4096;
constexpr std::string_view kScheme = "bearer ";

std::string_view WithoutSpaces(std::string_view text) {
  const auto is_space = [](char c) {
    return absl::ascii_isspace(static_cast<unsigned char>(c));
  };
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  const absl::StatusOr<std::string> content =
      ReadFile(path, kConfigFileBytesMax);
  if (!content.ok()) {
    return absl::Status(
        content.status().code(),
        StrCat("token_file ", std::string(content.status().message())));
  }
  const std::string_view token =
      WithoutSpaces(std::string_view(*content).substr(0, content->find('\n')));
  if (token.empty() || token.size() > kTokenBytesMax ||
      !std::all_of(token.begin(), token.end(),
                   [](char c) { return c > ' ' && c <= '~'; })) {
    return absl::InvalidArgumentError(
        StrCat("token_file ", path,
               ": its first line must be the token: 1 to 4096 printable "
               "characters without blanks"));
  }
  return std::string(token);
}

std::string_view BearerOf(std::string_view authorization) {
  const bool is_bearer =
      authorization.size() >= kScheme.size() &&
      std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                 [](char scheme, char c) {
                   return scheme ==
                          absl::ascii_tolower(static_cast<unsigned char>(c));
                 });
  return is_bearer ? WithoutSpaces(authorization.substr(kScheme.size()))
                   : std::string_view();
}

bool IsSameToken(std::string_view given_token, std::string_view token) {
  if (given_token.empty()) {
    return false;
  }
  // Digests have one length and are unforeseeable: how far two of them agree
  // tells nothing of the token.
  Sha256 sha256;
  const Sha256Digest expected = sha256.Add(token).Finish();
  const Sha256Digest given = sha256.Add(given_token).Finish();
  unsigned difference = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    difference |= static_cast<unsigned>(expected[i] ^ given[i]);
  }
  return difference == 0;
}

bool BearsToken(std::string_view authorization, std::string_view token) {
  return IsSameToken(BearerOf(authorization), token);
}

}  // namespace presshawk
