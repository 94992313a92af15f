// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_sender.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <optional>
#include <thread>
#include <utility>

#include <sys/epoll.h>

#include "absl/container/flat_hash_map.h"
#include "core/base/check.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/base/wake_event.h"
#include "core/http/curl_handle.h"
#include "core/http/http_transfer.h"

namespace presshawk {
namespace {

using Steady = Deadline::Steady;

// Handles and connections that are kept for the next requests.
constexpr size_t kIdleHandlesMax = 256;
constexpr long kConnectionsMax = 2048;

}  // namespace

std::string_view HttpEnd::Header(std::string_view name) const {
  return FindHeader(headers, name);
}

class HttpSender::Loop {
 public:
  explicit Loop(const Options& options);
  ~Loop();

  void Send(HttpAttempt attempt, Done done);
  void Stop(absl::Time deadline);
  size_t in_flight() const { return in_flight_; }

 private:
  struct Resolved {
    uint64_t id = 0;
    HostResolver::Addresses addresses;
  };
  // What other threads have for the loop. Shared with lookups, which may end
  // after it.
  struct Inbox {
    WakeEvent wake;
    Mutex mutex;
    std::condition_variable stopped;
    std::vector<std::unique_ptr<HttpTransfer>> sent ABSL_GUARDED_BY(mutex);
    std::vector<Resolved> resolved ABSL_GUARDED_BY(mutex);
    std::optional<Steady::time_point> stop_at ABSL_GUARDED_BY(mutex);
    bool is_over ABSL_GUARDED_BY(mutex) = false;
  };

  static int OnSocket(CURL* handle, curl_socket_t socket, int what, void* self,
                      void* known);
  static int OnTimer(CURLM* multi, long milliseconds, void* self);

  void Run();
  // False when the loop is to end.
  bool TakeInbox();
  void Begin(std::unique_ptr<HttpTransfer> transfer);
  void Connect(std::unique_ptr<HttpTransfer> transfer,
               const std::vector<std::string>& addresses);
  void TakeResolved(const Resolved& resolved);
  void EndLateLookups(Steady::time_point now);
  void Wait();
  void EndFinished();
  void End(HttpTransfer* transfer);
  void StopAll();

  const std::string authorities_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::atomic<size_t> in_flight_ = 0;
  // The loop's thread's.
  const int epoll_;
  CurlMulti multi_;
  Steady::time_point timer_ = Steady::time_point::max();
  uint64_t next_id_ = 0;
  struct Lookup {
    std::unique_ptr<HttpTransfer> transfer;
    Steady::time_point deadline;
  };
  absl::flat_hash_map<uint64_t, Lookup> lookups_;
  absl::flat_hash_map<HttpTransfer*, std::unique_ptr<HttpTransfer>> transfers_;
  std::vector<CurlHandle> idle_;
  HostResolver resolver_;
  std::thread thread_;  // Last: it uses all of the above.
};

HttpSender::Loop::Loop(const Options& options)
    : authorities_(options.authorities),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      multi_(IsCurlReady() ? curl_multi_init() : nullptr),
      resolver_(options.lookup) {
  PRESSHAWK_CHECK(multi_ != nullptr);  // Else there is no memory.
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kConnectionsMax);
  epoll_event event = {.events = EPOLLIN, .data = {.fd = inbox_->wake.fd()}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, inbox_->wake.fd(), &event);
  thread_ = std::thread([this] { Run(); });
}

HttpSender::Loop::~Loop() {
  Stop(absl::InfinitePast());
  thread_.join();
  idle_.clear();
  multi_.reset();  // Its connections' sockets leave epoll_ before it goes.
  close(epoll_);
}

void HttpSender::Loop::Send(HttpAttempt attempt, Done done) {
  auto transfer =
      std::make_unique<HttpTransfer>(std::move(attempt), std::move(done));
  {
    MutexLock lock(&inbox_->mutex);
    if (!inbox_->is_over && !inbox_->stop_at.has_value()) {
      ++in_flight_;
      inbox_->sent.push_back(std::move(transfer));
    }
  }
  if (transfer != nullptr) {
    transfer->Stop();
  } else {
    inbox_->wake.Wake();
  }
}

