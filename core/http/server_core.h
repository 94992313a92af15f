// SPDX-License-Identifier: Apache-2.0
// The inside of HttpServer: the loop's thread, its connections, and who of them
// has to go when there are too many.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "core/base/mutex.h"
#include "core/http/browser_login.h"
#include "core/http/event_loop.h"
#include "core/http/handler_pool.h"
#include "core/http/host_policy.h"
#include "core/http/http_routes.h"
#include "core/http/http_server.h"
#include "core/http/server_connection.h"

struct evconnlistener;
struct sockaddr;

namespace presshawk {

class ServerCore : public ServerConnection::Owner {
 public:
  explicit ServerCore(HttpServer::Options options);
  ~ServerCore() override;  // REQUIRES: stopped, or never started.

  HttpRoutes* routes() { return &routes_; }
  absl::Status Start();
  void Stop();
  uint16_t port() const { return port_; }
  HttpCounts counts() const;

 private:
  // Of the loop, where nothing else is said.
  void OnHead(ServerConnection* connection) override;
  void OnWhole(ServerConnection* connection) override;
  void OnRefused(ServerConnection* connection, const Problem& problem) override;
  void OnProgress(ServerConnection* connection) override;
  void OnClosed(ServerConnection* connection) override;

  void AddLoginRoutes();
  void Accept(int socket, const sockaddr& peer);
  void OnAcceptError();
  // Why the head of a request is refused; nothing where it is not.
  std::optional<HttpResponse> Refuse(const HttpRequest& request,
                                     const HttpRoutes::Match& match);
  void Answer(uint64_t id, HttpResponse response);
  // Any thread; after it no exchange of this id is open.
  void OnAnswered(uint64_t id, HttpResponse response)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Why the client may not have one more stream; nothing where it may.
  std::optional<Problem> RefuseStream(const ServerConnection& connection) const;
  void EndStreamsOf(uint64_t session);
  void FollowFeed(const std::shared_ptr<EventFeed>& feed);
  void ForgetAnswer(uint64_t id);
  // Closes the client that has been waited for the longest; false without one.
  bool EvictOldest();
  void KeepAnswersBounded();
  void PumpStreams();
  // But those whose request is being answered.
  void CloseUnanswered();
  // Ends the loop once nothing is being answered, or at `deadline`.
  void QuitWhenAnswered(absl::Time deadline);

  const HttpServer::Options options_;
  const HttpLimits& limits_ = options_.limits;
  const HostPolicy hosts_;
  HttpRoutes routes_;
  BrowserLogin login_;
  EventLoop loop_;
  std::unique_ptr<HandlerPool> pool_;
  evconnlistener* listener_ = nullptr;
  EventPtr accept_again_;
  EventPtr quit_;
  uint16_t port_ = 0;
  size_t connections_max_ = 0;
  uint64_t next_id_ = 0;
  bool stopping_ = false;
  absl::Time quit_deadline_;
  // By id, which rises: who came first stands first.
  std::map<uint64_t, std::unique_ptr<ServerConnection>> connections_;
  std::set<uint64_t> streams_;
  std::map<uint64_t, size_t> answering_;  // Bytes of each one's answer.
  size_t answer_bytes_ = 0;               // Their sum.
  std::set<std::shared_ptr<EventFeed>> feeds_;
  std::atomic<bool> pump_due_ = false;
  std::thread thread_;

  std::atomic<uint64_t> open_count_ = 0;
  std::atomic<uint64_t> stream_count_ = 0;
  std::atomic<uint64_t> accepted_ = 0;
  std::atomic<uint64_t> requests_ = 0;
  std::atomic<uint64_t> evicted_ = 0;
  std::atomic<uint64_t> slow_ = 0;
  std::atomic<uint64_t> streams_refused_ = 0;

  Mutex mutex_;
  std::condition_variable answered_;
  size_t exchanges_ ABSL_GUARDED_BY(mutex_) = 0;  // Open ones.
};

}  // namespace presshawk
