// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/file/source_identity.h"

namespace presshawk {

// How far a file was worked on, and which file that was.
struct FileProgress {
  enum class State : uint8_t {
    kReading,  // There may be more in it.
    kDone,     // Rotated, and read to its end, or not asked for up to it.
    kSkipped,  // Rotated and packed before reading began: not asked for.
    kLost,     // Not found, which was said; read on if it comes back.
  };
  SourceIdentity identity;
  State state = State::kReading;
  uint64_t packed_size = 0;  // As it was found last; 0: not packed.
  uint64_t size = 0;         // Known to have been there; unpacked.
  uint64_t offset = 0;       // Behind the last line that is done.
  uint64_t lines = 0;        // Before `offset`, blank ones too.
};

// The files of one path, the oldest first: what was rotated, and what the path
// names. None where the path has named no file yet.
struct FileCheckpoint {
  std::vector<FileProgress> files;
  // Written by a version that knew of one file, and only its inode.
  bool without_marks = false;
};

// Nothing where there is no such file; an error where it cannot be read.
absl::StatusOr<std::optional<FileCheckpoint>> LoadFileCheckpoint(
    const std::string& path);

// One object a line and file.
std::string CheckpointText(const FileCheckpoint& checkpoint);

// Replaces the file at once, durably: after a crash there is the old or the new
// one. (Write, fsync, rename, fsync of the folder.)
absl::Status StoreFileCheckpoint(const std::string& path,
                                 const std::string& text);

}  // namespace presshawk
