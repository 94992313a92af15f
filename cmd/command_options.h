// Options that several commands have, said in one way.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace presshawk {

// What these write to must outlive the parsing of the command line.

// `-m MAPPING`: a preset or a file.
void AddMappingOption(CLI::App* command, std::string* mapping);
// `FILE...`: NDJSON articles.
void AddArticleFiles(CLI::App* command, std::vector<std::string>* files);
// `--format text|json`.
void AddFormatOption(CLI::App* command, bool* json);

}  // namespace presshawk
