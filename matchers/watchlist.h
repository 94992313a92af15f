// SPDX-License-Identifier: Apache-2.0
// Watch-lists as people and programs write them (SPEC LIST-1 to LIST-7).
//
//   WatchListSet set;
//   absl::Status status = LoadWatchLists({"lists/", "more.ndjson"}, &set);
//   for (const Diagnostic& d : set.diagnostics) Print(FormatText(d));
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matchers/diagnostic.h"

namespace presshawk {

// The place of a text in its file.
struct TextPosition {
  uint32_t line = 0;    // Counted from 1; 0 if there is no file.
  uint32_t column = 0;  // Counted from 1, in code points.
  // True if the text stands on one line, unescaped. Character n of the text is
  // then at column + n (SPEC A48).
  bool verbatim = false;
};

struct WatchListTerm {
  std::string text;
  TextPosition position;
};

struct WatchList {
  std::string id;
  std::string name;  // The id if the list gives no name.
  std::map<std::string, std::string> labels;
  std::vector<WatchListTerm> terms;
  std::optional<WatchListTerm> query;
  // The languages in whose forms terms are looked for, in byte order, each once
  // (SPEC FORMS-6). Not set where the list says nothing.
  std::optional<std::vector<std::string>> forms;
  TextPosition forms_position;
  // 0 to 100 (SPEC REL-3). Not set where the list says nothing.
  std::optional<int> min_relevance;
  bool editorial = false;  // `zones: editorial` (SPEC LIST-14).
  // Each example is a JSON text: a string, which is a body, or an article.
  std::vector<WatchListTerm> match_examples;
  std::vector<WatchListTerm> no_match_examples;
  std::string file;
  TextPosition position;
};

struct WatchListSet {
  std::vector<WatchList> lists;         // The good ones, in the order of files.
  std::vector<Diagnostic> diagnostics;  // Errors of the bad ones, and warnings.
};

// Sets the forms of the lists that say nothing of them. `languages` are in byte
// order.
void SetDefaultForms(const std::vector<std::string>& languages,
                     std::vector<WatchList>* lists);

// Appends the lists in the content of one file to *set. `file` names it in
// messages, and its suffix tells the format (SPEC A3; for `.csv` see
// watchlist_readers.h). Bad lists become diagnostics.
void ParseWatchLists(std::string_view file, std::string_view content,
                     WatchListSet* set);

// Parses one record of the watch-list topic, or one line of NDJSON.
void ParseWatchListJson(std::string_view file, uint32_t line,
                        std::string_view json, WatchListSet* set);

// Reads files and folders in the order given. Of a folder (SPEC LIST-8), it
// reads `*.yaml`, `*.yml` and `*.ndjson`, in byte order of their paths and
// without subfolders. As with globs, it leaves out names that begin with a dot,
// because editors keep locks and copies there. A `.csv` must be named. Returns
// an error only for a path of `paths` that cannot be read. A file of a folder
// that cannot be read, and an id that occurs twice (SPEC A4), become
// diagnostics.
absl::Status LoadWatchLists(const std::vector<std::string>& paths,
                            WatchListSet* set);

// The error of a list whose id an earlier list has (SPEC A4).
Diagnostic TakenId(const WatchList& list, const WatchList& first);

// The files that a path stands for: the file itself, or those of a folder.
absl::StatusOr<std::vector<std::string>> WatchListFilesOf(
    const std::string& path);

// A file of lists after it was read.
struct WatchListFile {
  std::string path;
  std::string content;
  // Set instead of `content`: why the file could not be read, or a warning that
  // a folder has no files of lists.
  std::optional<Diagnostic> problem;
};
// Never blocks: anything but a regular file becomes a problem.
WatchListFile ReadWatchListFile(std::string path);
// The warning about a folder without files of lists.
Diagnostic NoListFiles(const std::string& folder);

// The two steps of LoadWatchLists(): the first reads the files, in order, and
// the second parses them.
absl::StatusOr<std::vector<WatchListFile>> ReadWatchListFiles(
    const std::vector<std::string>& paths);
WatchListSet ParseWatchListFiles(const std::vector<WatchListFile>& files);

// Expands glob patterns to paths, those of each pattern in byte order. A
// pattern without a wildcard stands for itself. Returns NotFound if a pattern
// with wildcards has no match.
absl::StatusOr<std::vector<std::string>> ExpandPatterns(
    const std::vector<std::string>& patterns);

}  // namespace presshawk
