// SPDX-License-Identifier: Apache-2.0
// Appends whole lines to a file of its own, durably, and never gives one up.
//
//   Write() ─► queue ─► one write and fdatasync for all that is queued
//                   ─► is the file still there? ─► done
//
// ROTATION. The file may be renamed, deleted or cut at any time. Before and
// after each write, about once a second, and at LookNow(), the writer looks
// whether the path still names its file: a renamed file is whole and is left,
// one that was deleted or cut took acknowledged lines with it, which the
// observer is told. Then the path is opened (made) anew. Lines that were in a
// deleted file and not acknowledged yet are written to the new one.
// LOCK. ingest/file/owned_file.h: a second writer of the file is refused.
// ERRORS. What the disk refuses is cut off again at the last whole line and
// tried anew, with back-off, until it is taken; health() says so meanwhile.
// THREAD SAFETY. All of it. Callbacks come on the writer's thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/stream/while_blocked.h"
#include "ingest/file/owned_file.h"

namespace presshawk {

// What somebody did to a file that a LineWriter writes.
struct FileChange {
  enum class Kind : uint8_t {
    kRenamed,
    kDeleted,
    kTruncated,
    kUnlocked,  // Nothing was done; the file system has no locks.
    kRefused,   // Lines cannot be written, and wait.
    kTaken,     // They can again.
  };
  Kind kind = Kind::kRenamed;
  std::string text;  // What happened to which file, and what to do.
  // Bytes of acknowledged lines that the file had and that are gone from it.
  uint64_t lost_bytes = 0;
};
std::string_view FileChangeName(FileChange::Kind kind);  // `renamed`, …
using FileChangeObserver = std::function<void(const FileChange&)>;

class LineWriter {
 public:
  // Opens or makes the file; an unfinished last line, left by a crash, is cut
  // off. FailedPrecondition where somebody else writes it. `observer` may be
  // null.
  static absl::StatusOr<std::unique_ptr<LineWriter>> Open(
      const std::string& path, FileChangeObserver observer = nullptr);
  // What is not durable by then is not written; Flush() before.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // `lines` ends with a line feed. `done` is called once they are durable.
  // Waits while the queue is full; false when `while_blocked` ended that, and
  // nothing is written.
  bool Write(std::string lines, std::function<void()> done,
             WhileBlocked while_blocked) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status health() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns when everything is durable, or at `deadline`.
  void Flush(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Looks soon whether the path still names the file: after a rotation.
  void LookNow() ABSL_LOCKS_EXCLUDED(mutex_);
  // Writes that are not durable yet.
  size_t pending() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::string lines;
    std::function<void()> done;
  };

  LineWriter(std::string path, FileChangeObserver observer,
             std::unique_ptr<OwnedFile> file)
      : path_(std::move(path)),
        observer_(std::move(observer)),
        file_(std::move(file)),
        safe_bytes_(file_->size()) {}

  void Serve() ABSL_LOCKS_EXCLUDED(mutex_);
  // False at the stop, when nothing is queued.
  bool TakeEntries(std::vector<Entry>* entries) ABSL_LOCKS_EXCLUDED(mutex_);
  // Until they are durable; false where the stop ends that.
  bool WriteUntilDurable(std::string_view lines) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status WriteDown(std::string_view lines);
  // Makes the file again the one that the path names.
  absl::Status FollowPath();
  void Tell(FileChange::Kind kind, int64_t lost_bytes, std::string text);
  void SetFailure(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string path_;
  const FileChangeObserver observer_;
  // The writer's thread's.
  std::unique_ptr<OwnedFile> file_;
  int64_t safe_bytes_;  // Size of the file at the last acknowledgement.

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t writing_ ABSL_GUARDED_BY(mutex_) = 0;   // Taken off, not done.
  std::string failure_ ABSL_GUARDED_BY(mutex_);  // Empty: none.
  bool look_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
