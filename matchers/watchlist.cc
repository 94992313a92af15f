// SPDX-License-Identifier: Apache-2.0
#include "matchers/watchlist.h"

#include <algorithm>
#include <filesystem>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "core/base/glob.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/text/byte_order_mark.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

bool IsListFile(const fs::path& name) {
  const std::string extension = name.extension().string();
  return !name.filename().string().starts_with('.') &&
         (extension == ".yaml" || extension == ".yml" ||
          extension == ".ndjson");
}

bool IsFolder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// Hands on each file of `paths`. A path that itself cannot be read is an error.
absl::Status ForEachFile(const std::vector<std::string>& paths,
                         absl::FunctionRef<void(WatchListFile)> take) {
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> files =
        WatchListFilesOf(path);
    if (!files.ok()) {
      return files.status();
    }
    const bool is_folder = IsFolder(path);
    if (is_folder && files->empty()) {
      take({.path = path, .content = {}, .problem = NoListFiles(path)});
    }
    for (const std::string& name : *files) {
      WatchListFile file = ReadWatchListFile(name);
      if (file.problem.has_value() && !is_folder) {
        return absl::UnavailableError(
            StrCat(name, ": ", file.problem->message));
      }
      take(std::move(file));
    }
  }
  return absl::OkStatus();
}

void ParseFile(const WatchListFile& file, WatchListSet* set) {
  if (file.problem.has_value()) {
    set->diagnostics.push_back(*file.problem);
  } else {
    ParseWatchLists(file.path, file.content, set);
  }
}

// Spreadsheets of some systems write the suffix in capitals.
bool IsCsv(std::string_view file) {
  return file.ends_with(".csv") || file.ends_with(".CSV");
}

std::string Place(const WatchList& list) {
  return StrCat(list.file, ":", list.position.line, ":", list.position.column);
}

// SPEC A4: the first list of an id stays.
void DropRepeatedIds(WatchListSet* set) {
  absl::flat_hash_map<std::string, size_t> first;
  std::vector<WatchList> kept;
  kept.reserve(set->lists.size());
  for (WatchList& list : set->lists) {
    const auto [it, is_new] = first.emplace(list.id, kept.size());
    if (is_new) {
      kept.push_back(std::move(list));
      continue;
    }
    set->diagnostics.push_back(TakenId(list, kept[it->second]));
  }
  set->lists = std::move(kept);
}

}  // namespace

void ParseWatchLists(std::string_view file, std::string_view content,
                     WatchListSet* set) {
  const std::string_view text = WithoutByteOrderMark(content);
  if (file.ends_with(".yaml") || file.ends_with(".yml")) {
    ParseWatchListYaml(file, text, set);
  } else if (IsCsv(file)) {
    ParseWatchListCsv(file, text, set);
  } else {
    ParseWatchListNdjson(file, text, set);
  }
}

absl::StatusOr<std::vector<std::string>> WatchListFilesOf(
    const std::string& path) {
  if (!IsFolder(path)) {
    return std::vector<std::string>{path};
  }
  std::error_code error;
  std::vector<std::string> found;
  for (fs::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (IsListFile(it->path())) {
      found.push_back(it->path().string());
    }
  }
  if (error) {
    return absl::UnavailableError(
        StrCat(path, ": cannot read the directory: ", error.message()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

WatchListFile ReadWatchListFile(std::string path) {
  absl::StatusOr<std::string> content =
      ReadFileContent(path, kWatchListFileBytesMax);
  WatchListFile file = {
      .path = std::move(path), .content = {}, .problem = std::nullopt};
  if (content.ok()) {
    file.content = *std::move(content);
    return file;
  }
  Diagnostic& problem = file.problem.emplace();
  problem.file = file.path;
  problem.message = ReadFileProblem(content.status());
  problem.fix = "make it a file that can be read, or take it away";
  return file;
}

Diagnostic NoListFiles(const std::string& folder) {
  Diagnostic nothing;
  nothing.severity = Diagnostic::Severity::kWarning;
  nothing.file = folder;
  nothing.line = 1;
  nothing.column = 1;
  nothing.message =
      "this directory has no *.yaml, *.yml or *.ndjson, so no watch-lists";
  return nothing;
}

absl::StatusOr<std::vector<WatchListFile>> ReadWatchListFiles(
    const std::vector<std::string>& paths) {
  std::vector<WatchListFile> files;
  if (absl::Status status = ForEachFile(
          paths, [&](WatchListFile file) { files.push_back(std::move(file)); });
      !status.ok()) {
    return status;
  }
  return files;
}

WatchListSet ParseWatchListFiles(const std::vector<WatchListFile>& files) {
  WatchListSet set;
  for (const WatchListFile& file : files) {
    ParseFile(file, &set);
  }
  DropRepeatedIds(&set);
  return set;
}

void SetDefaultForms(const std::vector<std::string>& languages,
                     std::vector<WatchList>* lists) {
  if (languages.empty()) {
    return;
  }
  for (WatchList& list : *lists) {
    if (!list.forms.has_value()) {
      list.forms = languages;
      list.forms_position = list.position;
    }
  }
}

absl::Status LoadWatchLists(const std::vector<std::string>& paths,
                            WatchListSet* set) {
  if (absl::Status status = ForEachFile(
          paths, [&](const WatchListFile& file) { ParseFile(file, set); });
      !status.ok()) {
    return status;
  }
  DropRepeatedIds(set);
  return absl::OkStatus();
}

Diagnostic TakenId(const WatchList& list, const WatchList& first) {
  Diagnostic error;
  error.file = list.file;
  error.line = list.position.line;
  error.column = list.position.column;
  error.watchlist = list.id;
  error.message = StrCat("the id `", list.id, "` is taken: ", Place(first));
  error.span = list.id;
  error.fix = "give this list an id of its own";
  return error;
}

absl::StatusOr<std::vector<std::string>> ExpandPatterns(
    const std::vector<std::string>& patterns) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    if (!HasWildcard(pattern)) {
      paths.push_back(pattern);
      continue;
    }
    const auto matches = FindPaths(pattern);
    if (!matches.ok()) {
      return matches.status();
    }
    if (matches->empty()) {
      return absl::NotFoundError(StrCat(pattern, ": no file matches"));
    }
    paths.insert(paths.end(), matches->begin(), matches->end());
  }
  return paths;
}

}  // namespace presshawk