void HttpSender::Loop::Stop(absl::Time deadline) {
  MutexLock lock(&inbox_->mutex);
  const Steady::time_point at = Deadline(deadline).steady();
  inbox_->stop_at = std::min(inbox_->stop_at.value_or(at), at);
  inbox_->wake.Wake();
  while (!inbox_->is_over) {
    lock.Wait(&inbox_->stopped);
  }
}

int HttpSender::Loop::OnSocket(CURL* /*handle*/, curl_socket_t socket, int what,
                               void* self, void* known) {
  auto* const loop = static_cast<Loop*>(self);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(loop->epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event = {};
  event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) |
                 ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
  event.data.fd = socket;
  epoll_ctl(loop->epoll_, known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
            socket, &event);
  // Any pointer that is not null says that the socket is in the epoll set.
  curl_multi_assign(loop->multi_.get(), socket, loop);
  return 0;
}

int HttpSender::Loop::OnTimer(CURLM* /*multi*/, long milliseconds, void* self) {
  static_cast<Loop*>(self)->timer_ =
      milliseconds < 0
          ? Steady::time_point::max()
          : Steady::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

void HttpSender::Loop::Run() {
  // OpenSSL writes to connections that the server may have closed.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (TakeInbox()) {
    Wait();
    EndLateLookups(Steady::now());
    EndFinished();
  }
  MutexLock lock(&inbox_->mutex);
  inbox_->is_over = true;
  inbox_->stopped.notify_all();
}

bool HttpSender::Loop::TakeInbox() {
  std::vector<std::unique_ptr<HttpTransfer>> sent;
  std::vector<Resolved> resolved;
  std::optional<Steady::time_point> stop_at;
  {
    MutexLock lock(&inbox_->mutex);
    sent.swap(inbox_->sent);
    resolved.swap(inbox_->resolved);
    stop_at = inbox_->stop_at;
  }
  for (std::unique_ptr<HttpTransfer>& transfer : sent) {
    Begin(std::move(transfer));
  }
  for (const Resolved& one : resolved) {
    TakeResolved(one);
  }
  if (!stop_at.has_value()) {
    return true;
  }
  if (*stop_at <= Steady::now()) {
    StopAll();
  }
  return in_flight_ > 0;
}

void HttpSender::Loop::Begin(std::unique_ptr<HttpTransfer> transfer) {
  if (!transfer->ReadUrl()) {
    --in_flight_;
    return;
  }
  if (transfer->host_is_address()) {
    const std::vector<std::string> addresses = {transfer->host()};
    Connect(std::move(transfer), addresses);
    return;
  }
  const uint64_t id = ++next_id_;
  const std::string host = transfer->host();
  const Steady::time_point deadline = transfer->connect_deadline();
  lookups_[id] = {std::move(transfer), deadline};
  resolver_.Resolve(
      host, [inbox = inbox_, id](const HostResolver::Addresses& addresses) {
        MutexLock lock(&inbox->mutex);
        inbox->resolved.push_back({id, addresses});
        inbox->wake.Wake();
      });
}

void HttpSender::Loop::TakeResolved(const Resolved& resolved) {
  const auto found = lookups_.find(resolved.id);
  if (found == lookups_.end()) {
    return;  // It was given up.
  }
  std::unique_ptr<HttpTransfer> transfer = std::move(found->second.transfer);
  lookups_.erase(found);
  if (!resolved.addresses.ok()) {
    transfer->EndUnsent(HttpEnd::Kind::kNotSent,
                        std::string(resolved.addresses.status().message()));
    --in_flight_;
    return;
  }
  Connect(std::move(transfer), *resolved.addresses);
}

