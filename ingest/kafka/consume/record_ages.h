// SPDX-License-Identifier: Apache-2.0
// How old the first record of each partition is that was not processed: what
// an operator asks where a lag in records says nothing.
//
//   OffsetTracker ─ what is in flight ─┐
//   MemberReport ─ the end, all given ─┴─► AddTo() ─► metrics, /api/v1/status
//
// In flight, the record itself says when it was written. A record that is still
// with the broker is not older than the one before it, nor than the last moment
// at which all records were here: the age is then the largest that it can be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/stream/offset_tracker.h"
#include "ingest/kafka/consume/consumer_lag.h"

namespace presshawk {

// Zero where all of the partition is processed; nothing where the age is not
// known: no statistics came yet, no record was fetched, or records have no time.
std::optional<absl::Duration> OldestAge(const StreamProgress& progress,
                                        const PartitionLag& partition,
                                        absl::Time now);

// THREAD SAFETY. All of it.
class RecordAges {
 public:
  using Streams = std::map<std::pair<std::string, int32_t>, StreamId>;

  // `tracker` must outlive it.
  explicit RecordAges(const OffsetTracker* tracker) : tracker_(*tracker) {}

  // The partitions that are assigned now.
  void SetStreams(Streams streams) ABSL_LOCKS_EXCLUDED(mutex_);
  // Fills in `oldest_age`.
  void AddTo(std::vector<PartitionLag>* partitions, absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const OffsetTracker& tracker_;
  mutable Mutex mutex_;
  Streams streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
