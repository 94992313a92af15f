// SPDX-License-Identifier: Apache-2.0
#include "core/config/config_error.h"

#include "core/base/str_cat.h"

namespace presshawk {

std::string FormatText(const ConfigError& error) {
  std::string text = StrCat(error.file, ":", error.place.line, ":",
                            error.place.column, ": error: ", error.message);
  if (!error.fix.empty()) {
    StrAppend(&text, "\n  fix: ", error.fix);
  }
  return text;
}

std::string FormatText(const std::vector<ConfigError>& errors) {
  std::string text;
  for (const ConfigError& error : errors) {
    StrAppend(&text, FormatText(error), "\n");
  }
  return text;
}

}  // namespace presshawk
