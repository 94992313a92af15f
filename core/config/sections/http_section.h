// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/config_section.h"

namespace presshawk {

// http: metrics, health, API and console on one port.
struct HttpOptions {
  // listen: "host:port" or "[ipv6]:port". Port 0 takes a free one, which the
  // log names. Default 127.0.0.1:9464.
  std::string host = "127.0.0.1";
  uint16_t port = 9464;
  ConfigPlace listen_place = {};
  // token_file: holds the token that requests must bear (`Authorization:
  // Bearer …`); /healthz and /readyz are open. Empty: none is asked for, so
  // listen on loopback only, or behind something that asks.
  std::string token_file;
  ConfigPlace token_place = {};
  // public_url: how browsers reach it, where that is through a proxy or by a
  // name: `https://watch.example`. Its host passes as those of hosts: do; with
  // https, cookies are for https alone. Empty: none.
  std::string public_url;
  // hosts: the names by which it may be asked, without port, beside addresses
  // and localhost. A request for another name is refused (421; health aside):
  // a page elsewhere could point its own name here and read (DNS rebinding).
  std::vector<std::string> hosts;
};

// Warns of a port that others reach without a name or a token.
void ReadHttp(ConfigSection* file, HttpOptions* options);
void DumpHttp(const HttpOptions& options, std::string* dump);

}  // namespace presshawk
