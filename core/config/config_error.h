// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace presshawk {

// A place in the configuration file.
struct ConfigPlace {
  uint32_t line = 1;    // From 1.
  uint32_t column = 1;  // From 1, in code points.
  friend auto operator<=>(const ConfigPlace&, const ConfigPlace&) = default;
};

// One thing wrong with the configuration.
struct ConfigError {
  std::string file;  // As given.
  ConfigPlace place;
  // What is wrong. Values are quoted as written, before ${VAR} was replaced,
  // and values of Kafka properties never: nothing secret gets into a log.
  std::string message;
  std::string fix;  // What to do; may be empty.
};

// `file:line:column: error: message`, then `  fix: …` on a line of its own
// where there is one. Ends without a line feed.
std::string FormatText(const ConfigError& error);

// All of them, one after the other, each ended by a line feed.
std::string FormatText(const std::vector<ConfigError>& errors);

}  // namespace presshawk
