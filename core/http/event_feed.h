// SPDX-License-Identifier: Apache-2.0
// What happens, as events that any number of viewers follow (Server-Sent
// Events).
//
//   Publish() ─► the last events, in a ring ─► each viewer: one place in it
//
// A viewer costs its place, whatever it has not read yet: one that is so slow
// that its place falls out of the ring is told so (Read), and begins again with
// a snapshot. Its id tells where it was, and a restart of the process shows in
// it, too.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mutex.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class EventFeed {
 public:
  // Keeps the last events as long as they have no more bytes than this.
  explicit EventFeed(size_t bytes_max = 1 << 20);
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  // `type` is a word, `data` one line (JSON has none but where it is written).
  void Publish(std::string_view type, std::string_view data)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The number of the newest event; 0 before the first.
  uint64_t newest() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The text of an event with the id of number `at`, for a snapshot.
  std::string EventText(uint64_t at, std::string_view type,
                        std::string_view data) const;
  // The number that a `Last-Event-ID` stands for; nothing where it is none of
  // this feed's, or what follows it is no longer there.
  std::optional<uint64_t> Resume(std::string_view last_event_id) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  using Events = std::vector<std::shared_ptr<const std::string>>;
  // Texts after *at, up to some 64 KiB; moves *at. False where the next one is
  // no longer there.
  bool Read(uint64_t* at, Events* events) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Viewers count themselves: without any, nothing need be published.
  void AddViewer() { ++viewers_; }
  void RemoveViewer() { --viewers_; }
  size_t viewers() const { return viewers_; }

  // `published` is called after each Publish(), by its thread, until Ignore().
  void Follow(const void* follower, std::function<void()> published)
      ABSL_LOCKS_EXCLUDED(followers_mutex_);
  // When it returns, the follower is not called any more.
  void Ignore(const void* follower) ABSL_LOCKS_EXCLUDED(followers_mutex_);

 private:
  const size_t bytes_max_;
  std::atomic<size_t> viewers_ = 0;
  const std::string epoch_;  // Of this feed, and no other's.
  mutable Mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> ring_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t newest_ ABSL_GUARDED_BY(mutex_) = 0;  // That of ring_.back().
  Mutex followers_mutex_;
  std::map<const void*, std::function<void()>> followers_
      ABSL_GUARDED_BY(followers_mutex_);
};

}  // namespace presshawk
