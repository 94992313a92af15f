// Appends whole lines to a file, durably, and never gives one up.
//
//   Write() ─► queue ─► one write and fdatasync for all that is queued ─► done
//
// ERRORS. What the disk refuses is cut off again at the last whole line and
// tried anew, with back-off, until it is taken; health() says so meanwhile.
// THREAD SAFETY. All of it. Callbacks come on the writer's thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/pipeline/delivery_ports.h"

namespace presshawk {

class LineWriter {
 public:
  // Opens or makes the file; an unfinished last line, left by a crash, is cut
  // off.
  static absl::StatusOr<std::unique_ptr<LineWriter>> Open(
      const std::string& path);
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
  // Writes that are not durable yet.
  size_t pending() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::string lines;
    std::function<void()> done;
  };

  LineWriter(std::string path, int descriptor, int64_t size)
      : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

  void Serve() ABSL_LOCKS_EXCLUDED(mutex_);
  // Appends to the end of the whole lines.
  absl::Status Append(const std::string& bytes);

  const std::string path_;
  const int descriptor_;
  int64_t size_;  // Of what is durable; the writer's thread's.

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t writing_ ABSL_GUARDED_BY(mutex_) = 0;   // Taken off, not done.
  std::string failure_ ABSL_GUARDED_BY(mutex_);  // Empty: none.
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
