// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/judgement.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <sys/stat.h>

#include "cmd/matching/client_options.h"
#include "core/base/file_identity.h"
#include "core/base/glob.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/http/bearer_token.h"
#include "core/http/listen_address.h"
#include "ingest/file/byte_stream.h"
#include "ingest/file/file_source.h"
#include "ingest/file/rotated_name.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr char kOwnFile[] = "give it a file of its own";

std::string FolderOf(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// What this machine says of one configuration.
class MachineCheck {
 public:
  MachineCheck(const Options& options, const std::string& config)
      : options_(options), config_(config) {}

  struct Answer {
    std::vector<ConfigError> errors, warnings;
  };

  Answer Run() {
    uses_.Add("the configuration", config_);
    CheckSource();
    CheckWatchLists();
    if (options_.mapping.find_first_of("/.") != std::string::npos) {
      uses_.Add("the mapping", options_.mapping);
    }
    for (const std::string& file : options_.kafka.value_files) {
      uses_.Add("the value of a Kafka property", file);
    }
    CheckHttp();
    CheckCache();
    CheckCheckpoints();
    for (size_t i = 0; i < options_.sinks.size(); ++i) {
      CheckSink(StrCat("sinks[", i, "]"), options_.sinks[i],
                Output::Kind::kSink);
    }
    CheckSink("deadletter", options_.deadletter, Output::Kind::kDeadLetter);
    return std::move(answer_);
  }

 private:
  // What writes files, and how messages call it.
  struct Output {
    enum class Kind { kCheckpoint, kSink, kDeadLetter };
    Kind kind;
    std::string key;   // `sinks[0].file.path`
    std::string what;  // `sinks[0], a file that is written`
  };

  void Error(ConfigPlace place, std::string message, std::string fix) {
    answer_.errors.push_back({.file = config_,
                              .place = place,
                              .message = std::move(message),
                              .fix = std::move(fix)});
  }
  void Warning(ConfigPlace place, std::string message) {
    answer_.warnings.push_back({.file = config_,
                                .place = place,
                                .message = std::move(message),
                                .fix = ""});
  }

  void CheckSource() {
    const auto* source = std::get_if<FileSourceOptions>(&options_.source);
    if (source == nullptr) {
      return;
    }
    for (size_t i = 0; i < source->paths.size(); ++i) {
      const std::string& path = source->paths[i];
      if (path == "-") {
        continue;
      }
      const ConfigPlace place = source->path_places[i];
      if (const FileUses::Use* other = uses_.Find(path)) {
        Error(place,
              other->what == "a source file"
                  ? StrCat("source.file.paths: ", path, " and ", other->path,
                           " are one file: its articles would be read twice")
                  : StrCat("source.file.paths: ", path, " is ", other->what),
              "name each file once");
        continue;
      }
      uses_.Add("a source file", path);
      CheckSourceFile(path, source->follow, place);
    }
  }

  // With `follow` the file may still be made: that is told, and no error.
  void CheckSourceFile(const std::string& path, bool follow,
                       ConfigPlace place) {
    if (const absl::Status status = CheckSourcePath(path, follow);
        !status.ok()) {
      Error(place, StrCat("source.file.paths: ", std::string(status.message())),
            "name a regular file; with follow: true it may be made later");
    } else if (access(path.c_str(), F_OK) != 0) {
      Warning(place,
              StrCat("source.file.paths: ", path,
                     ": there is no such file yet; the service waits for it"));
    } else if (follow && ByteStream::IsPacked(path)) {
      Warning(place,
              StrCat("source.file.paths: ", path,
                     ": a compressed file is read once and not followed, "
                     "whatever `follow` says"));
    }
  }

  void CheckWatchLists() {
    const WatchListOptions& lists = options_.watchlists;
    for (const std::string& pattern : lists.files) {
      const auto found = ExpandPatterns({pattern});
      if (!found.ok()) {
        Error(
            lists.files_place,
            StrCat("watchlists.files: ", std::string(found.status().message())),
            "give existing files, or a pattern that "
            "some file matches");
        continue;
      }
      for (const std::string& path : *found) {
        // What is there and cannot be read takes only itself down.
        if (!HasWildcard(pattern) && access(path.c_str(), F_OK) != 0) {
          Error(lists.files_place,
                StrCat("watchlists.files: ", path, ": cannot be read"),
                "check the path and its permissions");
        }
        const auto files = WatchListFilesOf(path);
        for (const std::string& file :
             files.ok() ? *files : std::vector<std::string>{path}) {
          uses_.Add("a file of watch-lists", file);
        }
      }
    }
  }

  void CheckHttp() {
    const HttpOptions& http = options_.http;
    if (!http.token_file.empty()) {
      uses_.Add("the token file", http.token_file);
      if (const auto token = ReadTokenFile(http.token_file); !token.ok()) {
        Error(http.token_place,
              StrCat("http.", std::string(token.status().message())),
              "check the path, what is in it, and its permissions");
      }
    }
    if (const absl::Status listen = CheckListenAddress(http.host, http.port);
        !listen.ok()) {
      Error(http.listen_place,
            StrCat("http.listen: ", std::string(listen.message())),
            "give an address of this machine and a free port: "
            "\"127.0.0.1:9464\", or \"0.0.0.0:9464\" for all interfaces");
    }
  }

  void CheckCache() {
    const std::string& path = options_.cache.path;
    struct stat folder = {};
    if (!path.empty() && stat(path.c_str(), &folder) == 0 &&
        !S_ISDIR(folder.st_mode)) {
      Error(options_.cache.place,
            StrCat("cache.path: ", path, " is not a folder"),
            "name a folder; it is made where it is missing");
    }
  }

  void CheckCheckpoints() {
    const auto* source = std::get_if<FileSourceOptions>(&options_.source);
    if (source == nullptr) {
      return;
    }
    const Output output = {.kind = Output::Kind::kCheckpoint,
                           .key = "source.file.checkpoint",
                           .what = "a checkpoint of the source"};
    const std::vector<FileReading::Entry> entries =
        WithCheckpoints(source->paths, source->checkpoint);
    for (size_t i = 0; i < entries.size(); ++i) {
      const std::string& path = entries[i].checkpoint;
      if (entries[i].path == "-") {
        continue;
      }
      const ConfigPlace place = source->checkpoint.empty()
                                    ? source->path_places[i]
                                    : source->checkpoint_place;
      if (CheckWritable(output.key, path, place)) {
        UseForWriting(output, path, place);
        // It is written beside, and renamed; a lock keeps others from it.
        UseForWriting(output, path + ".tmp", place);
        UseForWriting(output, CheckpointLock(path), place);
      }
    }
  }

  // `name`: "sinks[0]", "deadletter".
  void CheckSink(const std::string& name, const SinkOptions& sink,
                 Output::Kind kind) {
    const auto* file = std::get_if<FileSinkOptions>(&sink);
    if (file == nullptr || file->path.empty() || NamesDescriptor(file->path)) {
      return;
    }
    const Output output = {.kind = kind,
                           .key = StrCat(name, ".file.path"),
                           .what = StrCat(name, ", a file that is written")};
    if (CheckWritable(output.key, file->path, file->place)) {
      UseForWriting(output, file->path, file->place);
    }
  }

  // False after an error.
  bool CheckWritable(const std::string& name, const std::string& path,
                     ConfigPlace place) {
    const auto refuse = [&](std::string_view what, std::string_view fix) {
      Error(place, StrCat(name, ": ", path, ": ", what), std::string(fix));
      return false;
    };
    struct stat file = {};
    if (stat(path.c_str(), &file) == 0) {
      if (!S_ISREG(file.st_mode) && !S_ISCHR(file.st_mode)) {
        return refuse(
            S_ISDIR(file.st_mode) ? "is a folder" : "is not a regular file",
            "name a file");
      }
      return access(path.c_str(), R_OK | W_OK) == 0 ||
             refuse(std::strerror(errno), "check its permissions");
    }
    const std::string folder = FolderOf(path);
    if (stat(folder.c_str(), &file) != 0 || !S_ISDIR(file.st_mode)) {
      return refuse(StrCat("the folder ", folder, " does not exist"),
                    "make the folder, or name another");
    }
    return access(folder.c_str(), W_OK | X_OK) == 0 ||
           refuse(StrCat("cannot be made: ", std::strerror(errno)),
                  "check the permissions of its folder");
  }

  // `path` becomes an output, unless it has another use.
  void UseForWriting(const Output& output, const std::string& path,
                     ConfigPlace place) {
    const std::string& cache = options_.cache.path;
    const std::string& key = output.key;
    if (const FileUses::Use* other = uses_.Find(path)) {
      // The same spelling twice is told where the sections are read.
      if (other->path != path || !sink_paths_.contains(path) ||
          place == ConfigPlace{}) {
        Error(place,
              StrCat(key, ": ", path, " is ", other->what,
                     other->path != path ? StrCat(" (", other->path, ")") : ""),
              kOwnFile);
      }
    } else if (const std::string_view what = WouldBeReadAs(path);
               !what.empty()) {
      Error(place, StrCat(key, ": ", path, " would be read as ", what),
            kOwnFile);
    } else if (const std::string source = RotatedFrom(path);
               output.kind != Output::Kind::kCheckpoint && !source.empty()) {
      Error(place,
            StrCat(key, ": ", path, " would be read as a rotated file of ",
                   source, ", the source"),
            kOwnFile);
    } else if (!cache.empty() && IsIn(path, cache)) {
      Error(place, StrCat(key, ": ", path, " is in the cache (", cache, ")"),
            kOwnFile);
    }
    if (output.kind == Output::Kind::kSink && uses_.Find(path) == nullptr) {
      sink_paths_.insert(path);
    }
    uses_.Add(output.what, path);
  }

  // The source file that `path` is a name of after a rotation; empty: none.
  std::string RotatedFrom(const std::string& path) const {
    const auto* source = std::get_if<FileSourceOptions>(&options_.source);
    if (source == nullptr) {
      return "";
    }
    const std::string name = fs::path(path).filename().string();
    for (const std::string& file : source->paths) {
      const std::string base = fs::path(file).filename().string();
      if (RotatedName::Parse(name, base).has_value() &&
          IdentifyFile(FolderOf(path)) == IdentifyFile(FolderOf(file))) {
        return file;
      }
    }
    return "";
  }

  // As what the file would be read once it is there; empty for nothing.
  std::string_view WouldBeReadAs(const std::string& path) const {
    const std::vector<std::string>& lists = options_.watchlists.files;
    if (std::any_of(lists.begin(), lists.end(), [&](const auto& pattern) {
          return Matches(pattern, path) || IsListOf(pattern, path);
        })) {
      return "watch-lists";
    }
    const auto* source = std::get_if<FileSourceOptions>(&options_.source);
    return source != nullptr &&
                   std::any_of(source->paths.begin(), source->paths.end(),
                               [&](const auto& pattern) {
                                 return Matches(pattern, path);
                               })
               ? "articles"
               : "";
  }

  static bool IsListOf(const std::string& folder, const std::string& path) {
    const std::string extension = fs::path(path).extension().string();
    std::error_code none;
    return (extension == ".yaml" || extension == ".yml" ||
            extension == ".ndjson") &&
           fs::is_directory(folder, none) &&
           IdentifyFile(FolderOf(path)) == IdentifyFile(folder);
  }

  static bool Matches(const std::string& pattern, const std::string& path) {
    if (!HasWildcard(pattern)) {
      return false;
    }
    if (fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) ==
        0) {
      return true;
    }
    const auto folder = IdentifyFile(FolderOf(pattern));
    return folder.has_value() && folder == IdentifyFile(FolderOf(path)) &&
           fnmatch(fs::path(pattern).filename().c_str(),
                   fs::path(path).filename().c_str(), FNM_PERIOD) == 0;
  }

  static bool IsIn(const std::string& path, const std::string& folder) {
    const auto of_file = IdentifyFile(FolderOf(path));
    return of_file.has_value() &&
           (of_file == IdentifyFile(folder) ||
            of_file == IdentifyFile(StrCat(folder, "/last-good")) ||
            of_file == IdentifyFile(StrCat(folder, "/generations")));
  }

  const Options& options_;
  const std::string& config_;
  FileUses uses_;
  std::set<std::string> sink_paths_;  // Whose first use is that of a sink.
  Answer answer_;
};

}  // namespace

LoadedOptions JudgeServiceOptions(const std::string& path,
                                  const Environment& environment) {
  LoadedOptions loaded = LoadServiceOptions(path, environment);
  MachineCheck::Answer answer = MachineCheck(loaded.options, path).Run();
  std::move(answer.warnings.begin(), answer.warnings.end(),
            std::back_inserter(loaded.warnings));
  AddLaterErrors(std::move(answer.errors), path, &loaded);
  return loaded;
}

}  // namespace presshawk
