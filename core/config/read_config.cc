// SPDX-License-Identifier: Apache-2.0
#include "core/config/read_config.h"

#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/config/config_reader.h"
#include "core/yaml/json_file.h"
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

// Gives each element of a list to its reader.
class ElementReader : public YamlElementReader {
 public:
  ElementReader(ConfigReader* reader, std::string name, ConfigListReader* list)
      : reader_(reader), name_(std::move(name)), list_(list) {}

  bool OnElement(const YamlNode& element,
                 absl::Span<const YamlMistake> mistakes,
                 std::string_view /*content*/) override {
    const size_t errors = reader_->error_count();
    TellMistakes(mistakes, reader_);
    const std::string name =
        name_.empty() ? "" : StrCat(name_, "[", index_++, "]");
    const ConfigPlace place = ConfigReader::PlaceOf(element.place);
    if (element.is_map()) {
      ConfigSection section(reader_, name, element, place);
      list_->Read(&section);
      section.RejectUnknownKeys();
    } else {
      reader_->Error(place,
                     StrCat(name.empty() ? "this" : name, " must be a map"),
                     "begin it with its id");
    }
    list_->End(reader_->error_count() == errors);
    // A file of another kind has a mistake in every line.
    constexpr size_t kErrorsMax = 10'000;
    return reader_->error_count() < kErrorsMax;
  }

  static void TellMistakes(absl::Span<const YamlMistake> mistakes,
                           ConfigReader* reader) {
    for (const YamlMistake& mistake : mistakes) {
      reader->Error(ConfigReader::PlaceOf(mistake.place), mistake.message,
                    mistake.fix);
    }
  }

 private:
  ConfigReader* const reader_;
  const std::string name_;
  ConfigListReader* const list_;
  size_t index_ = 0;
};

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

ConfigProblems ReadConfigList(std::string_view text, const std::string& file,
                              std::string_view key, ConfigListReader* list) {
  const Environment as_written;
  ConfigReader reader(file, as_written);
  reader.TakeNullForAbsent();
  ElementReader elements(&reader, std::string(key), list);
  const YamlFile yaml = ReadYamlElements(text, key, &elements);
  ElementReader::TellMistakes(yaml.mistakes, &reader);
  if (yaml.whole) {
    ConfigSection root(&reader, "", yaml.root, {});
    const YamlNode* const found = yaml.root.Find(key);
    root.Has(key);  // Known.
    if (found == nullptr && yaml.mistakes.empty()) {
      root.Error({}, StrCat("there is no `", key, ":` in this file"),
                 StrCat("begin with `", key, ":` and a list"));
    } else if (found != nullptr && !found->is_sequence() && !found->is_null()) {
      root.Error(root.PlaceOfKey(key), StrCat(key, " is a list"),
                 StrCat("begin each entry with `- id:`"));
    }
    root.RejectUnknownKeys();
  }
  return {.errors = reader.TakeErrors(), .warnings = reader.TakeWarnings()};
}

ConfigProblems ReadConfigListJson(std::string_view json,
                                  const std::string& file, uint32_t line,
                                  ConfigListReader* list) {
  const Environment as_written;
  ConfigReader reader(file, as_written);
  reader.TakeNullForAbsent();
  const YamlFile tree = ReadJsonTree(json, line);
  if (tree.whole) {
    ElementReader(&reader, "", list).OnElement(tree.root, tree.mistakes, json);
  } else {
    ElementReader::TellMistakes(tree.mistakes, &reader);
    list->End(/*good=*/false);
  }
  return {.errors = reader.TakeErrors(), .warnings = reader.TakeWarnings()};
}

}  // namespace presshawk
