// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/feed_waiters.h"

#include <algorithm>
#include <utility>

namespace presshawk {
namespace {

// Another instance may have accepted something, which wakes nobody here.
constexpr absl::Duration kLookInterval = absl::Seconds(1);

}  // namespace

FeedWaiters::FeedWaiters(
    std::function<bool(const std::string&, uint64_t)> has_events,
    std::function<HttpResponse(const HttpRequest&)> answer)
    : has_events_(std::move(has_events)),
      answer_(std::move(answer)),
      thread_([this] { Run(); }) {}

FeedWaiters::~FeedWaiters() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void FeedWaiters::Add(HttpExchange exchange, std::string subscription,
                      uint64_t after, absl::Duration wait) {
  if (wait > absl::ZeroDuration()) {
    MutexLock lock(&mutex_);
    if (waiters_.size() < kWaitersMax && !stop_) {
      waiters_.push_back(
          {.exchange = std::move(exchange),
           .subscription = std::move(subscription),
           .after = after,
           .deadline = Deadline::After(std::min(wait, kWaitMax))});
      woken_ = true;  // It may be there by now.
      changed_.notify_all();
      return;
    }
  }
  HttpResponse response = answer_(exchange.request());
  exchange.Answer(std::move(response));
}

void FeedWaiters::Wake() {
  {
    MutexLock lock(&mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void FeedWaiters::Run() {
  while (true) {
    std::list<Waiter> waiters;
    bool stop = false;
    {
      const Deadline look = Deadline::After(kLookInterval);
      MutexLock lock(&mutex_);
      while (!woken_ && !stop_ && lock.WaitUntil(&changed_, look)) {
      }
      woken_ = false;
      stop = stop_;
      waiters.swap(waiters_);
    }
    const auto now = Deadline::Steady::now();
    for (auto it = waiters.begin(); it != waiters.end();) {
      if (stop || it->deadline.steady() <= now ||
          has_events_(it->subscription, it->after)) {
        HttpResponse response = answer_(it->exchange.request());
        it->exchange.Answer(std::move(response));
        it = waiters.erase(it);
      } else {
        ++it;
      }
    }
    MutexLock lock(&mutex_);
    waiters_.splice(waiters_.end(), waiters);
    if (stop && waiters_.empty()) {
      return;
    }
  }
}

}  // namespace presshawk
