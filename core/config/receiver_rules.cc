// SPDX-License-Identifier: Apache-2.0
#include "core/config/receiver_rules.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "core/base/authority.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/delivery/address_guard.h"
#include "core/delivery/webhook_signature.h"

namespace presshawk {
namespace {

// What is known of a name before it is dialled is its port alone.
ReceiverMistake JudgePort(const ReceiverOptions& receiver, uint32_t port) {
  const auto& allowed = receiver.allow_ports;
  if (port == 443 || port == 8443 || !receiver.allow_networks.empty() ||
      std::find(allowed.begin(), allowed.end(), port) != allowed.end()) {
    return {};
  }
  return {StrCat("has port ", port, ", and 443 and 8443 are allowed"),
          StrCat("write allow_ports: [", port,
                 "], or allow_networks: with the network it is in")};
}

// An address is judged as it is when it is dialled.
ReceiverMistake JudgeAddress(const ReceiverOptions& receiver,
                             const IpAddress& address, uint32_t port) {
  const absl::StatusOr<AddressGuard> guard =
      AddressGuard::Create({.allow_networks = receiver.allow_networks,
                            .allow_ports = receiver.allow_ports});
  const absl::Status status =
      guard.ok() ? guard->Judge(address, static_cast<uint16_t>(port))
                 : guard.status();
  return status.ok() ? ReceiverMistake()
                     : ReceiverMistake{StrCat("cannot be sent to: ",
                                              std::string(status.message())),
                                       ""};
}

}  // namespace

ReceiverMistake JudgeReceiverUrl(const ReceiverOptions& receiver) {
  const std::string& url = receiver.url.value;
  const std::string_view front =
      std::string_view(url).substr(0, url.find_first_of("?#"));
  const size_t host_begin = front.find("://");
  if (host_begin != std::string_view::npos &&
      front.substr(host_begin + 3)
              .substr(0, front.substr(host_begin + 3).find('/'))
              .find('@') != std::string_view::npos) {
    return {"holds a user name", "leave it out: a URL is no place for it"};
  }
  const std::optional<HttpUrl> parsed = ParseHttpUrl(front);
  const bool has_blank = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
  });
  if (!parsed.has_value() || has_blank) {
    return {"is no http(s) URL", "write https://HOST/PATH"};
  }
  if (url.find('#') != std::string::npos) {
    return {"holds a fragment (#…), which is never sent", "remove it"};
  }
  if (!parsed->is_https && !receiver.allow_http) {
    return {"is not https",
            "use https, or write allow_http: true where the network between is "
            "yours"};
  }
  uint32_t port = parsed->is_https ? 443 : 80;
  if (!parsed->authority.port.empty()) {
    (void)absl::SimpleAtoi(parsed->authority.port, &port);
  }
  const std::optional<IpAddress> address =
      parsed->authority.is_ip ? IpAddress::Parse(parsed->authority.host)
                              : std::nullopt;
  return address.has_value() ? JudgeAddress(receiver, *address, port)
                             : JudgePort(receiver, port);
}

std::string NetworkMistake(std::string_view network) {
  return IpNetwork::Parse(std::string(network)).has_value()
             ? ""
             : "is no network: write it as 10.0.0.0/8 or fd00::/8";
}

std::string_view SecretMistake(std::string_view secret) {
  constexpr size_t kBytesMin = 24;
  constexpr size_t kBytesMax = 64;
  const std::optional<std::string> key = WebhookKey(secret);
  if (!key.has_value()) {
    return "is no secret in base64";
  }
  return secret.starts_with("whsec_") &&
                 (key->size() < kBytesMin || key->size() > kBytesMax)
             ? "must hold 24 to 64 bytes behind whsec_"
             : "";
}

std::string ShownUrl(std::string_view url) {
  const std::string hash = HexPrefix(Sha256().Add(url).Finish(), 2);
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    return StrCat("…#", hash);
  }
  const std::string_view scheme = url.substr(0, scheme_end + 3);
  std::string_view host = url.substr(scheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (const size_t user = host.rfind('@'); user != std::string_view::npos) {
    host.remove_prefix(user + 1);
  }
  return StrCat(scheme, host, "/…#", hash);
}

std::string ShownReceiver(const ReceiverOptions& receiver) {
  switch (receiver.kind) {
    case ReceiverKind::kKafka:
      return StrCat("kafka:", receiver.topic);
    case ReceiverKind::kFile:
      return StrCat("file:", receiver.path);
    case ReceiverKind::kEmail:
      return StrCat("email:", absl::StrJoin(receiver.to, ","));
    case ReceiverKind::kWebhook:
    case ReceiverKind::kSlack:
    case ReceiverKind::kTeams:
      break;
  }
  return ShownUrl(receiver.url.value);
}

std::string ReceiverFingerprint(const ReceiverOptions& receiver) {
  Sha256 hash;
  for (const Secret* secret :
       {&receiver.url, &receiver.secret, &receiver.previous_secret}) {
    hash.AddTerminated(secret->file);
    hash.AddTerminated(secret->file.empty() ? secret->value : "");
  }
  hash.AddTerminated(ReceiverKindName(receiver.kind));
  hash.AddTerminated(absl::StrJoin(receiver.to, ","));
  hash.AddTerminated(receiver.topic).AddTerminated(receiver.path);
  hash.AddTerminated(absl::StrJoin(receiver.allow_networks, ","));
  hash.AddTerminated(absl::StrJoin(receiver.allow_ports, ","));
  hash.AddTerminated(StrCat(
      absl::FormatTime(receiver.previous_until, absl::UTCTimeZone()), " ",
      receiver.rate, "/", absl::FormatDuration(receiver.rate_period), " ",
      receiver.in_flight, " ", absl::FormatDuration(receiver.give_up), " ",
      receiver.max_body, " ", receiver.allow_http ? 1 : 0, " ", receiver.burst,
      " ", absl::FormatDuration(receiver.stale_after), " ",
      receiver.hold_unknown ? 1 : 0));
  return HexPrefix(hash.Finish(), 16);
}

}  // namespace presshawk
