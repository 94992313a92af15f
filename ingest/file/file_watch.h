// SPDX-License-Identifier: Apache-2.0
// Tells when the files that some patterns stand for may have changed.
//
// inotify watches the folders, not the files: so it sees edits in place, atomic
// renames, new and deleted files, and links that are swapped. Where a file
// system tells nothing (network mounts), Rescan() compares names, sizes and
// times.
//
// LIFE. Folders that do not exist yet are awaited; those made anew are watched
// again.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

class FileWatch {
 public:
  // `patterns`: names, folders (their *.yaml *.yml *.ndjson), globs.
  explicit FileWatch(std::vector<std::string> patterns);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Readable when something happened; -1 where the system gives no inotify.
  int fd() const { return fd_; }
  enum class News : uint8_t {
    kNone,
    // Something near the files: Rescan() tells, once it has settled.
    kMaybe,
    // A file was written and closed, renamed or deleted.
    kChanged,
  };
  // Takes what happened. Never waits.
  News Poll();
  // Whether names, sizes or times differ from those of the last kChanged or
  // Rescan(). A file that somebody is writing differs from look to look: read
  // it when two of them are equal.
  bool Rescan();

 private:
  void AddWatches();
  void Watch(std::string folder);
  bool IsWatched(std::string_view name) const;
  uint64_t Signature() const;

  const std::vector<std::string> patterns_;
  int fd_ = -1;
  uint64_t signature_ = 0;
};

}  // namespace presshawk
