// SPDX-License-Identifier: Apache-2.0
#include "core/stream/offset_tracker.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/deadline.h"
#include "core/stream/message.h"

namespace presshawk {

StreamId OffsetTracker::NewStream() {
  MutexLock lock(&mutex_);
  const StreamId stream{next_stream_++};
  streams_.emplace(stream, Stream());
  return stream;
}

void OffsetTracker::Admit(StreamId stream, int64_t offset, int64_t next,
                          int64_t unix_millis) {
  MutexLock lock(&mutex_);
  AdmitOne(stream, {offset, next, unix_millis, /*resolved=*/false});
}

void OffsetTracker::AdmitAll(absl::Span<const Message> messages) {
  MutexLock lock(&mutex_);
  for (const Message& message : messages) {
    AdmitOne(message.stream, {message.offset, message.next, message.unix_millis,
                              /*resolved=*/false});
  }
}

void OffsetTracker::AdmitOne(StreamId stream, const Entry& message) {
  const auto it = streams_.find(stream);
  PRESSHAWK_CHECK(it != streams_.end());  // Its source made it, and owns it.
  Stream& entry = it->second;
  PRESSHAWK_CHECK(entry.entries.empty() ||
                  entry.entries.back().offset < message.offset);
  entry.entries.push_back(message);
  entry.next = message.next;
  entry.last_unix_millis = message.unix_millis;
  ++entry.unresolved;
  ++counts_.admitted;
  ++tracked_;
}

void OffsetTracker::Resolve(StreamId stream, int64_t offset, Outcome outcome) {
  MutexLock lock(&mutex_);
  ResolveOne({.stream = stream, .offset = offset, .outcome = outcome});
}

void OffsetTracker::ResolveAll(absl::Span<const Resolution> resolutions) {
  MutexLock lock(&mutex_);
  for (const Resolution& resolution : resolutions) {
    ResolveOne(resolution);
  }
}

void OffsetTracker::ResolveOne(const Resolution& resolution) {
  const auto it = streams_.find(resolution.stream);
  if (it == streams_.end()) {
    return;  // Forgotten: whoever has the partition now reads it again.
  }
  Stream& entry = it->second;
  const auto position = std::lower_bound(
      entry.entries.begin(), entry.entries.end(), resolution.offset,
      [](const Entry& e, int64_t wanted) { return e.offset < wanted; });
  PRESSHAWK_CHECK(position != entry.entries.end() &&
                  position->offset == resolution.offset && !position->resolved);
  position->resolved = true;
  --entry.unresolved;
  ++counts_.by_outcome[static_cast<size_t>(resolution.outcome)];
  while (!entry.entries.empty() && entry.entries.front().resolved) {
    entry.committable = entry.entries.front().next;
    entry.entries.pop_front();
    --tracked_;
  }
  if (entry.unresolved == 0) {
    resolved_.notify_all();
  }
}

std::optional<int64_t> OffsetTracker::Committable(StreamId stream) const {
  MutexLock lock(&mutex_);
  const auto it = streams_.find(stream);
  return it == streams_.end() ? std::nullopt : it->second.committable;
}

StreamProgress OffsetTracker::Progress(StreamId stream) const {
  MutexLock lock(&mutex_);
  const auto it = streams_.find(stream);
  if (it == streams_.end()) {
    return {};
  }
  const Stream& entry = it->second;
  StreamProgress progress = {.next = entry.next,
                             .last_unix_millis = entry.last_unix_millis,
                             .in_flight = !entry.entries.empty()};
  if (progress.in_flight) {
    progress.first_unix_millis = entry.entries.front().unix_millis;
  }
  return progress;
}

bool OffsetTracker::WaitResolved(absl::Span<const StreamId> streams,
                                 absl::Time deadline) {
  const Deadline until(deadline);
  MutexLock lock(&mutex_);
  for (const StreamId stream : streams) {
    while (true) {
      const auto it = streams_.find(stream);
      if (it == streams_.end() || it->second.unresolved == 0) {
        break;
      }
      if (!lock.WaitUntil(&resolved_, until)) {
        const auto again = streams_.find(stream);
        if (again != streams_.end() && again->second.unresolved != 0) {
          return false;
        }
      }
    }
  }
  return true;
}

bool OffsetTracker::WaitAllResolved(absl::Time deadline) {
  const Deadline until(deadline);
  MutexLock lock(&mutex_);
  while (counts_.in_flight() != 0) {
    if (!lock.WaitUntil(&resolved_, until)) {
      return counts_.in_flight() == 0;
    }
  }
  return true;
}

uint64_t OffsetTracker::Forget(StreamId stream) {
  MutexLock lock(&mutex_);
  const auto it = streams_.find(stream);
  if (it == streams_.end()) {
    return 0;
  }
  const uint64_t abandoned = it->second.unresolved;
  tracked_ -= it->second.entries.size();
  streams_.erase(it);
  counts_.abandoned += abandoned;
  resolved_.notify_all();
  return abandoned;
}

StreamCounts OffsetTracker::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

size_t OffsetTracker::tracked() const {
  MutexLock lock(&mutex_);
  return tracked_;
}

uint64_t OffsetTracker::in_flight() const {
  MutexLock lock(&mutex_);
  return counts_.in_flight();
}

}  // namespace presshawk
