#include "core/http/bounded_server.h"

#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "core/base/mutex.h"
#include "core/http/connection.h"

namespace presshawk {

namespace {

// Set while the acceptor itself runs a job, which then only closes its socket:
// a job is all that a task queue knows of a connection.
thread_local bool refuse_connection = false;

class BoundedQueue : public httplib::TaskQueue {
 public:
  // *waiting: how many jobs have no thread yet.
  BoundedQueue(const HttpLimits& limits, std::atomic<size_t>* waiting)
      : limits_(limits), waiting_(waiting) {
    for (size_t i = 0; i < limits.threads; ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  void enqueue(std::function<void()> job) override {
    bool full = false;
    {
      MutexLock lock(&mutex_);
      full = jobs_.size() >= limits_.pending;
      if (!full) {
        jobs_.push_back(std::move(job));
        *waiting_ = jobs_.size();
        changed_.notify_one();
      }
    }
    if (full) {
      refuse_connection = true;
      job();
      refuse_connection = false;
    }
  }

  void shutdown() override {
    {
      MutexLock lock(&mutex_);
      stop_ = true;
      changed_.notify_all();
    }
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }

 private:
  void Work() {
    while (true) {
      std::function<void()> job;
      {
        MutexLock lock(&mutex_);
        while (jobs_.empty() && !stop_) {
          lock.Wait(&changed_);
        }
        if (jobs_.empty()) {
          return;
        }
        job = std::move(jobs_.front());
        jobs_.pop_front();
        *waiting_ = jobs_.size();
      }
      job();
    }
  }

  const HttpLimits limits_;
  std::atomic<size_t>* const waiting_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// What cpp-httplib reads in a request, corrected before it acts on it.
void Correct(httplib::Request& request) {
  // RFC 9112 section 6.3: without either there is no body (`curl -X POST`);
  // cpp-httplib would wait for the end of the connection.
  if (!request.has_header("Content-Length") &&
      !request.has_header("Transfer-Encoding")) {
    request.set_header("Content-Length", "0");
  }
  // Ignored, as RFC 9110 section 14.2 allows: many ranges in one request would
  // make an answer many times as large as what it is of.
  request.ranges.clear();
}

}  // namespace

BoundedServer::BoundedServer(const HttpLimits& limits) : limits_(limits) {
  new_task_queue = [this] { return new BoundedQueue(limits_, &waiting_); };
  set_payload_max_length(limits.payload_bytes);
  // The default sets SO_REUSEPORT: a second instance on the same port would
  // start without an error, and each would get half of the requests.
  set_socket_options([](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  });
}

void BoundedServer::StopAll() {
  stopped_ = true;
  stop();
}

bool BoundedServer::process_and_close_socket(socket_t socket) {
  if (refuse_connection) {
    ::close(socket);
    return false;
  }
  Connection connection(socket, limits_,
                        [this] { return waiting_ > 0 || stopped_; });
  bool closed = false;
  const bool answered =
      process_request(connection, /*close_connection=*/true, closed, Correct);
  connection.Linger();
  return answered;
}

}  // namespace presshawk
