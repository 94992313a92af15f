// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/file/rotated_name.h"
#include "ingest/file/source_identity.h"

namespace presshawk {

// A file that is, or was, or may have been at a path.
struct RelatedFile : FoundFile {
  bool at_path = false;
  std::optional<RotatedName> rotated;  // What its name says.
};

// How many files of a folder are looked at, of rotated ones the newest.
inline constexpr size_t kRelatedFilesMax = 64;

// The regular files of the folder of `path` (that of its target where it is a
// link) that are at the path, have a name of a rotation or one that begins as
// the path's does, or one of the `inodes`. In this order: others, rotated ones
// from the oldest to the newest, that at the path. All are open.
//
// A file that one of `others` names is another source's: it has no `rotated`.
// Nothing while files are being renamed: look again.
// ERRORS. The path names something that is no regular file, or that cannot be
// read.
absl::StatusOr<std::optional<std::vector<RelatedFile>>> FindRelatedFiles(
    const std::string& path, const std::vector<std::string>& others,
    const std::set<uint64_t>& inodes);

// Opens a regular file without ever waiting. NotFound where there is none.
absl::StatusOr<FoundFile> OpenRegularFile(const std::string& path,
                                          bool follow_links);

}  // namespace presshawk
