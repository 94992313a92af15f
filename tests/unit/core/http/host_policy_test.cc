// SPDX-License-Identifier: Apache-2.0
#include "core/http/host_policy.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(HostPolicyTest, AddressesLocalhostAndOurNamesPassAndNoOther) {
  const HostPolicy policy({"press.internal", "Presshawk"},
                          "https://watch.example/press");
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:9464", "10.1.2.3", "[::1]:9464", "localhost",
        "LOCALHOST:1", "localhost.", "press.internal", "PRESSHAWK:9464",
        "watch.example", "watch.example:443"}) {
    EXPECT_TRUE(policy.Allows(host)) << host;
  }
  for (const char* host :
       {"", "evil.example", "evil.example:9464", "127.0.0.1.evil.example",
        "localhost.evil.example", "press.internal.evil.example",
        "xpress.internal", "evil.example@127.0.0.1", "127.0.0.1 evil.example",
        "localhost:evil", "sub.localhost"}) {
    EXPECT_FALSE(policy.Allows(host)) << host;
  }
  EXPECT_FALSE(HostPolicy({}, "").Allows("watch.example"));
}

TEST(HostPolicyTest, ABrowserTellsWhoSentARequest) {
  const HostPolicy policy({}, "");
  const auto is_cross = [&](const char* site, const char* origin) {
    return policy.IsCrossSite(site, origin, "127.0.0.1:9464");
  };
  EXPECT_FALSE(is_cross("", ""));  // Not a browser.
  EXPECT_FALSE(is_cross("same-origin", "http://127.0.0.1:9464"));
  EXPECT_FALSE(is_cross("none", ""));  // Typed by the user.
  EXPECT_TRUE(is_cross("cross-site", ""));
  EXPECT_TRUE(is_cross("same-site", "http://127.0.0.1:9464"));
  EXPECT_TRUE(is_cross("unheard-of", ""));
  EXPECT_FALSE(is_cross("", "http://127.0.0.1:9464"));
  for (const char* origin :
       {"null", "http://evil.example", "http://127.0.0.1",
        "http://127.0.0.1:9465", "http://127.0.0.1:9464.evil.example"}) {
    EXPECT_TRUE(is_cross("", origin)) << origin;
  }
}

TEST(HostPolicyTest, AProxyMayCallUsByAnotherName) {
  const HostPolicy policy({"press.internal"}, "https://watch.example:443/p");
  EXPECT_FALSE(
      policy.IsCrossSite("", "https://watch.example", "press.internal:9464"));
  EXPECT_TRUE(
      policy.IsCrossSite("", "http://watch.example", "press.internal:9464"));
  EXPECT_TRUE(policy.IsPublicHttps("watch.example"));
  EXPECT_FALSE(policy.IsPublicHttps("press.internal"));
  EXPECT_FALSE(
      HostPolicy({}, "http://watch.example").IsPublicHttps("watch.example"));
}

}  // namespace
}  // namespace presshawk
