#include "core/http/connection.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/time/clock.h"

namespace presshawk {
namespace {

// For a client to take the end of an answer.
constexpr absl::Duration kLingerTime = absl::Seconds(1);
// How often a connection that waits for its client looks whether others wait.
constexpr absl::Duration kLookAround = absl::Milliseconds(50);
constexpr size_t kLingerBytesMax = 4 << 20;
// Chunk headers of a payload may come on top of it.
constexpr size_t kPayloadOverhead = 64 << 10;

void ReadAddress(const sockaddr_storage& address, std::string* ip, int* port) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof(v4));
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    *port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof(v6));
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    *port = ntohs(v6.sin6_port);
  }
  *ip = text.data();
}

}  // namespace

Connection::Connection(int socket, const HttpLimits& limits,
                       std::function<bool()> others_wait)
    : socket_(socket),
      limits_(limits),
      others_wait_(std::move(others_wait)),
      read_deadline_(absl::Now() + limits.read_timeout),
      patience_end_(absl::Now() + limits.patience) {}

Connection::~Connection() { ::close(socket_); }

void Connection::Linger() {
  ::shutdown(socket_, SHUT_WR);
  const absl::Time deadline = absl::Now() + kLingerTime;
  for (size_t taken = 0; taken < kLingerBytesMax;) {
    if (!WaitFor(POLLIN, deadline)) {
      break;
    }
    const ssize_t count =
        ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count <= 0) {
      break;
    }
    taken += static_cast<size_t>(count);
  }
}

bool Connection::WaitFor(short events, absl::Time deadline) const {
  while (true) {
    const absl::Time now = absl::Now();
    if (now >= deadline || (now >= patience_end_ && others_wait_())) {
      return false;
    }
    const absl::Duration left =
        std::min({deadline - now, kLookAround,
                  now < patience_end_ ? patience_end_ - now : kLookAround});
    pollfd waited = {.fd = socket_, .events = events, .revents = 0};
    const int count = ::poll(
        &waited, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
    if (count > 0) {
      return true;
    }
    if (count < 0 && errno != EINTR) {
      return false;
    }
  }
}

bool Connection::is_readable() const {
  return buffer_begin_ < buffer_end_ || WaitFor(POLLIN, read_deadline_);
}

bool Connection::is_writable() const {
  return WaitFor(
      POLLOUT, std::min(write_deadline_, absl::Now() + limits_.write_timeout));
}

bool Connection::Fill() {
  if (!WaitFor(POLLIN, read_deadline_)) {
    return false;
  }
  const ssize_t count =
      ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (count <= 0) {
    return false;
  }
  buffer_begin_ = 0;
  buffer_end_ = static_cast<size_t>(count);
  return true;
}

void Connection::CountHeader(char c) {
  ++header_bytes_;
  ++line_bytes_;
  if (c == '\n') {
    in_header_ = line_bytes_ > 2;  // An empty line ends it.
    line_bytes_ = 0;
  }
}

ssize_t Connection::read(char* to, size_t size) {
  if (buffer_begin_ == buffer_end_ && !Fill()) {
    return -1;
  }
  size_t count = std::min(size, buffer_end_ - buffer_begin_);
  if (in_header_) {
    count = std::min<size_t>(count, 1);
    CountHeader(buffer_[buffer_begin_]);
  } else {
    payload_bytes_ += count;
  }
  if (header_bytes_ > limits_.header_bytes ||
      payload_bytes_ > limits_.payload_bytes + kPayloadOverhead) {
    return -1;
  }
  std::memcpy(to, buffer_.data() + buffer_begin_, count);
  buffer_begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, size_t size) {
  if (write_deadline_ == absl::InfiniteFuture()) {
    // Anew: making the answer may have taken long.
    write_deadline_ = absl::Now() + limits_.write_timeout;
    patience_end_ = absl::Now() + limits_.patience;
  }
  while (WaitFor(POLLOUT, write_deadline_)) {
    const ssize_t count =
        ::send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0 || (errno != EAGAIN && errno != EINTR)) {
      return count;
    }
  }
  return -1;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) ==
      0) {
    ReadAddress(address, &ip, &port);
  }
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) ==
      0) {
    ReadAddress(address, &ip, &port);
  }
}

}  // namespace presshawk
