// SPDX-License-Identifier: Apache-2.0
// One client of the server: its request, its answer, its end.
//
//   kReading ─► kHandling ─► kAnswering ─► kLingering ─► closed
//                        └─► kStreaming ─► closed
//
// Each state that waits for the client has a deadline, and all of them together
// cost no thread. After an answer the server says that nothing more comes and
// reads on for a moment: closing with unread bytes would make the client's
// kernel throw the answer away.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "core/http/event_loop.h"
#include "core/http/http_limits.h"
#include "core/http/http_message.h"
#include "core/http/request_reader.h"

struct bufferevent;

namespace presshawk {

struct HttpRoute;

// THREAD SAFETY. The loop's thread alone.
class ServerConnection {
 public:
  enum class State : uint8_t {
    kReading,
    kHandling,
    kAnswering,
    kStreaming,
    kLingering,
    kClosed,
  };

  // Told what happens; it may answer or close the connection meanwhile.
  class Owner {
   public:
    virtual ~Owner() = default;
    // The head of the request is there. The owner answers, hands the request
    // over, or wants its body by doing neither.
    virtual void OnHead(ServerConnection* connection) = 0;
    virtual void OnWhole(ServerConnection* connection) = 0;
    virtual void OnRefused(ServerConnection* connection,
                           const Problem& problem) = 0;
    // It changed its state, or bytes of its answer were taken.
    virtual void OnProgress(ServerConnection* connection) = 0;
    // The connection may be deleted, but not by this call.
    virtual void OnClosed(ServerConnection* connection) = 0;
  };

  // Owns the socket, which does not block. `loop`, `limits` and `owner` must
  // outlive the connection.
  ServerConnection(uint64_t id, int socket, std::string address,
                   EventLoop* loop, const HttpLimits* limits, Owner* owner);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  uint64_t id() const { return id_; }
  State state() const { return state_; }
  // Whether the client is what is waited for, and nothing would be lost but its
  // own answer.
  bool waits_for_client() const;
  // Whether it was closed because the client took too long.
  bool was_slow() const { return was_slow_; }
  // Of an answer that the client has not taken whole.
  size_t answer_bytes() const { return answer_bytes_; }
  // What the owner found for the request; null before.
  const HttpRoute* route() const { return route_; }
  void set_route(const HttpRoute* route) { route_ = route; }
  // The session of the request; 0: none.
  uint64_t session() const { return session_; }
  void set_session(uint64_t session) { session_ = session; }
  // Where the client is: its address as bytes, of IPv6 the first half.
  const std::string& address() const { return address_; }
  HttpRequest& request() { return reader_.request(); }
  // The body is told by its chunks: whether it is one is known at its end.
  bool is_chunked() const { return reader_.is_chunked(); }

  // From kReading: tells a client that asks first (`Expect`) to send the body.
  void Continue();
  // From kReading: takes no more of the request, and waits for Answer().
  void Handle();
  // From kReading or kHandling: sends it, or begins the stream.
  void Answer(HttpResponse response);
  // Of a stream: sends what is new, if the client has taken what was before.
  void Pump();
  void Close();

 private:
  static void OnReadable(bufferevent*, void* self);
  static void OnDrained(bufferevent*, void* self);
  static void OnEvent(bufferevent*, short what, void* self);
  static void OnTimer(int, short, void* self);

  void Read();
  void Discard();
  void Send(const std::string& head, std::string body);
  void BeginStream(HttpResponse response);
  void BeatOrEnd();
  void CloseSlow();
  void Linger();
  void LeaveFeed();

  const uint64_t id_;
  const std::string address_;
  EventLoop& loop_;
  const HttpLimits& limits_;
  Owner& owner_;
  State state_ = State::kReading;
  RequestReader reader_;
  const HttpRoute* route_ = nullptr;
  uint64_t session_ = 0;
  bufferevent* events_;
  EventPtr timer_;
  size_t answer_bytes_ = 0;
  bool was_slow_ = false;
  bool client_ended_ = false;  // It sends nothing more.
  size_t discarded_ = 0;       // Bytes that came after the request was read.
  // Of a stream.
  std::shared_ptr<EventFeed> feed_;
  uint64_t feed_at_ = 0;
  bool was_blocked_ = false;  // At the last beat.
  absl::Time stream_end_;
};

}  // namespace presshawk
