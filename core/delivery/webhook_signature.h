// SPDX-License-Identifier: Apache-2.0
// Signatures of Standard Webhooks 1.0.0 (version v1, HMAC-SHA-256), SPEC SEND-2.
//
//   std::optional<std::string> key = WebhookKey("whsec_MfKQ9r8GKY…");
//   WebhookSignature({*key}, "msg_4f2a…", 1614265330, body)
//       // "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace presshawk {

// The bytes of a secret, which is base64 with or without its padding and with
// or without `whsec_` before it; blanks around it are not part of it. Nothing
// for an empty secret and for one that is no base64.
std::optional<std::string> WebhookKey(std::string_view secret);

// The value of the header `webhook-signature`: one signature for each key, with
// blanks between. `timestamp` is the value of `webhook-timestamp`, in seconds
// since 1970; `id` is that of `webhook-id` and has no `.`. Thread-safe.
std::string WebhookSignature(absl::Span<const std::string> keys,
                             std::string_view id, int64_t timestamp,
                             std::string_view body);

}  // namespace presshawk
