// SPDX-License-Identifier: Apache-2.0
#include "core/config/read_config.h"

#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/config/config_reader.h"
#include "core/yaml/yaml_file.h"

namespace presshawk {
namespace {

// The line of `text` that is the `number`th, from 1; empty beyond the last.
std::string_view LineOf(std::string_view text, uint32_t number) {
  while (--number > 0) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

ConfigProblems ReadConfigText(std::string_view text, const std::string& file,
                              const Environment& environment,
                              absl::FunctionRef<void(ConfigSection*)> read) {
  ConfigReader reader(file, environment);
  const YamlFile yaml = ReadYaml(text);
  for (const YamlMistake& mistake : yaml.mistakes) {
    // `{a: ${B}}` ends the map at the first brace.
    const bool is_variable =
        !yaml.whole &&
        LineOf(text, mistake.place.line).find("${") != std::string_view::npos;
    reader.Error(ConfigReader::PlaceOf(mistake.place), mistake.message,
                 is_variable
                     ? "put values with ${…} in quotes inside { } and [ ]"
                     : mistake.fix);
  }
  if (yaml.whole) {  // Else what follows cannot be told.
    ConfigSection root(&reader, "", yaml.root, {});
    read(&root);
    root.RejectUnknownKeys();
  }
  return {.errors = reader.TakeErrors(), .warnings = reader.TakeWarnings()};
}

ConfigProblems ReadConfigFile(const std::string& path,
                              const Environment& environment,
                              absl::FunctionRef<void(ConfigSection*)> read) {
  const absl::StatusOr<std::string> text =
      ReadFileContent(path, kConfigFileBytesMax);
  if (text.ok()) {
    return ReadConfigText(*text, path, environment, read);
  }
  ConfigProblems problems;
  problems.errors.push_back(
      {.file = path,
       .place = {},
       .message = StrCat("cannot read the configuration file: ",
                         std::string(text.status().message())),
       .fix = "check the path, what is there, and its permissions"});
  return problems;
}

}  // namespace presshawk