void HttpSender::Loop::Connect(std::unique_ptr<HttpTransfer> transfer,
                               const std::vector<std::string>& addresses) {
  if (!transfer->Judge(addresses)) {
    --in_flight_;
    return;
  }
  CurlHandle handle;
  if (idle_.empty()) {
    handle.reset(curl_easy_init());
  } else {
    handle = std::move(idle_.back());
    idle_.pop_back();
  }
  if (handle == nullptr) {
    transfer->EndUnsent(HttpEnd::Kind::kNotSent, "there is no memory for it");
    --in_flight_;
    return;
  }
  transfer->Attach(std::move(handle), authorities_, addresses);
  curl_multi_add_handle(multi_.get(), transfer->handle());
  HttpTransfer* const key = transfer.get();
  transfers_[key] = std::move(transfer);
}

void HttpSender::Loop::EndLateLookups(Steady::time_point now) {
  for (auto one = lookups_.begin(); one != lookups_.end();) {
    const auto late = one++;
    if (late->second.deadline <= now) {
      late->second.transfer->EndUnsent(
          HttpEnd::Kind::kNotSent,
          StrCat("no name server said in time where ",
                 late->second.transfer->host(), " is"));
      lookups_.erase(late);
      --in_flight_;
    }
  }
}

void HttpSender::Loop::Wait() {
  Steady::time_point until = timer_;
  for (const auto& [id, lookup] : lookups_) {
    until = std::min(until, lookup.deadline);
  }
  {
    MutexLock lock(&inbox_->mutex);
    until = std::min(until, inbox_->stop_at.value_or(until));
  }
  int milliseconds = -1;
  if (until != Steady::time_point::max()) {
    // Rounded up: else the loop turns until the time has come.
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
    milliseconds =
        static_cast<int>(std::clamp<int64_t>(wait.count(), 0, 3'600'000));
  }
  epoll_event events[64];
  const int count = epoll_wait(epoll_, events, 64, milliseconds);
  int running = 0;
  for (int i = 0; i < count; ++i) {
    if (events[i].data.fd == inbox_->wake.fd()) {
      inbox_->wake.Clear();
      continue;
    }
    const uint32_t ready = events[i].events;
    const int mask =
        ((ready & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
        ((ready & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
        ((ready & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    curl_multi_socket_action(multi_.get(), events[i].data.fd, mask, &running);
  }
  if (timer_ <= Steady::now()) {
    timer_ = Steady::time_point::max();
    curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

void HttpSender::Loop::EndFinished() {
  int left = 0;
  while (const CURLMsg* const message =
             curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    const CURLcode code = message->data.result;
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    auto* const transfer = reinterpret_cast<HttpTransfer*>(owner);
    if (code != CURLE_OK) {
      resolver_.Forget(transfer->host());
    }
    transfer->EndWith(code);
    End(transfer);
  }
}

void HttpSender::Loop::End(HttpTransfer* transfer) {
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  CurlHandle handle = transfer->TakeHandle();
  if (idle_.size() < kIdleHandlesMax) {
    curl_easy_reset(handle.get());
    idle_.push_back(std::move(handle));
  }
  transfers_.erase(transfer);
  --in_flight_;
}

void HttpSender::Loop::StopAll() {
  for (auto& [id, lookup] : std::exchange(lookups_, {})) {
    lookup.transfer->Stop();
    --in_flight_;
  }
  while (!transfers_.empty()) {
    HttpTransfer* const transfer = transfers_.begin()->first;
    transfer->Stop();
    End(transfer);
  }
}

HttpSender::HttpSender(const Options& options)
    : loop_(std::make_unique<Loop>(options)) {}
HttpSender::~HttpSender() = default;

void HttpSender::Send(HttpAttempt attempt, Done done) {
  loop_->Send(std::move(attempt), std::move(done));
}
void HttpSender::Stop(absl::Time deadline) { loop_->Stop(deadline); }
size_t HttpSender::in_flight() const { return loop_->in_flight(); }

}  // namespace presshawk
