// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/config/config_section.h"

namespace presshawk {

enum class LogFormat : uint8_t { kText, kJson };
enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };
std::string_view LogFormatName(LogFormat format);
std::string_view LogLevelName(LogLevel level);

struct LogOptions {
  LogFormat format = LogFormat::kText;  // format: text or json, on stderr.
  LogLevel level = LogLevel::kInfo;     // level: debug, info, warn or error.
};

void ReadLog(ConfigSection* file, LogOptions* options);
void DumpLog(const LogOptions& options, std::string* dump);

}  // namespace presshawk
