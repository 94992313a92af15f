// SPDX-License-Identifier: Apache-2.0
// Which file a path means, however it is spelled: before a file is opened for
// writing, to tell that something else uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// Equal for two paths of one file: `./x`, links and hard links of it, and two
// spellings of a file that does not exist yet. The file system may change
// between two calls.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;  // Of the file, or of its folder where there is no file.
  std::string name;    // In that folder; empty where there is a file.
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Of a file or a folder. Nothing where the folder does not exist, and for
// devices, pipes and sockets: several may use one of them.
std::optional<FileIdentity> IdentifyFile(const std::string& path);

// Files and what they are used for.
class FileUses {
 public:
  struct Use {
    std::string what;  // In messages: `the configuration`.
    std::string path;  // As given.
  };
  void Add(std::string_view what, const std::string& path);
  // The first use of the file that `path` means; null for none. Until Add().
  const Use* Find(const std::string& path) const;

 private:
  std::vector<FileIdentity> identities_;
  std::vector<Use> uses_;  // Of the identity at the same place.
};

}  // namespace presshawk
