// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/webhook_signature.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "core/base/hmac.h"
#include "core/base/str_cat.h"

namespace presshawk {

std::optional<std::string> WebhookKey(std::string_view secret) {
  constexpr std::string_view kPrefix = "whsec_";
  std::string text(secret);
  absl::StripAsciiWhitespace(&text);
  if (std::string_view(text).starts_with(kPrefix)) {
    text.erase(0, kPrefix.size());
  }
  // absl's reader also takes blanks and dots between the characters.
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' ||
           c == '/' || c == '=';
  });
  std::string key;
  if (text.empty() || !is_plain || !absl::Base64Unescape(text, &key) ||
      key.empty()) {
    return std::nullopt;
  }
  return key;
}

std::string WebhookSignature(absl::Span<const std::string> keys,
                             std::string_view id, int64_t timestamp,
                             std::string_view body) {
  const std::string before = StrCat(id, ".", timestamp, ".");
  std::string header;
  for (const std::string& key : keys) {
    const Sha256Digest code = HmacSha256(key, {before, body});
    const std::string base64 = absl::Base64Escape(
        std::string(reinterpret_cast<const char*>(code.data()), code.size()));
    StrAppend(&header, header.empty() ? "" : " ", "v1,", base64);
  }
  return header;
}

}  // namespace presshawk
