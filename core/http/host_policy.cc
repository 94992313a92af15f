// SPDX-License-Identifier: Apache-2.0
#include "core/http/host_policy.h"

#include <algorithm>
#include <optional>

#include "core/base/authority.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// As browsers write it: without the scheme's own port.
std::string OriginOf(const HttpUrl& url) {
  const Authority& to = url.authority;
  const bool is_ipv6 = to.host.find(':') != std::string::npos;
  const std::string_view own_port = url.is_https ? "443" : "80";
  return StrCat(
      url.is_https ? "https://" : "http://", is_ipv6 ? "[" : "", to.host,
      is_ipv6 ? "]" : "",
      to.port.empty() || to.port == own_port ? "" : StrCat(":", to.port));
}

}  // namespace

HostPolicy::HostPolicy(const std::vector<std::string>& hosts,
                       const std::string& public_url)
    : names_{"localhost"} {
  for (const std::string& host : hosts) {
    if (const std::optional<Authority> name = ParseAuthority(host)) {
      names_.push_back(name->host);
    }
  }
  if (const std::optional<HttpUrl> url = ParseHttpUrl(public_url)) {
    names_.push_back(url->authority.host);
    public_host_ = url->authority.host;
    public_origin_ = OriginOf(*url);
    public_is_https_ = url->is_https;
  }
}

bool HostPolicy::Allows(std::string_view host) const {
  const std::optional<Authority> asked = ParseAuthority(host);
  return asked.has_value() &&
         (asked->is_ip ||
          std::find(names_.begin(), names_.end(), asked->host) != names_.end());
}

bool HostPolicy::IsPublicHttps(std::string_view host) const {
  const std::optional<Authority> asked = ParseAuthority(host);
  return public_is_https_ && asked.has_value() && asked->host == public_host_;
}

bool HostPolicy::IsCrossSite(std::string_view sec_fetch_site,
                             std::string_view origin,
                             std::string_view host) const {
  if (!sec_fetch_site.empty()) {
    return sec_fetch_site != "same-origin" && sec_fetch_site != "none";
  }
  if (origin.empty()) {
    return false;
  }
  if (!public_origin_.empty() && origin == public_origin_) {
    return false;  // A proxy may have put its own name for us into `Host`.
  }
  const std::optional<HttpUrl> from = ParseHttpUrl(origin);
  const std::optional<Authority> to = ParseAuthority(host);
  return !from.has_value() || !to.has_value() ||
         from->authority.host != to->host || from->authority.port != to->port;
}

}  // namespace presshawk
