// SPDX-License-Identifier: Apache-2.0
// Which requests are for us, and which a page of somebody else sent.
//
// DNS REBINDING. A page of evil.example can make its own name point at our
// address and then is of our "origin": only the name in `Host` tells. So a name
// must be one of ours; an address cannot be made to point elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// Immutable. THREAD SAFETY. All of it.
class HostPolicy {
 public:
  // The names that pass beside addresses and `localhost`: `hosts`, and the host
  // of `public_url` (empty: none).
  HostPolicy(const std::vector<std::string>& hosts,
             const std::string& public_url);

  // Whether a request with this header `Host` is answered. A header that is
  // malformed is not.
  bool Allows(std::string_view host) const;

  // Whether the client reaches us by the https of `public_url`: then cookies
  // are for https alone.
  bool IsPublicHttps(std::string_view host) const;

  // Whether a browser says that a page of another origin sent a request that
  // changes something: by `Sec-Fetch-Site`, which a page cannot set; where the
  // browser does not send it (plain http other than localhost), by `Origin`.
  // Other clients send neither, and pass. Each header empty where absent.
  bool IsCrossSite(std::string_view sec_fetch_site, std::string_view origin,
                   std::string_view host) const;

 private:
  std::vector<std::string> names_;
  std::string public_host_;    // Empty: there is no public_url.
  std::string public_origin_;  // `https://name:port` of it.
  bool public_is_https_ = false;
};

}  // namespace presshawk
