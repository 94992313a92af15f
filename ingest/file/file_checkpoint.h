#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace presshawk {

// How far a file was worked on, and which file that was.
struct FileCheckpoint {
  uint64_t inode = 0;
  uint64_t size = 0;    // Of the file when this was written.
  uint64_t offset = 0;  // Behind the last line that is done.
  uint64_t lines = 0;   // Before `offset`, blank ones too.
};

// Nothing where there is no such file; an error where it cannot be read.
absl::StatusOr<std::optional<FileCheckpoint>> LoadFileCheckpoint(
    const std::string& path);

// Replaces the file at once, durably: after a crash there is the old or the new
// one. (Write, fsync, rename, fsync of the folder.)
absl::Status StoreFileCheckpoint(const std::string& path,
                                 const FileCheckpoint& checkpoint);

}  // namespace presshawk
