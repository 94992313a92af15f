// SPDX-License-Identifier: Apache-2.0
#include "core/http/event_loop.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include <event2/event.h>
#include <sys/eventfd.h>

#include "core/base/check.h"

namespace presshawk {

void EventDeleter::operator()(event* freed) const { event_free(freed); }

EventLoop::EventLoop()
    : base_(event_base_new()), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // Out of memory or descriptors, at the start of the process.
  PRESSHAWK_CHECK(base_ != nullptr && wake_ >= 0);
  woken_.reset(event_new(
      base_, wake_, EV_READ | EV_PERSIST,
      [](int, short, void* self) { static_cast<EventLoop*>(self)->RunTasks(); },
      this));
  event_add(woken_.get(), nullptr);
}

EventLoop::~EventLoop() {
  woken_.reset();
  event_base_free(base_);
  ::close(wake_);
}

void EventLoop::Post(std::function<void()> task) {
  bool is_first = false;
  {
    MutexLock lock(&mutex_);
    is_first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (is_first) {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(wake_, &one, sizeof(one));
  }
}

void EventLoop::RunTasks() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = ::read(wake_, &count, sizeof(count));
  std::vector<std::function<void()>> tasks;
  {
    MutexLock lock(&mutex_);
    tasks.swap(tasks_);
  }
  for (const std::function<void()>& task : tasks) {
    task();
  }
}

EventPtr EventLoop::MakeTimer(void (*called)(int, short, void*),
                              void* argument) {
  return EventPtr(event_new(base_, -1, 0, called, argument));
}

void EventLoop::SetTimer(event* timer, int64_t milliseconds) {
  milliseconds = std::max<int64_t>(0, milliseconds);
  const timeval after = {.tv_sec = milliseconds / 1000,
                         .tv_usec = milliseconds % 1000 * 1000};
  event_add(timer, &after);
}

void EventLoop::Run() { event_base_dispatch(base_); }

void EventLoop::RunPending() { event_base_loop(base_, EVLOOP_NONBLOCK); }

void EventLoop::Quit() { event_base_loopbreak(base_); }

}  // namespace presshawk
