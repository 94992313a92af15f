#include "core/http/listen_address.h"

#include <netdb.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <sys/socket.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// 0, or the errno of the failure.
int Bind(const addrinfo& address) {
  const int socket_fd =
      socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC,
             address.ai_protocol);
  if (socket_fd < 0) {
    return errno;
  }
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const int error =
      bind(socket_fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  close(socket_fd);
  return error;
}

}  // namespace

absl::Status CheckListenAddress(const std::string& host, uint16_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* resolved = nullptr;
  const int result = getaddrinfo(host.c_str(), std::to_string(port).c_str(),
                                 &hints, &resolved);
  if (result != 0) {
    return absl::NotFoundError(StrCat(host, ": ", gai_strerror(result)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(resolved,
                                                                 freeaddrinfo);
  int error = 0;
  for (const addrinfo* one = addresses.get(); one != nullptr;
       one = one->ai_next) {
    error = Bind(*one);
    if (error == 0 || error == EADDRINUSE) {
      return absl::OkStatus();
    }
  }
  return absl::UnavailableError(
      StrCat("cannot listen on ", host, ":", port, ": ", std::strerror(error)));
}

}  // namespace presshawk
