// One path as an endless file: resumed where its checkpoint says, read to its
// end, and with `follow` through growth, truncation and rotation.
//
//   rotation: the old file is finished and done with before the new is begun,
//   so that one checkpoint is enough; a file that was renamed while nobody
//   looked is found by its inode.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/pipeline/offset_tracker.h"
#include "ingest/file/file_checkpoint.h"
#include "ingest/file/line_reader.h"

namespace presshawk {

// NOT thread-safe: one worker's.
class FollowedFile {
 public:
  struct Options {
    std::string path;
    std::string checkpoint;
    bool follow = false;
    size_t line_bytes_max = 0;
  };

  // `tracker` must outlive it.
  FollowedFile(Options options, OffsetTracker* tracker)
      : options_(std::move(options)), tracker_(tracker) {}

  // Replaces *batch with lines of the stream stream(). False: none now.
  absl::StatusOr<bool> ReadBatch(LineBatch* batch);
  // Nothing more will ever come (without `follow`).
  bool finished() const { return finished_; }
  const std::string& path() const { return options_.path; }
  StreamId stream() const { return stream_; }
  // A line of the last batch goes on its way; in order.
  void AddInFlight(const Line& line);
  // Writes the checkpoint if there is progress.
  absl::Status Commit();
  // Commits, and forgets what is in flight.
  absl::Status Close();

 private:
  absl::Status OpenFile();
  absl::Status Begin(const std::string& path, LinePosition from);
  // What stands at the path now is another file, or is shorter than what was
  // read.
  bool WasReplaced() const;

  const Options options_;
  OffsetTracker* const tracker_;
  std::unique_ptr<LineReader>
      reader_;  // Null before the first and between two.
  StreamId stream_{};
  uint64_t inode_ = 0;
  std::optional<FileCheckpoint> committed_;
  LinePosition done_;                   // Everything before it is.
  std::deque<LinePosition> in_flight_;  // Behind each line.
  bool replaced_ = false;               // reader_ finishes a file that is gone.
  bool finished_ = false;
};

}  // namespace presshawk
