// SPDX-License-Identifier: Apache-2.0
#include "cmd/command_options.h"

#include "core/base/str_cat.h"
#include "ingest/json/mapping.h"

namespace presshawk {

void AddMappingOption(Command command, std::string* mapping) {
  command
      .Add("-m,--mapping", mapping,
           StrCat("How article JSON is read: a preset (", MappingPresetNames(),
                  ") or a file"))
      .TypeName("MAPPING")
      .ShowDefault();
}

CommandOption AddArticleFiles(Command command,
                              std::vector<std::string>* files) {
  return command
      .Add("FILE", files,
           "Articles, one JSON object a line; .gz and .zst are "
           "unpacked; none or - is standard input")
      .TypeName("");
}

void AddFormatOption(Command command, bool* json) {
  command
      .Add(
          "--format",
          [json](const std::string& name) { *json = name == "json"; },
          "text or json")
      .OneOf({"text", "json"});
}

}  // namespace presshawk
