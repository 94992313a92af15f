// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/record_ages.h"

#include <algorithm>

namespace presshawk {
namespace {

absl::Time TimeOf(int64_t unix_millis) {
  return unix_millis < 0 ? absl::InfinitePast()
                         : absl::FromUnixMillis(unix_millis);
}

std::optional<absl::Duration> AgeAt(absl::Time written, absl::Time now) {
  if (written == absl::InfinitePast()) {
    return std::nullopt;
  }
  return std::max(now - written, absl::ZeroDuration());  // Clocks differ.
}

}  // namespace

std::optional<absl::Duration> OldestAge(const StreamProgress& progress,
                                        const PartitionLag& partition,
                                        absl::Time now) {
  if (progress.in_flight) {
    return AgeAt(TimeOf(progress.first_unix_millis), now);
  }
  if (partition.end < 0) {
    return std::nullopt;
  }
  if (partition.all_given || progress.next >= partition.end) {
    return absl::ZeroDuration();
  }
  return AgeAt(
      std::max(partition.all_given_at, TimeOf(progress.last_unix_millis)), now);
}

void RecordAges::SetStreams(Streams streams) {
  MutexLock lock(&mutex_);
  streams_ = std::move(streams);
}

void RecordAges::AddTo(std::vector<PartitionLag>* partitions,
                       absl::Time now) const {
  MutexLock lock(&mutex_);
  for (PartitionLag& partition : *partitions) {
    const auto stream =
        streams_.find(std::pair(partition.topic, partition.partition));
    if (stream != streams_.end()) {
      partition.oldest_age =
          OldestAge(tracker_.Progress(stream->second), partition, now);
    }
  }
}

}  // namespace presshawk
