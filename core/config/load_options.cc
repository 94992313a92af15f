// SPDX-License-Identifier: Apache-2.0
#include "core/config/load_options.h"

#include <utility>

#include "core/config/read_config.h"

namespace presshawk {
namespace {

LoadedOptions Loaded(Options options, ConfigProblems problems) {
  return {.options = std::move(options),
          .errors = std::move(problems.errors),
          .warnings = std::move(problems.warnings)};
}

}  // namespace

LoadedOptions ParseOptions(std::string_view text, const std::string& file,
                           const Environment& environment) {
  Options options;
  ConfigProblems problems =
      ReadConfigText(text, file, environment,
                     [&](ConfigSection* root) { ReadOptions(root, &options); });
  return Loaded(std::move(options), std::move(problems));
}

LoadedOptions LoadOptions(const std::string& path,
                          const Environment& environment) {
  Options options;
  ConfigProblems problems =
      ReadConfigFile(path, environment,
                     [&](ConfigSection* root) { ReadOptions(root, &options); });
  return Loaded(std::move(options), std::move(problems));
}

}  // namespace presshawk
