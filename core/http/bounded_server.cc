#include "core/http/bounded_server.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include "core/base/mutex.h"
#include "core/http/connection.h"
#include "core/http/waiting_room.h"

namespace presshawk {

namespace {

// Set while the acceptor itself runs a job, which then only tells its socket: a
// job is all that a task queue knows of a connection.
thread_local int* told_socket = nullptr;

constexpr int kBacklog = 4096;

class BoundedQueue : public httplib::TaskQueue {
 public:
  // *waiting: how many connections have no thread yet.
  BoundedQueue(const HttpLimits& limits, std::atomic<size_t>* waiting,
               std::function<void(int socket)> serve)
      : limits_(limits),
        waiting_(waiting),
        serve_(std::move(serve)),
        room_(limits,
              [this](int socket, bool has_body) { Ready(socket, has_body); }) {
    for (size_t i = 0; i < limits.threads; ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  void enqueue(std::function<void()> job) override {
    int socket = -1;
    told_socket = &socket;
    job();
    told_socket = nullptr;
    room_.Add(socket);
  }

  void shutdown() override {
    room_.Close();
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
  void Ready(int socket, bool has_body) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    // Each kind has a queue of its own: one does not fill the other's.
    std::deque<int>& queue = has_body ? with_body_ : whole_;
    if (queue.size() >= limits_.pending) {
      ::close(socket);
      return;
    }
    queue.push_back(socket);
    CountWaiting();
    changed_.notify_one();
  }

  // The next socket: of those that are not waited for, if there is one; clients
  // that still have to send a payload get half of the threads at most.
  bool Take(int* socket, bool* has_body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const size_t slow_max = std::max<size_t>(1, limits_.threads / 2);
    *has_body = whole_.empty();
    if (*has_body && (with_body_.empty() || slow_ >= slow_max)) {
      return false;
    }
    std::deque<int>& from = *has_body ? with_body_ : whole_;
    *socket = from.front();
    from.pop_front();
    slow_ += *has_body ? 1 : 0;
    CountWaiting();
    return true;
  }

  void CountWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    *waiting_ = whole_.size() + with_body_.size();
  }

  void Work() ABSL_LOCKS_EXCLUDED(mutex_) {
    while (true) {
      int socket = -1;
      bool has_body = false;
      {
        MutexLock lock(&mutex_);
        while (!Take(&socket, &has_body)) {
          if (stop_ && whole_.empty() && with_body_.empty()) {
            return;
          }
          lock.Wait(&changed_);
        }
      }
      serve_(socket);
      if (has_body) {
        MutexLock lock(&mutex_);
        --slow_;
        changed_.notify_all();
      }
    }
  }

  const HttpLimits limits_;
  std::atomic<size_t>* const waiting_;
  const std::function<void(int)> serve_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> whole_ ABSL_GUARDED_BY(mutex_);
  std::deque<int> with_body_ ABSL_GUARDED_BY(mutex_);
  size_t slow_ ABSL_GUARDED_BY(mutex_) = 0;  // At work, of those with a body.
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
  WaitingRoom room_;  // Last: its thread uses all of the above.
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
  new_task_queue = [this] {
    return new BoundedQueue(limits_, &waiting_,
                            [this](int socket) { Serve(socket); });
  };
  set_payload_max_length(limits.payload_bytes);
  // The default sets SO_REUSEPORT: a second instance on the same port would
  // start without an error, and each would get half of the requests.
  set_socket_options([](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  });
}

void BoundedServer::DeepenBacklog() {
  // Of a socket that listens already, it changes only this. (The kernel cuts it
  // to net.core.somaxconn.)
  ::listen(svr_sock_, kBacklog);
}

void BoundedServer::StopAll() {
  stopped_ = true;
  stop();
}

bool BoundedServer::process_and_close_socket(socket_t socket) {
  *told_socket = socket;  // BoundedQueue's: nobody else runs jobs.
  return true;
}

void BoundedServer::Serve(int socket) {
  Connection connection(socket, limits_,
                        [this] { return waiting_ > 0 || stopped_; });
  bool closed = false;
  process_request(connection, /*close_connection=*/true, closed, Correct);
  connection.Linger();
}

}  // namespace presshawk
