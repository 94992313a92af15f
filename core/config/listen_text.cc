// SPDX-License-Identifier: Apache-2.0
#include "core/config/listen_text.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"

namespace presshawk {

void ReadListenAddress(ConfigSection* section, std::string* host_out,
                       uint16_t* port_out) {
  const std::optional<ConfigScalar> listen = section->Scalar("listen");
  if (!listen.has_value()) {
    return;
  }
  const size_t colon = listen->text.rfind(':');
  std::string host = listen->text.substr(0, colon);
  const bool bracketed =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  uint32_t port = 0;
  if (colon == std::string::npos || host.empty() ||
      (!bracketed && host.find(':') != std::string::npos) ||
      !absl::SimpleAtoi(listen->text.substr(colon + 1), &port) ||
      port > 65535) {
    section->Error(
        listen->place,
        StrCat(section->PathOf("listen"),
               " must be an address and a port, not `", listen->written, "`"),
        StrCat("write listen: \"127.0.0.1:", *port_out,
               "\" (\"0.0.0.0:", *port_out,
               "\" for all interfaces, \"[::1]:", *port_out, "\" for IPv6)"));
    return;
  }
  *host_out = std::move(host);
  *port_out = static_cast<uint16_t>(port);
}

std::string ListenAddressText(const std::string& host, uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return StrCat(is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", ":", port);
}

}  // namespace presshawk
