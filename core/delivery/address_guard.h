// SPDX-License-Identifier: Apache-2.0
// Which addresses a webhook may be sent to, so that nobody who may write a URL
// reaches what only this machine can reach (SPEC SEND-11).
//
//   auto guard = AddressGuard::Create({.allow_networks = {"10.2.0.0/16"}});
//   guard->Judge(*IpAddress::Parse("10.2.3.4"), 9000);    // OK
//   guard->Judge(*IpAddress::Parse("127.0.0.1"), 443);    // PermissionDenied
//
// It judges the address that is dialled and never a name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

// An IPv4 or IPv6 address. IPv4 addresses are kept as `::ffff:a.b.c.d`, so that
// a mapped address is the same as the one that it stands for.
class IpAddress {
 public:
  // As inet_pton() reads it, without brackets; `%zone` at the end is left out.
  static std::optional<IpAddress> Parse(std::string text);
  explicit IpAddress(const std::array<uint8_t, 16>& bytes) : bytes_(bytes) {}

  bool is_v4() const;
  std::string ToString() const;
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  // The IPv4 address inside an address of 6to4 (2002::/16), of NAT64
  // (64:ff9b::/96) or of the form `::a.b.c.d`.
  std::optional<IpAddress> embedded_v4() const;

 private:
  std::array<uint8_t, 16> bytes_;
};

// `10.0.0.0/8`, `fd00::/8`; an address alone is a network of one.
class IpNetwork {
 public:
  static std::optional<IpNetwork> Parse(const std::string& text);
  bool Contains(const IpAddress& address) const;

 private:
  IpNetwork(IpAddress base, unsigned bits) : base_(base), bits_(bits) {}

  IpAddress base_;
  unsigned bits_;  // Of 128, also for IPv4.
};

// Immutable; share it freely.
class AddressGuard {
 public:
  struct Options {
    std::vector<std::string> allow_networks = {};  // Open, with every port.
    std::vector<uint16_t> allow_ports = {};        // Beside 443 and 8443.
  };
  // InvalidArgument names the network that is none.
  static absl::StatusOr<AddressGuard> Create(const Options& options);

  // OK, or PermissionDenied: why this address is refused, and what opens it.
  absl::Status Judge(const IpAddress& address, uint16_t port) const;

 private:
  AddressGuard() = default;

  bool IsAllowed(const IpAddress& address) const;

  std::vector<IpNetwork> allowed_;
  std::vector<uint16_t> ports_;
};

}  // namespace presshawk
