// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/address_guard.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::HasSubstr;

AddressGuard Guard(const AddressGuard::Options& options = {}) {
  absl::StatusOr<AddressGuard> guard = AddressGuard::Create(options);
  EXPECT_TRUE(guard.ok()) << guard.status();
  return *std::move(guard);
}

bool IsOpen(const AddressGuard& guard, const char* address,
            uint16_t port = 443) {
  const std::optional<IpAddress> parsed = IpAddress::Parse(address);
  EXPECT_TRUE(parsed.has_value()) << address;
  return parsed.has_value() && guard.Judge(*parsed, port).ok();
}

TEST(AddressGuardTest, WhatIsNotPublicIsRefused) {
  const AddressGuard guard = Guard();
  for (const char* const address : {
           "0.0.0.0",
           "0.1.2.3",
           "10.0.0.1",
           "10.255.255.255",
           "100.64.0.1",
           "100.127.255.255",
           "127.0.0.1",
           "127.255.255.254",
           "169.254.169.254",
           "169.254.170.2",
           "172.16.0.1",
           "172.31.255.255",
           "192.0.0.1",
           "192.0.2.1",
           "192.88.99.1",
           "192.168.0.1",
           "192.168.255.255",
           "198.18.0.1",
           "198.19.255.255",
           "198.51.100.1",
           "203.0.113.1",
           "224.0.0.1",
           "239.255.255.255",
           "240.0.0.1",
           "255.255.255.255",
           // IPv6.
           "::",
           "::1",
           "fe80::1",
           "fe80::1%eth0",
           "febf::1",
           "fc00::1",
           "fd00::1",
           "fd00:ec2::254",
           "ff02::1",
           "2001:db8::1",
           "3fff::1",
           "100::1",
           "5f00::1",
           "2001::1",
           "2001:0:4136:e378:8000:63bf::",
           "fec0::1",
           "4000::1",
           "abcd::1",
           // IPv4 in another dress.
           "::ffff:127.0.0.1",
           "::ffff:10.0.0.1",
           "::ffff:a9fe:a9fe",
           "::127.0.0.1",
           "64:ff9b::7f00:1",
           "64:ff9b::a9fe:a9fe",
           "64:ff9b::808:808",
           "64:ff9b:1::a00:1",
           "2002:7f00:1::",
           "2002:a9fe:a9fe::1",
           "2002:808:808::1",
       }) {
    EXPECT_FALSE(IsOpen(guard, address)) << address;
  }
}

TEST(AddressGuardTest, NeighboursOfWhatIsRefusedAreOpen) {
  const AddressGuard guard = Guard();
  for (const char* const address :
       {"1.0.0.0",     "9.255.255.255",        "11.0.0.0",    "100.63.255.255",
        "100.128.0.0", "126.255.255.255",      "128.0.0.0",   "169.253.255.255",
        "169.255.0.0", "172.15.255.255",       "172.32.0.0",  "192.0.1.0",
        "192.0.3.0",   "192.167.255.255",      "192.169.0.0", "198.17.255.255",
        "198.20.0.0",  "223.255.255.255",      "8.8.8.8",     "::ffff:8.8.8.8",
        "2001:1::1",   "2001:4860:4860::8888", "2003::1",     "2606:4700::1111",
        "3ffe::1"}) {
    EXPECT_TRUE(IsOpen(guard, address)) << address;
  }
}

TEST(AddressGuardTest, PortsAreOpenOneByOne) {
  const AddressGuard guard = Guard({.allow_ports = {9443}});
  EXPECT_TRUE(IsOpen(guard, "8.8.8.8", 443));
  EXPECT_TRUE(IsOpen(guard, "8.8.8.8", 8443));
  EXPECT_TRUE(IsOpen(guard, "8.8.8.8", 9443));
  EXPECT_FALSE(IsOpen(guard, "8.8.8.8", 80));
  EXPECT_FALSE(IsOpen(guard, "8.8.8.8", 25));
  EXPECT_FALSE(IsOpen(guard, "10.0.0.1", 9443));
}

TEST(AddressGuardTest, AnAllowedNetworkIsOpenWithEveryPort) {
  const AddressGuard guard =
      Guard({.allow_networks = {"10.2.0.0/16", "fd00:1::/32", "127.0.0.1"}});
  EXPECT_TRUE(IsOpen(guard, "10.2.3.4", 9000));
  EXPECT_TRUE(IsOpen(guard, "::ffff:10.2.3.4", 9000));
  EXPECT_TRUE(IsOpen(guard, "64:ff9b::a02:304", 9000));
  EXPECT_FALSE(IsOpen(guard, "10.3.0.1", 443));
  EXPECT_TRUE(IsOpen(guard, "fd00:1:2::3", 80));
  EXPECT_FALSE(IsOpen(guard, "fd00:2::3", 443));
  EXPECT_TRUE(IsOpen(guard, "127.0.0.1", 1));
  EXPECT_FALSE(IsOpen(guard, "127.0.0.2", 443));
}

TEST(AddressGuardTest, AnOpenTunnelDoesNotOpenWhatLiesBehindIt) {
  const AddressGuard guard = Guard({.allow_networks = {"64:ff9b::/96"}});
  EXPECT_TRUE(IsOpen(guard, "64:ff9b::808:808"));
  EXPECT_FALSE(IsOpen(guard, "64:ff9b::7f00:1"));
  EXPECT_FALSE(IsOpen(guard, "64:ff9b::a9fe:a9fe"));
}

TEST(AddressGuardTest, ARefusalSaysWhyAndWhatOpensIt) {
  const AddressGuard guard = Guard();
  EXPECT_THAT(
      std::string(
          guard.Judge(*IpAddress::Parse("169.254.169.254"), 443).message()),
      HasSubstr("169.254.169.254 is refused: it is a link-local network"));
  EXPECT_THAT(
      std::string(guard.Judge(*IpAddress::Parse("8.8.8.8"), 80).message()),
      HasSubstr("`allow_ports`"));
}

TEST(AddressGuardTest, WhatIsNoNetworkIsSaid) {
  for (const char* const text : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "x/8",
                                 "10.0.0.0/", "10.0.0.0/-1", "fe80::1%lo/64"}) {
    EXPECT_FALSE(AddressGuard::Create({.allow_networks = {text}}).ok()) << text;
  }
}

}  // namespace
}  // namespace presshawk
