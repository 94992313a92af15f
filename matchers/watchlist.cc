#include "matchers/watchlist.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>

#include "absl/container/flat_hash_map.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/pipeline/matching_ports.h"
#include "matchers/watchlist_readers.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

absl::Status AppendFiles(const std::string& path,
                         std::vector<std::string>* files) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    files->push_back(path);
    return absl::OkStatus();
  }
  std::vector<std::string> found;
  for (fs::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    const std::string extension = it->path().extension().string();
    if (extension == ".yaml" || extension == ".yml" || extension == ".ndjson") {
      found.push_back(it->path().string());
    }
  }
  if (error) {
    return absl::UnavailableError(
        StrCat(path, ": cannot read the directory: ", error.message()));
  }
  std::sort(found.begin(), found.end());
  files->insert(files->end(), found.begin(), found.end());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListFiles(
    const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (absl::Status status = AppendFiles(path, &files); !status.ok()) {
      return status;
    }
  }
  return files;
}

absl::StatusOr<std::string> ReadListFile(const std::string& path) {
  return ReadFile(path, kWatchListFileBytesMax);
}

std::string Place(const WatchList& list) {
  return StrCat(list.file, ":", list.position.line, ":", list.position.column);
}

// SEMANTICS A4: the first list of an id stays.
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
  } else {
    ParseWatchListNdjson(file, text, set);
  }
}

absl::StatusOr<std::vector<WatchListFile>> ReadWatchListFiles(
    const std::vector<std::string>& paths) {
  auto names = ListFiles(paths);
  if (!names.ok()) {
    return names.status();
  }
  std::vector<WatchListFile> files;
  for (std::string& name : *names) {
    absl::StatusOr<std::string> content = ReadListFile(name);
    if (!content.ok()) {
      return content.status();
    }
    files.push_back({std::move(name), *std::move(content)});
  }
  return files;
}

WatchListSet ParseWatchListFiles(const std::vector<WatchListFile>& files) {
  WatchListSet set;
  for (const WatchListFile& file : files) {
    ParseWatchLists(file.path, file.content, &set);
  }
  DropRepeatedIds(&set);
  return set;
}

absl::Status LoadWatchLists(const std::vector<std::string>& paths,
                            WatchListSet* set) {
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> files = ListFiles({path});
    if (!files.ok()) {
      return files.status();
    }
    if (files->empty()) {
      Diagnostic& nothing = set->diagnostics.emplace_back();
      nothing.severity = Diagnostic::Severity::kWarning;
      nothing.file = path;
      nothing.line = 1;
      nothing.column = 1;
      nothing.message =
          "this directory has no *.yaml, *.yml or *.ndjson, so no watch-lists";
    }
    for (const std::string& file : *files) {
      const absl::StatusOr<std::string> content = ReadListFile(file);
      if (!content.ok()) {
        return content.status();
      }
      ParseWatchLists(file, *content, set);
    }
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
    if (pattern.find_first_of("*?[") == std::string::npos) {
      paths.push_back(pattern);
      continue;
    }
    glob_t found = {};
    const int result = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<std::string> matches(found.gl_pathv,
                                     found.gl_pathv + found.gl_pathc);
    globfree(&found);
    if (result != 0) {
      return result == GLOB_NOMATCH
                 ? absl::NotFoundError(StrCat(pattern, ": no file matches"))
                 : absl::UnavailableError(
                       StrCat(pattern, ": cannot be searched"));
    }
    std::sort(matches.begin(), matches.end());
    paths.insert(paths.end(), matches.begin(), matches.end());
  }
  return paths;
}

}  // namespace presshawk
