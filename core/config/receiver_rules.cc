// SPDX-License-Identifier: Apache-2.0
#include "core/config/receiver_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <arpa/inet.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "core/base/authority.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// An address as its bytes, or nothing.
std::optional<std::string> AddressBytes(const std::string& text) {
  std::array<char, sizeof(in6_addr)> bytes;
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), sizeof(in_addr));
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), sizeof(in6_addr));
  }
  return std::nullopt;
}

struct Network {
  std::string address;
  uint32_t bits = 0;
};

std::optional<Network> ParseNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto address = AddressBytes(std::string(text.substr(0, slash)));
  Network network;
  if (!address.has_value() ||
      !absl::SimpleAtoi(std::string(text.substr(slash + 1)), &network.bits) ||
      network.bits > 8 * address->size()) {
    return std::nullopt;
  }
  network.address = *address;
  return network;
}

bool Contains(const Network& network, const std::string& address) {
  if (network.address.size() != address.size()) {
    return false;
  }
  for (uint32_t bit = 0; bit < network.bits; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80U >> (bit % 8));
    if ((static_cast<uint8_t>(network.address[bit / 8]) & mask) !=
        (static_cast<uint8_t>(address[bit / 8]) & mask)) {
      return false;
    }
  }
  return true;
}

// An address in `allow_networks` may have any port. Of a name that is known
// only when it is dialled.
bool MayHaveAnyPort(const ReceiverOptions& receiver, const Authority& host) {
  if (!host.is_ip) {
    return !receiver.allow_networks.empty();
  }
  const std::optional<std::string> address = AddressBytes(host.host);
  return address.has_value() &&
         std::any_of(
             receiver.allow_networks.begin(), receiver.allow_networks.end(),
             [&](const std::string& text) {
               const auto network = ParseNetwork(text);
               return network.has_value() && Contains(*network, *address);
             });
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
  const auto& allowed = receiver.allow_ports;
  const bool is_usual =
      port == 443 || port == 8443 || (port == 80 && !parsed->is_https);
  if (!is_usual &&
      std::find(allowed.begin(), allowed.end(), port) == allowed.end() &&
      !MayHaveAnyPort(receiver, parsed->authority)) {
    return {StrCat("has port ", port, ", and 443 and 8443 are allowed"),
            StrCat("write allow_ports: [", port,
                   "], or allow_networks: with the network it is in")};
  }
  return {};
}

std::string NetworkMistake(std::string_view network) {
  return ParseNetwork(network).has_value()
             ? ""
             : "is no network: write it as 10.0.0.0/8 or fd00::/8";
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
