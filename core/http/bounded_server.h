// cpp-httplib's server with what HttpLimits promises: one request a connection
// (a scrape every few seconds needs no more), each with a deadline; a bounded
// number of threads and of connections that wait for one.
#pragma once

#include <httplib.h>

#include <memory>

#include "core/http/http_limits.h"

namespace presshawk {

class BoundedServer : public httplib::Server {
 public:
  explicit BoundedServer(const HttpLimits& limits);

  // Lets as many clients wait to be accepted as the system allows, instead of
  // the library's 5. After binding.
  void DeepenBacklog();

  // Takes no more and gives up clients when their patience is over; the thread
  // in listen_after_bind() returns when the last handler has.
  void StopAll();

 private:
  bool process_and_close_socket(socket_t socket) override;
  // Answers the request of a socket, and closes it.
  void Serve(int socket);

  const HttpLimits limits_;
  std::atomic<size_t> waiting_ = 0;  // Connections without a thread.
  std::atomic<bool> stopped_ = false;
};

}  // namespace presshawk
