#include "cmd/command_options.h"

#include "CLI/CLI.hpp"
#include "core/base/str_cat.h"
#include "ingest/json/mapping.h"

namespace presshawk {

void AddMappingOption(CLI::App* command, std::string* mapping) {
  command
      ->add_option("-m,--mapping", *mapping,
                   StrCat("How article JSON is read: a preset (",
                          MappingPresetNames(), ") or a file"))
      ->type_name("MAPPING")
      ->capture_default_str();
}

void AddArticleFiles(CLI::App* command, std::vector<std::string>* files) {
  command
      ->add_option("FILE", *files,
                   "Articles, one JSON object a line; .gz and .zst are "
                   "unpacked; none or - is standard input")
      ->type_name("");
}

void AddFormatOption(CLI::App* command, bool* json) {
  command
      ->add_option_function<std::string>(
          "--format",
          [json](const std::string& name) { *json = name == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

}  // namespace presshawk
