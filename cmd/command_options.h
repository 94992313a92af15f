// SPDX-License-Identifier: Apache-2.0
// Options that several commands have, said in one way.
#pragma once

#include <string>
#include <vector>

#include "cmd/cli/command.h"

namespace presshawk {

// What these write to must outlive the parsing of the command line.

// `-m MAPPING`: a preset or a file.
void AddMappingOption(Command command, std::string* mapping);
// `FILE...`: NDJSON articles.
CommandOption AddArticleFiles(Command command, std::vector<std::string>* files);
// `--format text|json`.
void AddFormatOption(Command command, bool* json);

}  // namespace presshawk
