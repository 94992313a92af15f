#include "core/http/waiting_room.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include <sys/eventfd.h>
#include <sys/socket.h>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"

namespace presshawk {
namespace {

// poll() reports a socket only once it has more than this to read.
void WaitForMoreThan(int socket, int bytes) {
  const int low_water = bytes + 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof(low_water));
}

// Whether a header announces a payload.
bool AnnouncesBody(std::string header) {
  std::transform(header.begin(), header.end(), header.begin(), [](char c) {
    return absl::ascii_tolower(static_cast<unsigned char>(c));
  });
  return header.find("\ncontent-length:") != std::string::npos ||
         header.find("\ntransfer-encoding:") != std::string::npos;
}

}  // namespace

WaitingRoom::WaitingRoom(const HttpLimits& limits,
                         std::function<void(int, bool)> whole)
    : limits_(limits),
      whole_(std::move(whole)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Serve(); }) {}

WaitingRoom::~WaitingRoom() {
  Close();
  ::close(wake_);
}

void WaitingRoom::Wake() const {
  const uint64_t one = 1;
  // A full counter wakes as well.
  [[maybe_unused]] const ssize_t ignored = ::write(wake_, &one, sizeof(one));
}

void WaitingRoom::Add(int socket) {
  {
    MutexLock lock(&mutex_);
    if (closed_ || newcomers_.size() >= limits_.unfinished) {
      ::close(socket);
      return;
    }
    newcomers_.push_back({socket, absl::Now() + limits_.read_timeout});
  }
  Wake();
}

void WaitingRoom::Close() {
  {
    MutexLock lock(&mutex_);
    closed_ = true;
  }
  Wake();
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool WaitingRoom::Welcome() {
  MutexLock lock(&mutex_);
  guests_.insert(guests_.end(), newcomers_.begin(), newcomers_.end());
  newcomers_.clear();
  return !closed_;
}

WaitingRoom::Header WaitingRoom::LookAt(int socket) {
  buffer_.resize(limits_.header_bytes);
  const ssize_t got =
      ::recv(socket, buffer_.data(), buffer_.size(), MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) {
    // A reset is for the reader to find.
    return errno == EAGAIN || errno == EINTR ? Header::kPart : Header::kWhole;
  }
  const auto size = static_cast<size_t>(got);
  const std::string_view seen(buffer_.data(), size);
  const size_t end = std::min(seen.find("\r\n\r\n"), seen.find("\n\n"));
  if (end != std::string_view::npos) {
    return AnnouncesBody(std::string(seen.substr(0, end)))
               ? Header::kWholeBeforeBody
               : Header::kWhole;
  }
  // Closed by the client, or too long: the reader says so.
  if (size == 0 || size == limits_.header_bytes) {
    return Header::kWhole;
  }
  WaitForMoreThan(socket, static_cast<int>(size));
  return Header::kPart;
}

void WaitingRoom::Serve() {
  std::vector<pollfd> waited;
  while (Welcome()) {
    while (guests_.size() > limits_.unfinished) {
      ::close(guests_.front().socket);
      guests_.pop_front();
    }
    waited.assign(1, {.fd = wake_, .events = POLLIN, .revents = 0});
    for (const Guest& guest : guests_) {
      waited.push_back(
          {.fd = guest.socket, .events = POLLIN | POLLRDHUP, .revents = 0});
    }
    // Deadlines rise: the first is the next.
    const int timeout =
        guests_.empty() ? -1
                        : static_cast<int>(std::max<int64_t>(
                              0, absl::ToInt64Milliseconds(
                                     guests_.front().deadline - absl::Now()) +
                                     1));
    ::poll(waited.data(), waited.size(), timeout);
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t ignored =
        ::read(wake_, &count, sizeof(count));
    const absl::Time now = absl::Now();
    size_t kept = 0;
    for (size_t i = 0; i < guests_.size(); ++i) {
      const Guest guest = guests_[i];
      const int events = waited[i + 1].revents;
      Header header = events != 0 ? LookAt(guest.socket) : Header::kPart;
      if (header == Header::kPart && (events & ~POLLIN) != 0) {
        header = Header::kWhole;  // Nothing more comes: the reader says so.
      }
      if (header != Header::kPart) {
        WaitForMoreThan(guest.socket, 0);
        whole_(guest.socket, header == Header::kWholeBeforeBody);
      } else if (now >= guest.deadline) {
        ::close(guest.socket);
      } else {
        guests_[kept++] = guest;
      }
    }
    guests_.resize(kept);
  }
  for (const Guest& guest : guests_) {
    ::close(guest.socket);
  }
  guests_.clear();
}

}  // namespace presshawk
