// SPDX-License-Identifier: Apache-2.0
#include "core/text/host_name.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> FormsOf(std::string_view host) {
  if (host.empty()) {
    return {};
  }
  if (!MayHaveTwoForms(host)) {
    return {std::string(host)};
  }
  return {UnicodeHost(host), AsciiHost(host)};
}
std::vector<std::string> Url(std::string_view url) {
  return FormsOf(HostOf(url, HostOrigin::kUrl));
}
std::vector<std::string> Site(std::string_view site) {
  return FormsOf(HostOf(site, HostOrigin::kSite));
}

TEST(HostNameTest, AUrlsHostHasNoPortStopOrWww) {
  for (const char* url :
       {"https://www.bbc.co.uk:443/news?a=1#b", "//bbc.co.uk/x",
        "http://user:pass@bbc.co.uk./", "bbc.co.uk", "bbc.co.uk/news",
        "www.bbc.co.uk:8080/a"}) {
    EXPECT_THAT(Url(url), ElementsAre("bbc.co.uk")) << url;
  }
  EXPECT_THAT(Url("https://bbc.co.uk/a b"), ElementsAre("bbc.co.uk"));
  EXPECT_THAT(Url("https://[::1]:80/"), ElementsAre("[::1]"));
}

TEST(HostNameTest, WhatBeginsWithNoHostHasNone) {
  for (const char* url :
       {"", "/news/1", "../news.html", "./1.html", "?id=bbc.co.uk",
        "#bbc.co.uk", "news/1.html", "true", "breaking news. more",
        "mailto:a@bbc.co.uk", "urn:newsml:bbc.co.uk:1", "tag:bbc.co.uk,2026:1",
        "javascript:void(0)", "/go?to=https://bbc.co.uk/", "https:///x",
        "https://b bc.co.uk/", "a..b/c", "www.bbc.co.uk:8080/a b"}) {
    EXPECT_THAT(Url(url), IsEmpty()) << url;
  }
}

TEST(HostNameTest, ASiteIsAHostANameOrAUrl) {
  EXPECT_THAT(Site("www.bbc.co.uk"), ElementsAre("bbc.co.uk"));
  EXPECT_THAT(Site("https://bbc.co.uk/news"), ElementsAre("bbc.co.uk"));
  EXPECT_THAT(Site("bbc.co.uk/news"), ElementsAre("bbc.co.uk"));
  EXPECT_THAT(Site("bbc news"), ElementsAre("bbc news"));
  EXPECT_THAT(Site("новости дня"), ElementsAre("новости дня"));
  EXPECT_THAT(Site("intranet:8080"), ElementsAre("intranet"));
}

TEST(HostNameTest, HostsHaveBothForms) {
  for (const char* url :
       {"https://пример.рф/1", "https://xn--e1afmkfd.xn--p1ai/",
        "http://пример.xn--p1ai", "https://пример。рф/x"}) {
    EXPECT_THAT(Url(url), ElementsAre("пример.рф", "xn--e1afmkfd.xn--p1ai"))
        << url;
  }
  EXPECT_EQ(HostPattern("xn--e1afmkfd.xn--p1ai"), "пример.рф");
  EXPECT_EQ(HostPattern("пример.рф"), "пример.рф");
  EXPECT_EQ(HostPattern("*.xn--p1ai"), "*.рф");
  EXPECT_EQ(HostPattern("xn--e1*.рф"), "xn--e1*.xn--p1ai");
  EXPECT_EQ(HostPattern("www.bbc.co.uk"), "bbc.co.uk");
}

TEST(HostNameTest, WhatIsNoFormOfAHostStays) {
  EXPECT_THAT(Url("https://xn--a.org/"), ElementsAre("xn--a.org", "xn--a.org"));
  const std::string hostile = "xn--" + std::string(1'000'000, 'a') + ".org";
  EXPECT_THAT(Url("https://" + hostile), ElementsAre(hostile));
}

}  // namespace
}  // namespace presshawk
