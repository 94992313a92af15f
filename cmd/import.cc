// SPDX-License-Identifier: Apache-2.0
// presshawk import: other vendors' queries as watch-lists.
#include "matchers/import/import.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "core/base/json_text.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "ingest/file/byte_stream.h"
#include "matchers/diagnostic.h"
#include "matchers/import/list_ids.h"

namespace presshawk {
namespace {

struct ImportArguments {
  std::string from;
  std::string file;
  std::string format = "yaml";
  std::string distance = "words";
  bool lines = false;
};

struct VendorQuery {
  std::string id;
  std::string name;
  std::string text;
  uint32_t line = 1;  // Of the file.
};

std::string Stem(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  name.resize(std::min(name.size(), name.find('.')));
  return name.empty() || name == "-" ? "imported" : name;
}

// All of a file; "-": of standard input.
absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  constexpr size_t kBlockBytes = 64UL << 10;
  auto stream = ByteStream::Open(path);
  if (!stream.ok()) {
    return stream.status();
  }
  std::string content;
  for (size_t size = 0;; content.resize(size)) {
    content.resize(size + kBlockBytes);
    const absl::StatusOr<size_t> got =
        (*stream)->Read(content.data() + size, kBlockBytes);
    if (!got.ok()) {
      return got.status();
    }
    size += *got;
    if (size > kWatchListFileBytesMax) {
      return absl::ResourceExhaustedError(
          StrCat(path, ": larger than ", kWatchListFileBytesMax >> 20,
                 " MiB, the limit for a file of watch-lists: split it"));
    }
    if (*got == 0) {
      content.resize(size);
      return content;
    }
  }
}

// One query, or with `lines` or .ndjson one a line. False after a message.
bool Split(const ImportArguments& arguments, const std::string& content,
           std::vector<VendorQuery>* queries) {
  const bool ndjson = arguments.file.ends_with(".ndjson");
  const std::string stem = Stem(arguments.file);
  const std::string stem_id = ListIds().For(stem).text;
  if (!ndjson && !arguments.lines) {
    queries->push_back(
        {stem_id, IsValidUtf8(stem) ? stem : stem_id, content, 1});
    return true;
  }
  uint32_t number = 0;
  for (size_t begin = 0; begin < content.size();) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    const std::string line = content.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) {
      continue;
    }
    VendorQuery query = {StrCat(stem_id, "-", number), "", line, number};
    if (ndjson) {
      const auto object = nlohmann::json::parse(line, nullptr, false);
      if (!object.is_object() || !object.contains("query") ||
          !object["query"].is_string()) {
        std::fprintf(stderr,
                     "%s:%u: error: not an object with a string `query`\n",
                     arguments.file.c_str(), number);
        return false;
      }
      query.text = object["query"].get<std::string>();
      for (const auto& [key, value] :
           {std::pair{"id", &query.id}, std::pair{"name", &query.name}}) {
        if (object.contains(key) && object[key].is_string()) {
          *value = object[key].get<std::string>();
        } else if (object.contains(key) && object[key].is_number()) {
          *value = object[key].dump();
        }
      }
    }
    query.name = query.name.empty() ? query.id : query.name;
    queries->push_back(std::move(query));
  }
  return true;
}

// The bytes of a span of code points.
std::string TextOf(const std::string& text, QuerySpan span) {
  std::string part;
  uint32_t at = 0;
  for (const char c : text) {
    at += IsUtf8Continuation(c) ? 0 : 1;
    if (at > span.begin && at <= span.end) {
      part += c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return part;
}

void Report(const ImportArguments& arguments, const VendorQuery& query,
            const ImportNote& note) {
  Diagnostic diagnostic;
  diagnostic.severity = note.is_error ? Diagnostic::Severity::kError
                                      : Diagnostic::Severity::kWarning;
  diagnostic.file = arguments.file;
  diagnostic.line = query.line;
  diagnostic.column = 1;
  uint32_t at = 0;
  for (const char c : query.text) {
    at += IsUtf8Continuation(c) ? 0 : 1;
    if (at > note.span.begin) {
      break;
    }
    diagnostic.column += IsUtf8Continuation(c) ? 0 : 1;
    if (c == '\n') {
      ++diagnostic.line;
      diagnostic.column = 1;
    }
  }
  diagnostic.watchlist = query.id;
  diagnostic.message = note.message;
  diagnostic.span = TextOf(query.text, note.span);
  if (diagnostic.span.size() > 200) {  // A whole query; its place says enough.
    diagnostic.span.clear();
  }
  std::fprintf(stderr, "%s\n", FormatText(diagnostic).c_str());
}

void ReportId(const ImportArguments& arguments, const VendorQuery& query,
              const std::string& warning) {
  Diagnostic diagnostic;
  diagnostic.severity = Diagnostic::Severity::kWarning;
  diagnostic.file = arguments.file;
  diagnostic.line = query.line;
  diagnostic.column = 1;
  diagnostic.message = warning;
  diagnostic.span = query.id;
  std::fprintf(stderr, "%s\n", FormatText(diagnostic).c_str());
}

// In quotes of YAML that leave everything but themselves as it is.
std::string YamlQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\n' || c == '\r' ? ' ' : c;
    quoted += c == '\'' ? "'" : "";
  }
  return quoted + "'";
}

