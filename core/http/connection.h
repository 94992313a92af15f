// One accepted connection with a deadline and a byte budget.
//
// cpp-httplib's own stream has a time-out for each read, so that a client that
// sends a byte now and then keeps a thread for ever; and it reads a line, and
// any number of header lines, to whatever length they have.
#pragma once

#include <httplib.h>

#include <array>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "core/http/http_limits.h"

namespace presshawk {

// LIFE. Owns the socket.
// THREAD SAFETY. One thread's.
class Connection : public httplib::Stream {
 public:
  // `others_wait`: whether other connections wait for the thread. Asked while
  // this one waits for its client, which gives up when it is true and
  // HttpLimits::patience is over.
  Connection(int socket, const HttpLimits& limits,
             std::function<bool()> others_wait);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Says that nothing more comes and gives the client a moment to read the
  // answer: closing with unread bytes would make its kernel throw that away.
  void Linger();

  bool is_readable() const override;
  bool is_writable() const override;
  // 0 or less: the client has closed, or its time or budget is used up.
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  // Until the socket is ready for `events`; false at `deadline`, or earlier
  // where the patience is over and others wait.
  bool WaitFor(short events, absl::Time deadline) const;
  // More bytes into the buffer.
  bool Fill();
  void CountHeader(char c);

  const int socket_;
  const HttpLimits limits_;
  const std::function<bool()> others_wait_;
  const absl::Time read_deadline_;
  absl::Time patience_end_;  // Of the request, then of the answer.
  absl::Time write_deadline_ = absl::InfiniteFuture();  // Set at the first.
  std::array<char, 4096> buffer_;
  size_t buffer_begin_ = 0;
  size_t buffer_end_ = 0;
  // The request's header: how much of it came, and whether it is over.
  bool in_header_ = true;
  size_t header_bytes_ = 0;
  size_t line_bytes_ = 0;
  size_t payload_bytes_ = 0;
};

}  // namespace presshawk
