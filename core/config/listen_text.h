// SPDX-License-Identifier: Apache-2.0
// `listen:` of a section: "host:port" or "[ipv6]:port".
#pragma once

#include <cstdint>
#include <string>

#include "core/config/config_section.h"

namespace presshawk {

// Reads the key `listen` into *host, without brackets, and *port. Both stay
// where there is no such key.
void ReadListenAddress(ConfigSection* section, std::string* host,
                       uint16_t* port);

// The same as a text again.
std::string ListenAddressText(const std::string& host, uint16_t port);

}  // namespace presshawk
