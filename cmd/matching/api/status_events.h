// SPDX-License-Identifier: Apache-2.0
// What /api/v1/events streams: the status of the service as it changes, its
// generations, and the states of watch-lists.
//
//   status      a snapshot: all of /api/v1/status
//   delta       the members of it that are other than before, whole
//   generation  {"generation":…}: the one that runs now
//   lists       {"changed":[{"id":…,"state":…,…}],"removed":[…],"more":false}
//
// Applied twice, an event changes nothing more: a viewer may get one that its
// snapshot has already.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "cmd/matching/lists/list_board.h"
#include "core/base/mutex.h"
#include "core/http/event_feed.h"
#include "core/http/http_message.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class StatusEvents {
 public:
  static constexpr size_t kListsMax = 1000;  // In one event.

  struct Parts {
    std::function<std::string()> status_json;  // An object.
    const ListBoard* board = nullptr;
    absl::Duration interval = absl::Seconds(1);
  };
  // The board and what the functions use must outlive it.
  explicit StatusEvents(Parts parts);
  ~StatusEvents();
  StatusEvents(const StatusEvents&) = delete;
  StatusEvents& operator=(const StatusEvents&) = delete;

  // The stream: on from `Last-Event-ID`, or from a snapshot.
  HttpResponse Follow(const HttpRequest& request) const;
  // What became of lists, once it runs.
  void OnPublished(const LiveLists::Update& update);

 private:
  // False when it ends.
  bool WaitForTick() ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();

  const Parts parts_;
  const std::shared_ptr<EventFeed> feed_ = std::make_shared<EventFeed>();
  // A viewer got a snapshot that was made between two ticks.
  mutable std::atomic<bool> snapshot_taken_ = false;
  Mutex mutex_;
  std::condition_variable changed_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

// The members of `now` that are not in `before` or are other there, and as null
// those that are gone; `{}` where all is as before. Both are objects. Leaves
// out what only says how much time has passed.
std::string StatusDelta(std::string_view before, std::string_view now);

}  // namespace presshawk
