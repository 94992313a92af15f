// SPDX-License-Identifier: Apache-2.0
#include "core/config/config_reader.h"

#include <algorithm>
#include <utility>

namespace presshawk {
namespace {

std::vector<ConfigError> InOrder(std::vector<ConfigError> errors) {
  std::stable_sort(errors.begin(), errors.end(),
                   [](const ConfigError& a, const ConfigError& b) {
                     return a.place < b.place;
                   });
  return errors;
}

}  // namespace

void ConfigReader::Error(ConfigPlace place, std::string message,
                         std::string fix) {
  errors_.push_back({.file = file_,
                     .place = place,
                     .message = std::move(message),
                     .fix = std::move(fix)});
}

void ConfigReader::Warn(ConfigPlace place, std::string message,
                        std::string fix) {
  warnings_.push_back({.file = file_,
                       .place = place,
                       .message = std::move(message),
                       .fix = std::move(fix)});
}

std::vector<ConfigError> ConfigReader::TakeErrors() {
  return InOrder(std::move(errors_));
}

std::vector<ConfigError> ConfigReader::TakeWarnings() {
  return InOrder(std::move(warnings_));
}

}  // namespace presshawk
