// SPDX-License-Identifier: Apache-2.0
// libevent's loop, and the way onto its thread from others.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/mutex.h"

struct event;
struct event_base;

namespace presshawk {

struct EventDeleter {
  void operator()(event* freed) const;
};
using EventPtr = std::unique_ptr<event, EventDeleter>;

// THREAD SAFETY. Post(): any thread; the rest: the thread that calls Run(), or
// nobody else's at the time.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  event_base* base() { return base_; }
  // `task` is called on the loop, in the order of posts. Tasks that were posted
  // when Run() has returned are not.
  void Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);
  // A timer for SetTimer(), unset.
  EventPtr MakeTimer(void (*called)(int, short, void*), void* argument);
  // Calls the function of `timer` once, so many milliseconds from now.
  static void SetTimer(event* timer, int64_t milliseconds);

  // Until Quit(), which is called on the loop.
  void Run();
  void Quit();
  // What is due now, without waiting. After Run().
  void RunPending();

 private:
  void RunTasks() ABSL_LOCKS_EXCLUDED(mutex_);

  event_base* const base_;
  const int wake_;  // An eventfd.
  EventPtr woken_;
  Mutex mutex_;
  std::vector<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
