// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/file_locks.h"

#include <filesystem>
#include <system_error>

#include <spdlog/spdlog.h>

#include "core/base/str_cat.h"
#include "ingest/file/file_source.h"

namespace presshawk {

absl::Status FileLocks::Start() {
  if (const std::string& path = options_->cache.path; !path.empty()) {
    std::error_code ignored;  // Then the lock cannot be made either.
    std::filesystem::create_directories(path, ignored);
    absl::Status status =
        Lock(StrCat(path, "/service.lock"), "cache:",
             StrCat("cache.path: ", path,
                    ": another service uses this directory, which holds the "
                    "last good conditions of its watch-lists: give each "
                    "service a directory of its own"));
    if (!status.ok()) {
      return status;
    }
  }
  const auto* files = std::get_if<FileSourceOptions>(&options_->source);
  if (files == nullptr) {
    return absl::OkStatus();
  }
  for (const FileReading::Entry& entry :
       WithCheckpoints(files->paths, files->checkpoint)) {
    if (entry.path == "-") {
      continue;
    }
    absl::Status status =
        Lock(CheckpointLock(entry.checkpoint), "source: the checkpoint",
             StrCat("source.file: ", entry.path,
                    ": another service reads this file with the checkpoint ",
                    entry.checkpoint,
                    ", and each would skip what the other one read: give each "
                    "service a checkpoint of its own (source: file: "
                    "checkpoint:)"));
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status FileLocks::Lock(const std::string& path,
                             const std::string& subject,
                             const std::string& taken) {
  auto lock = OwnedFile::Open(path);
  if (lock.ok()) {
    locks_.push_back(*std::move(lock));
  } else if (absl::IsFailedPrecondition(lock.status())) {
    return absl::FailedPreconditionError(taken);
  } else {
    spdlog::warn(
        "{} cannot be locked, so nothing keeps another service from using it: "
        "{}",
        subject, std::string(lock.status().message()));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
