// SPDX-License-Identifier: Apache-2.0
#include "core/http/server_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/http/event_feed.h"
#include "core/http/response_head.h"

namespace presshawk {
namespace {

// For a client to take the end of an answer.
constexpr absl::Duration kLingerTime = absl::Seconds(1);
// Read and thrown away, of a client that sends more than its request.
constexpr size_t kDiscardMax = 4 << 20;
constexpr size_t kReadBytes = 16 << 10;
constexpr size_t kWriteBytes = 64 << 10;  // Of one client, before the next.
// What the kernel keeps of a stream for a viewer that does not read.
constexpr int kStreamSendBuffer = 32 << 10;
// When a browser whose stream ended asks again, in milliseconds.
constexpr std::string_view kRetry = "retry: 2000\n\n";
// Streams that began together do not end together.
constexpr uint64_t kStreamSpread = 16;

template <typename Owned>
void AddOwned(Owned* owned, const std::string& bytes, evbuffer* out) {
  evbuffer_add_reference(
      out, bytes.data(), bytes.size(),
      [](const void*, size_t, void* freed) {
        delete static_cast<Owned*>(freed);
      },
      owned);
}

}  // namespace

ServerConnection::ServerConnection(uint64_t id, int socket, std::string address,
                                   EventLoop* loop, const HttpLimits* limits,
                                   Owner* owner)
    : id_(id),
      address_(std::move(address)),
      loop_(*loop),
      limits_(*limits),
      owner_(*owner),
      reader_(*limits),
      events_(
          bufferevent_socket_new(loop->base(), socket, BEV_OPT_CLOSE_ON_FREE)),
      timer_(loop->MakeTimer(OnTimer, this)) {
  bufferevent_setcb(events_, OnReadable, OnDrained, OnEvent, this);
  bufferevent_set_max_single_write(events_, kWriteBytes);
  bufferevent_setwatermark(events_, EV_READ, 0, kReadBytes);
  bufferevent_enable(events_, EV_READ);
  EventLoop::SetTimer(timer_.get(),
                      absl::ToInt64Milliseconds(limits_.read_timeout));
}

ServerConnection::~ServerConnection() {
  LeaveFeed();
  if (events_ != nullptr) {
    bufferevent_free(events_);
  }
}

bool ServerConnection::waits_for_client() const {
  return state_ == State::kReading || state_ == State::kAnswering ||
         state_ == State::kLingering;
}

void ServerConnection::OnReadable(bufferevent*, void* self) {
  auto* connection = static_cast<ServerConnection*>(self);
  connection->state_ == State::kReading ? connection->Read()
                                        : connection->Discard();
}

void ServerConnection::OnDrained(bufferevent*, void* self) {
  auto* connection = static_cast<ServerConnection*>(self);
  if (connection->state_ == State::kAnswering) {
    connection->Linger();
  } else if (connection->state_ == State::kStreaming) {
    connection->Pump();
  }
}

void ServerConnection::OnEvent(bufferevent*, short what, void* self) {
  auto* connection = static_cast<ServerConnection*>(self);
  const bool is_end = (what & BEV_EVENT_EOF) != 0;
  // A client that only says that it sends nothing more still reads its answer.
  if (is_end && connection->state_ == State::kAnswering) {
    connection->client_ended_ = true;
  } else {
    connection->Close();
  }
}

void ServerConnection::OnTimer(int, short, void* self) {
  auto* connection = static_cast<ServerConnection*>(self);
  if (connection->state_ == State::kStreaming) {
    connection->BeatOrEnd();
  } else if (connection->state_ == State::kLingering) {
    connection->Close();
  } else if (connection->state_ != State::kHandling) {
    connection->CloseSlow();
  }
}

void ServerConnection::Read() {
  std::array<char, kReadBytes> buffer;
  while (state_ == State::kReading) {
    const int count = evbuffer_remove(bufferevent_get_input(events_),
                                      buffer.data(), buffer.size());
    if (count <= 0) {
      return;
    }
    std::string_view bytes(buffer.data(), static_cast<size_t>(count));
    auto progress = RequestReader::Progress::kHead;
    while (state_ == State::kReading &&
           progress == RequestReader::Progress::kHead) {
      progress = reader_.Take(&bytes);
      switch (progress) {
        case RequestReader::Progress::kMore:
          break;
        case RequestReader::Progress::kHead:
          owner_.OnHead(this);
          break;
        case RequestReader::Progress::kWhole:
          owner_.OnWhole(this);
          break;
        case RequestReader::Progress::kRefused:
          owner_.OnRefused(this, reader_.problem());
          break;
      }
    }
  }
}

void ServerConnection::Discard() {
  evbuffer* const input = bufferevent_get_input(events_);
  discarded_ += evbuffer_get_length(input);
  evbuffer_drain(input, evbuffer_get_length(input));
  if (discarded_ > kDiscardMax) {
    Close();
  }
}

void ServerConnection::Continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  evbuffer_add(bufferevent_get_output(events_), kContinue.data(),
               kContinue.size());
}

