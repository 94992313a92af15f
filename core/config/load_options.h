// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/environment.h"
#include "core/config/options.h"

namespace presshawk {

struct LoadedOptions {
  Options options;  // Complete and consistent where `errors` is empty.
  // Every error of the file, in its order. (Of broken YAML only the first: what
  // follows it cannot be told.)
  std::vector<ConfigError> errors;
  // What is allowed and hardly meant; in the order of the file.
  std::vector<ConfigError> warnings;
  bool ok() const { return errors.empty(); }
};

// Reads a configuration file of at most 1 MiB. Reads the files of `{file:
// PATH}` values and opens nothing else that it names: no side effects. A file
// that cannot be read is an error at 1:1.
LoadedOptions LoadOptions(const std::string& path,
                          const Environment& environment);

// The same from text. `file` is what errors call it.
LoadedOptions ParseOptions(std::string_view text, const std::string& file,
                           const Environment& environment);

}  // namespace presshawk
