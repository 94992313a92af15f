// SPDX-License-Identifier: Apache-2.0
// What the URLs and networks of receivers must be, and how secrets are shown.
#pragma once

#include <string>
#include <string_view>

#include "core/delivery/receiver.h"

namespace presshawk {

struct ReceiverMistake {
  // What is wrong, to follow "the URL"; empty where nothing is. Quotes no more
  // of a URL than its scheme, host and port.
  std::string message;
  std::string fix;
};

// Whether a URL may be sent to by what is known without a resolver: https
// unless `allow_http`, no user name, an address or port that is allowed (SPEC
// CONFIG-16).
ReceiverMistake JudgeReceiverUrl(const ReceiverOptions& receiver);

// Why a text is no network; empty when it is one: "10.0.0.0/8", "fd00::/8",
// or an address alone.
std::string NetworkMistake(std::string_view network);

// Why a text is no secret of a webhook; empty when it is one: base64, with or
// without `whsec_` before it, as in Standard Webhooks, and then of 24 to 64
// bytes.
std::string_view SecretMistake(std::string_view secret);

// "https://host/…#4f2a", "kafka:TOPIC", "file:PATH", "email:a@b".
std::string ShownReceiver(const ReceiverOptions& receiver);

// "scheme://host/…#4f2a": the digits are the first of a hash of the whole URL,
// which tells one from another and gives neither away.
std::string ShownUrl(std::string_view url);

// A hash of everything that the configuration says of the receiver: of a
// secret its file, or the text where it is written out.
std::string ReceiverFingerprint(const ReceiverOptions& receiver);

}  // namespace presshawk
