// SPDX-License-Identifier: Apache-2.0
#include "core/base/authority.h"

#include <algorithm>

#include <arpa/inet.h>

#include "absl/strings/ascii.h"

namespace presshawk {
namespace {

constexpr size_t kHostBytesMax = 255;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.' || c == '_';
}

bool IsAddress(int family, const std::string& text) {
  in6_addr address;
  return inet_pton(family, text.c_str(), &address) == 1;
}

// False where the characters behind the host are no port.
bool TakePort(std::string_view rest, std::string* port) {
  if (rest.empty()) {
    return true;
  }
  rest.remove_prefix(1);  // The colon.
  if (rest.size() > 5 || !std::all_of(rest.begin(), rest.end(), IsDigit)) {
    return false;
  }
  *port = rest;
  return true;
}

}  // namespace

std::optional<Authority> ParseAuthority(std::string_view text) {
  Authority authority;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos ||
        (end + 1 < text.size() && text[end + 1] != ':') ||
        !TakePort(text.substr(end + 1), &authority.port)) {
      return std::nullopt;
    }
    authority.host = text.substr(1, end - 1);
    authority.is_ip = IsAddress(AF_INET6, authority.host);
    return authority.is_ip ? std::optional<Authority>(authority) : std::nullopt;
  }
  const size_t colon = std::min(text.find(':'), text.size());
  std::string_view host = text.substr(0, colon);
  if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  if (host.empty() || host.size() > kHostBytesMax ||
      !std::all_of(host.begin(), host.end(), IsNameCharacter) ||
      !TakePort(text.substr(colon), &authority.port)) {
    return std::nullopt;
  }
  authority.host = host;
  for (char& c : authority.host) {
    c = absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  authority.is_ip = IsAddress(AF_INET, authority.host);
  return authority;
}

std::optional<HttpUrl> ParseHttpUrl(std::string_view url) {
  HttpUrl parsed;
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  parsed.is_https = url.starts_with(kHttps);
  if (!parsed.is_https && !url.starts_with(kHttp)) {
    return std::nullopt;
  }
  url.remove_prefix(parsed.is_https ? kHttps.size() : kHttp.size());
  const std::optional<Authority> authority =
      ParseAuthority(url.substr(0, url.find('/')));
  if (!authority.has_value() ||
      url.find_first_of("?# \t\\") != std::string_view::npos) {
    return std::nullopt;
  }
  parsed.authority = *authority;
  return parsed;
}

}  // namespace presshawk
