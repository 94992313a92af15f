// SPDX-License-Identifier: Apache-2.0
#include "core/http/listen_address.h"

#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

absl::StatusOr<Addresses> Resolve(const std::string& host, uint16_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* resolved = nullptr;
  const int result = getaddrinfo(host.c_str(), std::to_string(port).c_str(),
                                 &hints, &resolved);
  if (result != 0) {
    return absl::NotFoundError(StrCat(host, ": ", gai_strerror(result)));
  }
  return Addresses(resolved, freeaddrinfo);
}

// A bound socket; or -1, and errno says why not. No SO_REUSEPORT: a second
// instance on the same port would start, and each would get half of the
// requests.
int Bind(const addrinfo& address) {
  const int socket_fd = socket(
      address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
      address.ai_protocol);
  if (socket_fd < 0) {
    return -1;
  }
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(socket_fd, address.ai_addr, address.ai_addrlen) == 0) {
    return socket_fd;
  }
  const int error = errno;
  close(socket_fd);
  errno = error;
  return -1;
}

}  // namespace

absl::Status CheckListenAddress(const std::string& host, uint16_t port) {
  const absl::StatusOr<Addresses> addresses = Resolve(host, port);
  if (!addresses.ok()) {
    return addresses.status();
  }
  int error = 0;
  for (const addrinfo* one = addresses->get(); one != nullptr;
       one = one->ai_next) {
    const int socket_fd = Bind(*one);
    error = errno;
    if (socket_fd >= 0) {
      close(socket_fd);
    }
    if (socket_fd >= 0 || error == EADDRINUSE) {
      return absl::OkStatus();
    }
  }
  return absl::UnavailableError(
      StrCat("cannot listen on ", host, ":", port, ": ", std::strerror(error)));
}

absl::StatusOr<int> ListenOn(const std::string& host, uint16_t port,
                             int backlog) {
  const absl::StatusOr<Addresses> addresses = Resolve(host, port);
  if (!addresses.ok()) {
    return addresses.status();
  }
  int error = 0;
  for (const addrinfo* one = addresses->get(); one != nullptr;
       one = one->ai_next) {
    const int socket_fd = Bind(*one);
    if (socket_fd >= 0 && listen(socket_fd, backlog) == 0) {
      return socket_fd;
    }
    error = errno;
    if (socket_fd >= 0) {
      close(socket_fd);
    }
  }
  return absl::UnavailableError(std::strerror(error));
}

uint16_t PortOf(int socket) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  // The port stands at the same place in both.
  sockaddr_in v4;
  std::memcpy(&v4, &address, sizeof(v4));
  return ntohs(v4.sin_port);
}

}  // namespace presshawk
