// SPDX-License-Identifier: Apache-2.0
// Reads a configuration file for whoever knows its sections.
//
//   file ──YAML──► ConfigSection ──read()──► options, errors with their places
//
//   CacheOptions cache;
//   const ConfigProblems problems = ReadConfigText(
//       text, "presshawk.yaml", ProcessEnvironment(),
//       [&](ConfigSection* file) { ReadCache(file, &cache); });
//
// `presshawk run` reads its sections by LoadOptions() (load_options.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "core/config/config_error.h"
#include "core/config/config_section.h"
#include "core/config/environment.h"

namespace presshawk {

struct ConfigProblems {
  // Every error of the file, in its order. Of broken YAML only the first is
  // told, because what follows it is unknown.
  std::vector<ConfigError> errors;
  // What is allowed and hardly meant, in the order of the file.
  std::vector<ConfigError> warnings;
};

// Calls `read` with the section of the whole file, and then rejects the keys
// that nobody asked for. `read` is not called where the text is no YAML.
// `file` is what errors call the file.
ConfigProblems ReadConfigText(std::string_view text, const std::string& file,
                              const Environment& environment,
                              absl::FunctionRef<void(ConfigSection*)> read);

// The same for a file of at most 1 MiB. A file that cannot be read is an error
// at 1:1.
ConfigProblems ReadConfigFile(const std::string& path,
                              const Environment& environment,
                              absl::FunctionRef<void(ConfigSection*)> read);

// Reads files of another kind whose map has one list, such as subscriptions: an
// element at a time, so that the tree of a long list never exists. Their values
// are taken as they are written: `${VAR}` and `{file: PATH}` mean nothing, and
// a key without a value is absent.
class ConfigListReader {
 public:
  virtual ~ConfigListReader() = default;
  // One element, a map. What it says must not outlive the call.
  virtual void Read(ConfigSection* element) = 0;
  // The element is at its end: its keys that nobody asked for were told as
  // errors. `good`: it had no error.
  virtual void End(bool good) = 0;
};

// The list under `key`, such as "subscriptions".
ConfigProblems ReadConfigList(std::string_view text, const std::string& file,
                              std::string_view key, ConfigListReader* reader);

// One element as a JSON object, on line `line` of the file: a line of NDJSON,
// or a record of a topic.
ConfigProblems ReadConfigListJson(std::string_view json,
                                  const std::string& file, uint32_t line,
                                  ConfigListReader* reader);

}  // namespace presshawk
