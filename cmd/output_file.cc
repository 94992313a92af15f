// SPDX-License-Identifier: Apache-2.0
#include "cmd/output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/str_cat.h"
#include "matchers/watchlist.h"

namespace presshawk {

void CommandInputs::AddArticles(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    Add("a file of articles", file == "-" ? "/dev/stdin" : file);
  }
  if (files.empty()) {
    Add("a file of articles", "/dev/stdin");
  }
}

void CommandInputs::AddLists(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const auto files = WatchListFilesOf(path);
    for (const std::string& file :
         files.ok() ? *files : std::vector<std::string>{path}) {
      Add("a file of watch-lists", file);
    }
  }
}

void CommandInputs::AddMapping(const std::string& preset_or_path) {
  if (preset_or_path.find_first_of("/.") != std::string::npos) {
    Add("the mapping", preset_or_path);
  }
}

absl::Status CommandInputs::CheckOutput(std::string_view option,
                                        const std::string& path) const {
  const FileUses::Use* const use = uses_.Find(path);
  if (use == nullptr) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      StrCat(option, ": ", path, " is ", use->what,
             use->path != path ? StrCat(" (", use->path, ")") : "",
             ", which would be written over: name another file"));
}

absl::Status WriteOutputFile(const std::string& path,
                             std::string_view content) {
  errno = 0;
  std::FILE* const file = std::fopen(path.c_str(), "wbe");
  bool written =
      file != nullptr &&
      std::fwrite(content.data(), 1, content.size(), file) == content.size() &&
      std::fflush(file) == 0;
  const int error = errno;
  if (file != nullptr) {
    written &= std::fclose(file) == 0;
  }
  return written ? absl::OkStatus()
                 : absl::UnavailableError(StrCat(
                       path, ": cannot be written: ", std::strerror(error)));
}

}  // namespace presshawk
