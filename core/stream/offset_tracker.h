// SPDX-License-Identifier: Apache-2.0
// Turns acknowledgements that come in any order into the position that is safe
// to commit, and counts what became of every message.
//
//   tracker.Admit(stream, 5, 6);
//   tracker.Admit(stream, 6, 7);
//   tracker.Resolve(stream, 6);   // Committable(stream): nothing yet.
//   tracker.Resolve(stream, 5);   // Committable(stream): 7.
//
// INVARIANT. Everything of a stream before Committable() is resolved.
// THREAD SAFETY. All methods; one tracker per worker.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/base/mutex.h"

namespace presshawk {

struct Message;

// One assignment of a partition, or one opened file. A number is never used
// twice: a partition that comes back after a rebalance is a new stream, so that
// a late acknowledgement cannot move its position.
enum class StreamId : uint32_t {};

// What became of a message. The stream only counts outcomes; whoever resolves
// gives them their meaning (for articles: core/matching/article_outcome.h).
enum class Outcome : uint8_t {};
inline constexpr size_t kOutcomeCount = 16;

// One message that is resolved.
struct Resolution {
  StreamId stream{};
  int64_t offset = 0;
  Outcome outcome{};
};

// The messages of a tracker since its construction, taken at one moment, so
// that admitted = resolved + abandoned + in flight.
struct StreamCounts {
  uint64_t admitted = 0;
  std::array<uint64_t, kOutcomeCount> by_outcome = {};
  uint64_t abandoned = 0;  // Their stream was forgotten before they resolved.

  uint64_t resolved() const {
    return std::accumulate(by_outcome.begin(), by_outcome.end(), uint64_t{0});
  }
  uint64_t in_flight() const { return admitted - abandoned - resolved(); }
};

// How far a stream has come. Times are Message::unix_millis, -1 where unknown.
struct StreamProgress {
  int64_t next = -1;              // Behind the last message; -1: none came yet.
  int64_t last_unix_millis = -1;  // Of the last message.
  bool in_flight = false;         // A message is not resolved.
  int64_t first_unix_millis = -1;  // Of the first one that is not.
};

class OffsetTracker {
 public:
  StreamId NewStream() ABSL_LOCKS_EXCLUDED(mutex_);
  // `next` is the position to commit once this message and everything before it
  // is resolved. REQUIRES: offsets rise within a stream.
  void Admit(StreamId stream, int64_t offset, int64_t next,
             int64_t unix_millis = -1) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same for each of `messages`, with one lock.
  void AdmitAll(absl::Span<const Message> messages) ABSL_LOCKS_EXCLUDED(mutex_);
  // A resolution of a forgotten stream is ignored. REQUIRES: the message was
  // admitted and not resolved before.
  void Resolve(StreamId stream, int64_t offset, Outcome outcome = Outcome{0})
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same for each of `resolutions`, with one lock.
  void ResolveAll(absl::Span<const Resolution> resolutions)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The position to commit, or nothing while no message was resolved.
  std::optional<int64_t> Committable(StreamId stream) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Nothing came yet where the stream is not known.
  StreamProgress Progress(StreamId stream) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until nothing of `streams` is in flight. False at `deadline`.
  bool WaitResolved(absl::Span<const StreamId> streams, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same for all streams.
  bool WaitAllResolved(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Drops a stream. Its messages that are still in flight count as abandoned;
  // their number is returned.
  uint64_t Forget(StreamId stream) ABSL_LOCKS_EXCLUDED(mutex_);
  StreamCounts counts() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t in_flight() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The positions that are held: those in flight, and the resolved ones behind
  // the first that is not. The caller must bound this: one message that is not
  // acknowledged for hours holds all later ones here.
  size_t tracked() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    int64_t offset;
    int64_t next;
    int64_t unix_millis;
    bool resolved;
  };
  struct Stream {
    std::deque<Entry> entries;  // The first is unresolved.
    std::optional<int64_t> committable;
    uint64_t unresolved = 0;
    int64_t next = -1;  // As in StreamProgress.
    int64_t last_unix_millis = -1;
  };

  void AdmitOne(StreamId stream, const Entry& message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ResolveOne(const Resolution& resolution)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::condition_variable resolved_;
  absl::flat_hash_map<StreamId, Stream> streams_ ABSL_GUARDED_BY(mutex_);
  uint32_t next_stream_ ABSL_GUARDED_BY(mutex_) = 0;
  StreamCounts counts_ ABSL_GUARDED_BY(mutex_);
  size_t tracked_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace presshawk
