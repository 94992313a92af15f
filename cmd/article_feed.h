// NDJSON files cut into batches, for several threads to work on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "cmd/progress_bar.h"
#include "core/base/mutex.h"
#include "ingest/file/line_reader.h"

namespace presshawk {

// Gives out the files' batches in order. Thread-safe.
class ArticleFeed {
 public:
  // Both must outlive this.
  ArticleFeed(const std::vector<std::string>& files, ProgressBar* progress)
      : files_(files), progress_(progress) {}

  struct Ticket {
    uint64_t number = 0;  // From 0, in the order of the input.
    const std::string* file = nullptr;
  };

  // False at the end, or after an error (see status()).
  bool Next(LineBatch* batch, Ticket* ticket) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool OpenNextFile() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::vector<std::string>& files_;
  ProgressBar* const progress_;
  mutable Mutex mutex_;
  size_t file_ ABSL_GUARDED_BY(mutex_) = 0;  // Files opened so far.
  std::unique_ptr<LineReader> reader_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
