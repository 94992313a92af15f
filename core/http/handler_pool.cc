// SPDX-License-Identifier: Apache-2.0
#include "core/http/handler_pool.h"

#include <utility>

namespace presshawk {
namespace {

HttpResponse Busy() {
  return HttpResponse::Of(Problem{503, "too many requests are being answered",
                                  "", "ask again in a moment"});
}

}  // namespace

HandlerPool::HandlerPool(size_t threads, size_t pending) : pending_(pending) {
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

HandlerPool::~HandlerPool() { Stop(); }

void HandlerPool::Run(const HttpRoute* route, HttpExchange exchange) {
  {
    MutexLock lock(&mutex_);
    if (!stop_ && jobs_.size() < pending_) {
      jobs_.push_back({route, std::move(exchange)});
      changed_.notify_one();
      return;
    }
  }
  ++refused_;
  exchange.Answer(Busy());
}

void HandlerPool::Stop() {
  std::deque<Job> left;
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    left.swap(jobs_);
    changed_.notify_all();
  }
  refused_ += left.size();
  for (Job& job : left) {
    job.exchange.Answer(Busy());
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

std::optional<HandlerPool::Job> HandlerPool::Take() {
  MutexLock lock(&mutex_);
  while (jobs_.empty() && !stop_) {
    lock.Wait(&changed_);
  }
  if (stop_) {
    return std::nullopt;
  }
  std::optional<Job> job(std::move(jobs_.front()));
  jobs_.pop_front();
  return job;
}

void HandlerPool::Work() {
  while (std::optional<Job> job = Take()) {
    job->route->handler(std::move(job->exchange));
  }
}

}  // namespace presshawk
