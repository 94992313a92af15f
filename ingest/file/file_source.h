// NDJSON files as a Source: each from its checkpoint to its end, or for ever.
//
// LIFE. One per worker, with files of its own, so that order within a file
// stays. A batch may outlive its source.
// THREAD SAFETY. Ready() from any thread; all else from the worker's.
// NOTE. A byte order mark is taken off the first line of a file only
// (SEMANTICS A45): messages of files are passed on as they are.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/pipeline/byte_budget.h"
#include "core/pipeline/delivery_ports.h"
#include "ingest/file/followed_file.h"

namespace presshawk {

struct FileReading {
  struct Entry {
    std::string path;
    std::string checkpoint;
  };
  std::vector<Entry> files;
  bool follow = false;  // Of .gz and .zst: never.
  size_t line_bytes_max = 0;
  absl::Duration commit_interval = absl::Seconds(1);
  // What may be in flight; a single batch may exceed it.
  uint64_t in_flight_bytes_max = 32UL << 20;
};

// Which checkpoint each file has: `checkpoint` for one file, with its number
// behind it for several; where it is empty, beside the file with
// .presshawk-offset behind its name.
std::vector<FileReading::Entry> WithCheckpoints(
    const std::vector<std::string>& paths, const std::string& checkpoint);

class FileSource : public Source {
 public:
  // `tracker` must outlive the source.
  FileSource(FileReading reading, OffsetTracker* tracker);
  ~FileSource() override;

  absl::StatusOr<std::unique_ptr<MessageBatch>> Poll(
      absl::Duration timeout) override;
  void KeepAlive() override {}
  bool exhausted() const override;
  absl::Status Ready() const override;
  absl::Status Close() override;

 private:
  class Batch;

  absl::Status Commit();

  const FileReading reading_;
  const std::shared_ptr<ByteBudget> budget_;
  std::vector<std::unique_ptr<FollowedFile>> files_;
  size_t next_ = 0;  // Files take turns.
  absl::Time next_commit_ = absl::InfinitePast();
};

}  // namespace presshawk