void Print(const ImportArguments& arguments, const VendorQuery& query,
           const std::string& imported) {
  if (arguments.format == "yaml") {
    std::printf("  - id: %s\n    name: %s\n    query: %s\n",
                YamlQuoted(query.id).c_str(), YamlQuoted(query.name).c_str(),
                YamlQuoted(imported).c_str());
    return;
  }
  std::string json = "{\"id\":";
  AppendJsonString(query.id, &json);
  json += ",\"name\":";
  AppendJsonString(query.name, &json);
  json += ",\"query\":";
  AppendJsonString(imported, &json);
  std::printf("%s}\n", json.c_str());
}

int Import(const ImportArguments& arguments) {
  const std::optional<Dialect> dialect = DialectNamed(arguments.from);
  if (!dialect.has_value()) {
    std::fprintf(stderr, "presshawk import: --from is one of %s\n",
                 DialectNames().c_str());
    return kExitUsage;
  }
  absl::StatusOr<std::string> read = ReadWhole(arguments.file);
  if (!read.ok()) {
    std::fprintf(stderr, "presshawk import: %s\n",
                 std::string(read.status().message()).c_str());
    return kExitGaveUp;
  }
  std::string& content = *read;
  content.erase(0, content.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  if (!IsValidUtf8(content)) {
    std::fprintf(stderr, "presshawk import: %s is not UTF-8\n",
                 arguments.file.c_str());
    return kExitBadAnswer;
  }
  std::vector<VendorQuery> queries;
  if (!Split(arguments, content, &queries)) {
    return kExitBadAnswer;
  }
  const ImportOptions options = {
      .dialect = *dialect,
      .unknown_distance_is_positions = arguments.distance == "positions"};
  size_t clean = 0;
  size_t doubtful = 0;
  if (arguments.format == "yaml") {
    std::printf("watchlists:\n");
  }
  ListIds ids;
  for (VendorQuery& query : queries) {
    const ListIds::Id id = ids.For(query.id);
    if (!id.warning.empty()) {
      ReportId(arguments, query, id.warning);
    }
    query.id = id.text;
    const ImportedQuery imported = ImportQuery(query.text, options);
    for (const ImportNote& note : imported.notes) {
      Report(arguments, query, note);
    }
    if (!imported.query.empty()) {
      ++(imported.notes.empty() ? clean : doubtful);
      Print(arguments, query, imported.query);
    }
  }
  const size_t bad = queries.size() - clean - doubtful;
  std::fprintf(stderr,
               "%zu queries: %zu imported, %zu imported with warnings, %zu "
               "not imported\n",
               queries.size(), clean, doubtful, bad);
  return bad == 0 ? kExitGood : kExitBadAnswer;
}

}  // namespace

void AddImportCommand(Command program) {
  auto arguments = std::make_shared<ImportArguments>();
  Command command = program.AddCommand(
      "import", "Turn another vendor's queries into watch-lists");
  command
      .Add("--from", &arguments->from,
           StrCat("Whose queries: ", DialectNames()))
      .Required();
  command
      .Add("FILE", &arguments->file,
           "One query; .ndjson: an object with id, name and query "
           "a line; - is standard input")
      .Required();
  command.AddFlag("--lines", &arguments->lines, "One query a line");
  command.Add("--format", &arguments->format, "Watch-lists as yaml or ndjson")
      .OneOf({"yaml", "ndjson"});
  command
      .Add("--distance", &arguments->distance,
           "What n of a distance counts where the vendor does not "
           "say: words between, or positions")
      .OneOf({"words", "positions"});
  command.Footer(
      "\nThe watch-lists go to standard output, what may differ or has no "
      "counterpart to\nstandard error. Exit code 1: some query was not "
      "imported.\n\nExample:\n"
      "  presshawk import --from factiva query.txt > lists.yaml");
  command.OnRun([arguments] { return Import(*arguments); });
}

}  // namespace presshawk
