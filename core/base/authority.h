// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace presshawk {

// The part of a URL, and a header `Host`, that says whom it is for.
struct Authority {
  // In lower case, without brackets, without the dot that may end a name.
  std::string host;
  bool is_ip = false;  // An IPv4 or IPv6 address, written out.
  std::string port;    // Digits; empty: not given.
};

// `name`, `name:9464`, `10.0.0.1:9464`, `[::1]:9464`. Nothing for anything
// else: user names, blanks, characters that no host name has.
std::optional<Authority> ParseAuthority(std::string_view text);

// An absolute URL of http or https, without user, query and fragment.
struct HttpUrl {
  bool is_https = false;
  Authority authority;
};
std::optional<HttpUrl> ParseHttpUrl(std::string_view url);

}  // namespace presshawk
