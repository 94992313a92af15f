// SPDX-License-Identifier: Apache-2.0
// One file of a path while it is read, whatever its name is by now.
//
//   FoundFile ─Open()─► LineReader ─Read()─► lines, each on its way
//                                   └─► marks of what was read
//
// Whether the file still is the one that it was is asked after each read, of
// its first bytes and of those before the place: a file that was emptied or
// written anew gives nothing of its new content as if it belonged to the old.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/stream/offset_tracker.h"
#include "ingest/file/file_checkpoint.h"
#include "ingest/file/line_reader.h"

namespace presshawk {

// NOT thread-safe.
class SourceFile {
 public:
  // Where `progress` stands. `tracker` must outlive it.
  SourceFile(FileProgress progress, OffsetTracker* tracker)
      : progress_(std::move(progress)),
        tracker_(tracker),
        position_({progress_.offset, progress_.lines}) {}

  // Reads on in `found` from where this stands. With `follow`, also what is
  // written later. A packed file is never followed.
  absl::Status Open(FoundFile found, size_t line_bytes_max, bool follow);
  absl::Status OpenStandardInput(size_t line_bytes_max);
  bool is_open() const { return reader_ != nullptr; }
  // It has no name any more, and goes when it is left.
  bool is_deleted() const;
  bool is_packed() const { return found_.packed; }

  enum class Got : uint8_t {
    kLines,
    kNothing,   // At the end of what is there.
    kReplaced,  // It was emptied or written anew: Leave() and look for the old.
  };
  absl::StatusOr<Got> Read(LineBatch* batch);
  // Nothing more will be written: a last line without a line feed is one.
  void StopFollowing() { reader_->StopFollowing(); }
  // Reads no more. What is in flight may still be acknowledged.
  void Leave();

  // Bytes that were there and are not there any more, behind what was read:
  // somebody cut the end off. Reset by the call.
  uint64_t TakeCutBytes() { return std::exchange(cut_bytes_, 0); }
  // Behind the lines that were given out.
  LinePosition position() const;
  // Bytes that are known to have been there, and were not given out.
  uint64_t unread_bytes() const {
    const uint64_t offset = position().offset;
    return progress_.size > offset ? progress_.size - offset : 0;
  }

  StreamId stream() const { return *stream_; }
  // A line of the last batch goes on its way; in order.
  void AddInFlight(const Line& line) {
    in_flight_.push_back({*stream_, {line.next(), line.number}});
  }
  // Takes note of what was acknowledged.
  void Settle();
  // Whether all that was given out is done.
  bool is_settled() const { return in_flight_.empty(); }
  // What is in flight counts as abandoned.
  void Forget();

  // As of the last Settle().
  const FileProgress& progress() const { return progress_; }
  SourceIdentity* identity() { return &progress_.identity; }
  // It lies there now.
  void NotePlace(const FoundFile& found) {
    progress_.identity.device = found.device;
    progress_.identity.inode = found.inode;
    progress_.packed_size = found.packed ? found.size : 0;
  }
  // For a checkpoint that was written by an older version: it counted a line
  // feed behind a last line that has none.
  void CorrectOldOffset(const FoundFile& found);
  void set_state(FileProgress::State state) { progress_.state = state; }
  FileProgress::State state() const { return progress_.state; }

  // When a file that was rotated is left. Never, before a newer one is there.
  absl::Time leave_at = absl::InfiniteFuture();
  bool at_path = false;      // As it was seen last.
  bool left_at_end = false;  // There was nothing more in it.

 private:
  // `stream` is one of a former Open(), or that of a file that was left.
  struct InFlight {
    StreamId stream;
    LinePosition behind;
  };

  bool IsTheSame();
  bool IsInFlight(StreamId stream) const;
  absl::StatusOr<LinePosition> BeginOfLine(uint64_t* given);

  FileProgress progress_;
  OffsetTracker* const tracker_;
  LinePosition position_;  // Before the last Read(), or where it was left.
  FoundFile found_;
  std::unique_ptr<LineReader> reader_;
  std::optional<StreamId> stream_;  // While it is open.
  std::deque<InFlight> in_flight_;
  uint64_t cut_bytes_ = 0;
};

}  // namespace presshawk
