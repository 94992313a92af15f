#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/base/mutex.h"
#include "core/model/article_counts.h"

namespace presshawk {

// A partition of one assignment, or one opened file. Never used again: when a
// partition comes back after a rebalance it is a new stream, so that an
// acknowledgement from before cannot move the new one.
enum class StreamId : uint32_t {};

// Turns completions in any order into the position that is safe to commit.
// INVARIANT: everything of a stream before Committable() is resolved.
// Thread-safe; one per worker.
class OffsetTracker {
 public:
  StreamId NewStream() ABSL_LOCKS_EXCLUDED(mutex_);
  // REQUIRES: rising offsets within a stream. `next` is what to commit once
  // this and everything before it is resolved.
  void Admit(StreamId stream, int64_t offset, int64_t next)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // With a reason where the message became a dead letter. REQUIRES: admitted,
  // not resolved before. Ignored for a forgotten stream.
  void Resolve(StreamId stream, int64_t offset,
               std::optional<RejectReason> rejected = std::nullopt)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The position to commit; nothing where none was resolved yet.
  std::optional<int64_t> Committable(StreamId stream) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until nothing of `streams` is in flight; false at `deadline`.
  bool WaitResolved(absl::Span<const StreamId> streams, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same for all streams.
  bool WaitAllResolved(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Drops a stream; what is still in flight counts as abandoned, the number of
  // which is returned.
  uint64_t Forget(StreamId stream) ABSL_LOCKS_EXCLUDED(mutex_);
  // Since construction.
  ArticleCounts counts() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t in_flight() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Positions that are kept: those in flight, and the resolved ones behind the
  // first that is not. Who admits keeps them bounded: one message that is not
  // acknowledged for hours holds all later ones here.
  size_t tracked() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    int64_t offset;
    int64_t next;
    bool resolved;
  };
  struct Stream {
    std::deque<Entry> entries;  // The first is unresolved.
    std::optional<int64_t> committable;
    uint64_t unresolved = 0;
  };

  mutable Mutex mutex_;
  std::condition_variable resolved_;
  absl::flat_hash_map<StreamId, Stream> streams_ ABSL_GUARDED_BY(mutex_);
  uint32_t next_stream_ ABSL_GUARDED_BY(mutex_) = 0;
  ArticleCounts counts_ ABSL_GUARDED_BY(mutex_);
  size_t tracked_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace presshawk
