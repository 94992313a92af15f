// SPDX-License-Identifier: Apache-2.0
// Articles of files or of a topic in batches, for several threads to work on.
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

// Thread-safe.
class ArticleFeed {
 public:
  struct Ticket {
    uint64_t number = 0;                  // From 0, in the order of the input.
    const std::string* source = nullptr;  // File or topic.
  };

  virtual ~ArticleFeed() = default;
  // False at the end, or after an error (see status()).
  virtual bool Next(LineBatch* batch, Ticket* ticket) = 0;
  virtual absl::Status status() const = 0;
};

// The lines of NDJSON files, one file after the other.
class FileFeed : public ArticleFeed {
 public:
  // Both must outlive this.
  FileFeed(const std::vector<std::string>& files, ProgressBar* progress)
      : files_(files), progress_(progress) {}

  bool Next(LineBatch* batch, Ticket* ticket) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status status() const override ABSL_LOCKS_EXCLUDED(mutex_);

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
