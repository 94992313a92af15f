// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/address_guard.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <arpa/inet.h>

#include "absl/strings/numbers.h"
#include "core/base/check.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0,    0,
                                                   0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<uint8_t, 12> kNat64Prefix = {0, 0x64, 0xff, 0x9b, 0, 0,
                                                  0, 0,    0,    0,    0, 0};
constexpr std::array<uint8_t, 12> kCompatiblePrefix = {};
constexpr unsigned kV4Bits = 96;  // Of the prefix before an IPv4 address.

IpAddress V4(const uint8_t* four) {
  std::array<uint8_t, 16> bytes = {};
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  std::copy_n(four, 4, bytes.begin() + 12);
  return IpAddress(bytes);
}

struct DeniedNetwork {
  IpNetwork network;
  std::string_view what;
};

// What is no part of the public Internet, or leads out of it by another way.
const std::vector<DeniedNetwork>& DeniedNetworks() {
  static const auto* const kDenied = [] {
    constexpr std::pair<const char*, std::string_view> kTexts[] = {
        {"0.0.0.0/8", "this machine"},
        {"10.0.0.0/8", "a private network"},
        {"100.64.0.0/10", "the network of a carrier"},
        {"127.0.0.0/8", "this machine"},
        {"169.254.0.0/16", "a link-local network, where clouds keep secrets"},
        {"172.16.0.0/12", "a private network"},
        {"192.0.0.0/24", "reserved for protocols"},
        {"192.0.2.0/24", "reserved for documentation"},
        {"192.88.99.0/24", "a relay of 6to4"},
        {"192.168.0.0/16", "a private network"},
        {"198.18.0.0/15", "reserved for measurements"},
        {"198.51.100.0/24", "reserved for documentation"},
        {"203.0.113.0/24", "reserved for documentation"},
        {"224.0.0.0/4", "a multicast group"},
        {"240.0.0.0/4", "reserved or a broadcast"},
        {"::/128", "this machine"},
        {"::1/128", "this machine"},
        {"64:ff9b::/96", "a translation to IPv4 (NAT64)"},
        {"64:ff9b:1::/48", "a translation to IPv4 (NAT64)"},
        {"100::/64", "a network that discards"},
        {"2001::/32", "a tunnel (Teredo)"},
        {"2001:db8::/32", "reserved for documentation"},
        {"2002::/16", "a tunnel (6to4)"},
        {"3fff::/20", "reserved for documentation"},
        {"5f00::/16", "reserved for segment routing"},
        {"fc00::/7", "a private network"},
        {"fe80::/10", "a link-local network"},
        {"ff00::/8", "a multicast group"},
    };
    auto* const denied = new std::vector<DeniedNetwork>;
    for (const auto& [text, what] : kTexts) {
      const std::optional<IpNetwork> network = IpNetwork::Parse(text);
      PRESSHAWK_CHECK(network.has_value());  // They stand above.
      denied->push_back({*network, what});
    }
    return denied;
  }();
  return *kDenied;
}

// Empty where the address is public.
std::string_view WhyDenied(const IpAddress& address) {
  for (const DeniedNetwork& denied : DeniedNetworks()) {
    if (denied.network.Contains(address)) {
      return denied.what;
    }
  }
  if (const auto inside = address.embedded_v4(); inside.has_value()) {
    return WhyDenied(*inside);
  }
  // All global unicast addresses that were ever given out are in 2000::/3.
  if (!address.is_v4() && (address.bytes()[0] & 0xe0U) != 0x20) {
    return "no public address";
  }
  return "";
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string text) {
  text.resize(std::min(text.find('%'), text.size()));
  std::array<uint8_t, 16> bytes = {};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return V4(bytes.data());
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return IpAddress(bytes);
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  const bool v4 = is_v4();
  return inet_ntop(v4 ? AF_INET : AF_INET6, bytes_.data() + (v4 ? 12 : 0), text,
                   sizeof(text));
}

std::optional<IpAddress> IpAddress::embedded_v4() const {
  if (bytes_[0] == 0x20 && bytes_[1] == 0x02) {
    return V4(bytes_.data() + 2);
  }
  const auto begins_with = [this](const std::array<uint8_t, 12>& prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes_.begin());
  };
  if (begins_with(kNat64Prefix) || begins_with(kCompatiblePrefix)) {
    return V4(bytes_.data() + 12);
  }
  return std::nullopt;
}

std::optional<IpNetwork> IpNetwork::Parse(const std::string& text) {
  const size_t slash = text.find('/');
  const std::optional<IpAddress> base = IpAddress::Parse(text.substr(0, slash));
  if (!base.has_value() || text.find('%') != std::string::npos) {
    return std::nullopt;
  }
  const bool is_v4 = text.find(':') == std::string::npos;
  const unsigned bits_max = is_v4 ? 32 : 128;
  unsigned bits = bits_max;
  if (slash != std::string::npos &&
      (!absl::SimpleAtoi(text.substr(slash + 1), &bits) || bits > bits_max)) {
    return std::nullopt;
  }
  return IpNetwork(*base, is_v4 ? bits + kV4Bits : bits);
}

bool IpNetwork::Contains(const IpAddress& address) const {
  const auto& left = base_.bytes();
  const auto& right = address.bytes();
  const size_t whole = bits_ / 8;
  if (!std::equal(left.begin(), left.begin() + whole, right.begin())) {
    return false;
  }
  const unsigned rest = bits_ % 8;
  const auto mask = static_cast<uint8_t>(0xff00U >> rest);
  return rest == 0 || ((left[whole] ^ right[whole]) & mask) == 0;
}

absl::StatusOr<AddressGuard> AddressGuard::Create(const Options& options) {
  AddressGuard guard;
  for (const std::string& text : options.allow_networks) {
    const std::optional<IpNetwork> network = IpNetwork::Parse(text);
    if (!network.has_value()) {
      return absl::InvalidArgumentError(
          StrCat("`", text, "` is no network: write 10.2.0.0/16 or fd00::/8"));
    }
    guard.allowed_.push_back(*network);
  }
  guard.ports_ = {443, 8443};
  guard.ports_.insert(guard.ports_.end(), options.allow_ports.begin(),
                      options.allow_ports.end());
  return guard;
}

bool AddressGuard::IsAllowed(const IpAddress& address) const {
  const std::optional<IpAddress> inside = address.embedded_v4();
  const auto is_in = [this](const IpAddress& one) {
    return std::any_of(
        allowed_.begin(), allowed_.end(),
        [&](const IpNetwork& network) { return network.Contains(one); });
  };
  if (!inside.has_value()) {
    return is_in(address);
  }
  // A tunnel that is open does not open what lies behind it.
  return is_in(*inside) || (is_in(address) && WhyDenied(*inside).empty());
}

absl::Status AddressGuard::Judge(const IpAddress& address,
                                 uint16_t port) const {
  if (IsAllowed(address)) {
    return absl::OkStatus();
  }
  const std::string text = address.ToString();
  if (const std::string_view what = WhyDenied(address); !what.empty()) {
    return absl::PermissionDeniedError(
        StrCat(text, " is refused: it is ", what,
               ". If it is meant, put its network into `allow_networks`"));
  }
  if (std::find(ports_.begin(), ports_.end(), port) == ports_.end()) {
    return absl::PermissionDeniedError(
        StrCat("port ", port, " of ", text,
               " is refused: only 443 and 8443 are open. If it is meant, put "
               "it into `allow_ports`"));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
