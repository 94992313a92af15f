// Watch-lists as people and machines write them (SPEC LIST-1 to LIST-7).
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

// Where a text stands in its file.
struct TextPosition {
  uint32_t line = 0;    // From 1; 0 where there is no file.
  uint32_t column = 0;  // From 1, in code points.
  // True where the text stands on one line, unescaped: then character n of it
  // is at column + n (SPEC A48).
  bool verbatim = false;
};

struct WatchListTerm {
  std::string text;
  TextPosition position;
};

struct WatchList {
  std::string id;
  std::string name;  // The id where none is given.
  std::map<std::string, std::string> labels;
  std::vector<WatchListTerm> terms;
  std::optional<WatchListTerm> query;
  // Examples, each a JSON text: a string (taken as the body) or an article.
  std::vector<WatchListTerm> match_examples;
  std::vector<WatchListTerm> no_match_examples;
  std::string file;
  TextPosition position;
};

struct WatchListSet {
  std::vector<WatchList> lists;         // The well-formed ones, in file order.
  std::vector<Diagnostic> diagnostics;  // Of those left out, and warnings.
};

// Appends the lists of one file's content to *set; `file` names it in messages
// and its suffix tells the format (SPEC A3; `.csv`: watchlist_readers.h). Bad
// lists become diagnostics.
void ParseWatchLists(std::string_view file, std::string_view content,
                     WatchListSet* set);

// One record of the watch-list topic, or one NDJSON line.
void ParseWatchListJson(std::string_view file, uint32_t line,
                        std::string_view json, WatchListSet* set);

// Reads files and folders (SPEC LIST-8: `*.yaml *.yml *.ndjson` in byte order
// of path, not recursive; none whose name begins with a dot, as with globs:
// editors keep locks and copies there; a `.csv` must be named) in the order
// given. An error status only for a path that itself cannot be read; a file of
// a folder that cannot, and duplicate ids (SPEC A4), are diagnostics.
absl::Status LoadWatchLists(const std::vector<std::string>& paths,
                            WatchListSet* set);

// SPEC A4: what is said of a list whose id an earlier one has.
Diagnostic TakenId(const WatchList& list, const WatchList& first);

// The files that a path stands for: itself, or those of the folder.
absl::StatusOr<std::vector<std::string>> WatchListFilesOf(
    const std::string& path);

// A file of lists as it was read.
struct WatchListFile {
  std::string path;
  std::string content;
  // Instead of content: why it could not be read, or (a warning) that a folder
  // has no files of lists.
  std::optional<Diagnostic> problem;
};
// Never waits: what is no regular file is a problem.
WatchListFile ReadWatchListFile(std::string path);
// What is said of a folder without files of lists.
Diagnostic NoListFiles(const std::string& folder);

// The files that `paths` (as LoadWatchLists) stand for, in its order; and what
// it makes of them.
absl::StatusOr<std::vector<WatchListFile>> ReadWatchListFiles(
    const std::vector<std::string>& paths);
WatchListSet ParseWatchListFiles(const std::vector<WatchListFile>& files);

// The paths that glob patterns stand for, those of each pattern in byte order;
// a pattern without a wildcard stands for itself. NotFound where a pattern with
// wildcards has no match.
absl::StatusOr<std::vector<std::string>> ExpandPatterns(
    const std::vector<std::string>& patterns);

}  // namespace presshawk
