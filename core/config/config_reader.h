// SPDX-License-Identifier: Apache-2.0
// What the sections of one file share while it is read. Private to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/environment.h"
#include "core/yaml/yaml_file.h"

namespace presshawk {

class ConfigReader {
 public:
  // Both must outlive the reader. `file` is what errors call the file. With an
  // empty `environment`, values are taken as they are written.
  ConfigReader(const std::string& file, const Environment& environment)
      : file_(file), environment_(environment) {}

  static ConfigPlace PlaceOf(const YamlPlace& place) {
    return {.line = place.line, .column = place.column};
  }
  const Environment& environment() const { return environment_; }
  // Whether a key without a value reads as one that is absent, instead of being
  // an error.
  bool null_is_absent() const { return null_is_absent_; }
  void TakeNullForAbsent() { null_is_absent_ = true; }
  size_t error_count() const { return errors_.size(); }
  void Error(ConfigPlace place, std::string message, std::string fix);
  void Warn(ConfigPlace place, std::string message, std::string fix);
  // Each is in the order of places; of one place in the order of the calls.
  std::vector<ConfigError> TakeErrors();
  std::vector<ConfigError> TakeWarnings();

 private:
  const std::string& file_;
  const Environment& environment_;
  bool null_is_absent_ = false;
  std::vector<ConfigError> errors_;
  std::vector<ConfigError> warnings_;
};

}  // namespace presshawk