void ServerConnection::Handle() {
  state_ = State::kHandling;
  event_del(timer_.get());
  // What comes meanwhile waits in the kernel.
  bufferevent_disable(events_, EV_READ);
}

void ServerConnection::Send(const std::string& head, std::string body) {
  evbuffer* const out = bufferevent_get_output(events_);
  evbuffer_add(out, head.data(), head.size());
  if (!body.empty()) {
    auto* owned = new std::string(std::move(body));
    AddOwned(owned, *owned, out);
  }
}

void ServerConnection::Answer(HttpResponse response) {
  if (state_ != State::kReading && state_ != State::kHandling) {
    return;
  }
  evbuffer* const input = bufferevent_get_input(events_);
  evbuffer_drain(input, evbuffer_get_length(input));
  const bool is_head = reader_.request().is_head;
  if (response.feed != nullptr && !is_head) {
    return BeginStream(std::move(response));
  }
  state_ = State::kAnswering;
  const std::string head = ResponseHead(response, absl::Now());
  answer_bytes_ = head.size() + (is_head ? 0 : response.body.size());
  Send(head, is_head ? "" : std::move(response.body));
  bufferevent_enable(events_, EV_READ | EV_WRITE);
  EventLoop::SetTimer(timer_.get(),
                      absl::ToInt64Milliseconds(limits_.write_timeout));
  owner_.OnProgress(this);
}

void ServerConnection::BeginStream(HttpResponse response) {
  state_ = State::kStreaming;
  ::setsockopt(bufferevent_getfd(events_), SOL_SOCKET, SO_SNDBUF,
               &kStreamSendBuffer, sizeof(kStreamSendBuffer));
  stream_end_ = absl::Now() + limits_.stream_time -
                limits_.stream_time / 8 *
                    (static_cast<double>(id_ % kStreamSpread) / kStreamSpread);
  Send(StrCat(ResponseHead(response, absl::Now()), kRetry),
       std::move(response.body));
  feed_ = std::move(response.feed);
  feed_at_ = response.feed_after;
  feed_->AddViewer();
  // Reading goes on to learn that the viewer has left.
  bufferevent_enable(events_, EV_READ | EV_WRITE);
  BeatOrEnd();
  if (state_ == State::kStreaming) {
    owner_.OnProgress(this);
  }
}

void ServerConnection::Pump() {
  evbuffer* const out = bufferevent_get_output(events_);
  if (state_ != State::kStreaming || evbuffer_get_length(out) > 0) {
    return;
  }
  EventFeed::Events events;
  if (!feed_->Read(&feed_at_, &events)) {
    return CloseSlow();  // It asks again, and gets a snapshot.
  }
  for (const auto& event : events) {
    AddOwned(new std::shared_ptr<const std::string>(event), *event, out);
  }
}

void ServerConnection::BeatOrEnd() {
  const absl::Duration left = stream_end_ - absl::Now();
  evbuffer* const out = bufferevent_get_output(events_);
  const bool is_blocked = evbuffer_get_length(out) > 0;
  if (left <= absl::ZeroDuration()) {
    return Close();
  }
  if (is_blocked && was_blocked_) {
    return CloseSlow();
  }
  was_blocked_ = is_blocked;
  if (!is_blocked) {
    evbuffer_add_printf(out, ":\n\n");
  }
  EventLoop::SetTimer(timer_.get(), absl::ToInt64Milliseconds(
                                        std::min(left, limits_.heartbeat)));
}

void ServerConnection::LeaveFeed() {
  if (feed_ != nullptr) {
    feed_->RemoveViewer();
    feed_ = nullptr;
  }
}

void ServerConnection::Linger() {
  if (client_ended_) {
    return Close();
  }
  state_ = State::kLingering;
  answer_bytes_ = 0;
  ::shutdown(bufferevent_getfd(events_), SHUT_WR);
  EventLoop::SetTimer(timer_.get(), absl::ToInt64Milliseconds(kLingerTime));
  owner_.OnProgress(this);
}

void ServerConnection::CloseSlow() {
  was_slow_ = true;
  Close();
}

void ServerConnection::Close() {
  if (state_ == State::kClosed) {
    return;
  }
  state_ = State::kClosed;
  timer_.reset();
  bufferevent_free(events_);
  events_ = nullptr;
  LeaveFeed();
  owner_.OnClosed(this);
}

}  // namespace presshawk
