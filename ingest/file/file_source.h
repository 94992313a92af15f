// SPDX-License-Identifier: Apache-2.0
// NDJSON files as a Source: each from its checkpoint to its end, or for ever.
//
// LIFE. One per worker, with files of its own, so that order within a file
// stays. A batch may outlive its source.
// THREAD SAFETY. Ready() from any thread; all else from the worker's.
// NOTE. A byte order mark is taken off the first line of a file only
// (SPEC A45): messages of files are passed on as they are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/stream/byte_budget.h"
#include "core/stream/source.h"
#include "ingest/file/followed_file.h"

namespace presshawk {

struct FileReading {
  struct Entry {
    std::string path;
    std::string checkpoint;
  };
  std::vector<Entry> files;
  // All paths that are read, also by other workers: none is taken for a rotated
  // file of another.
  std::vector<std::string> all_paths;
  bool follow = false;  // Of .gz and .zst: never.
  size_t line_bytes_max = 0;
  absl::Duration commit_interval = absl::Seconds(1);
  // What may be in flight; a single batch may exceed it.
  uint64_t in_flight_bytes_max = 32UL << 20;
  // What an operator should hear of; called by the worker's thread.
  FileNewsHandler on_news = nullptr;
};

// Why `path` cannot be a source; OK where it can. A file that does not exist
// yet is awaited with `follow`. Nothing is opened but a regular file.
absl::Status CheckSourcePath(const std::string& path, bool follow);

// Which checkpoint each file has: `checkpoint` for one file, with its number
// behind it for several; where it is empty, beside the file with
// .presshawk-offset behind its name.
std::vector<FileReading::Entry> WithCheckpoints(
    const std::vector<std::string>& paths, const std::string& checkpoint);

// What a service locks while it reads with a checkpoint.
std::string CheckpointLock(const std::string& checkpoint);

class FileSource : public Source {
 public:
  // `tracker` must outlive the source.
  FileSource(FileReading reading, OffsetTracker* tracker);
  ~FileSource() override;

  absl::StatusOr<std::unique_ptr<MessageBatch>> Poll(
      absl::Duration timeout) override;
  void KeepAlive() override {}
  bool exhausted() const override;
  // Not while a file is awaited or cannot be read, or a checkpoint cannot be
  // written.
  absl::Status Ready() const override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Close() override;

 private:
  class Batch;

  void Commit();
  void NoteTrouble() ABSL_LOCKS_EXCLUDED(mutex_);

  const FileReading reading_;
  const std::shared_ptr<ByteBudget> budget_;
  std::vector<std::unique_ptr<FollowedFile>> files_;
  size_t next_ = 0;  // Files take turns.
  absl::Time next_commit_ = absl::InfinitePast();
  mutable Mutex mutex_;
  std::string trouble_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
