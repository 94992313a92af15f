// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/log_section.h"

#include <array>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn",
                                                     "error"};

}  // namespace

std::string_view LogFormatName(LogFormat format) {
  return kFormats[static_cast<size_t>(format)];
}

std::string_view LogLevelName(LogLevel level) {
  return kLevels[static_cast<size_t>(level)];
}

void ReadLog(ConfigSection* file, LogOptions* options) {
  ConfigSection log = file->Map("log");
  options->format =
      static_cast<LogFormat>(log.Choice("format", kFormats).value_or(0));
  options->level = static_cast<LogLevel>(
      log.Choice("level", kLevels)
          .value_or(static_cast<size_t>(LogLevel::kInfo)));
  log.RejectUnknownKeys();
}

void DumpLog(const LogOptions& options, std::string* dump) {
  StrAppend(dump, "log: {format: ", LogFormatName(options.format),
            ", level: ", LogLevelName(options.level), "}\n");
}

}  // namespace presshawk
