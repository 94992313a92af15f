// SPDX-License-Identifier: Apache-2.0
// Files that commands write, and what they must not write over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/base/file_identity.h"

namespace presshawk {

// What a command reads. NOT thread-safe.
class CommandInputs {
 public:
  void Add(std::string_view what, const std::string& path) {
    uses_.Add(what, path);
  }
  // NDJSON files; `-` and none are standard input.
  void AddArticles(const std::vector<std::string>& files);
  // Files and folders of watch-lists.
  void AddLists(const std::vector<std::string>& paths);
  // A preset reads nothing.
  void AddMapping(const std::string& preset_or_path);

  // An error where `path`, given by `option`, is one of these files, however
  // it is spelled. `/dev/stdout` is the file that standard output goes to.
  absl::Status CheckOutput(std::string_view option,
                           const std::string& path) const;

 private:
  FileUses uses_;
};

// Replaces the content of the file. `PATH: cannot be written: reason`.
absl::Status WriteOutputFile(const std::string& path, std::string_view content);

}  // namespace presshawk
