#include "core/http/http_client.h"

#include <httplib.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <sys/socket.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kBodyBytesMax = 16UL << 20;
// A machine that is there answers to a connection within milliseconds.
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);

struct AddressDeleter {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

// Host and port of `http://HOST:PORT…`, where the host may be in brackets.
std::pair<std::string, std::string> HostAndPort(std::string_view url) {
  const bool is_https = url.starts_with("https://");
  std::string_view rest = url.substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find('/'));
  std::string_view host = rest;
  std::string_view port = is_https ? "443" : "80";
  const size_t colon = rest.rfind(':');
  if (colon != rest.npos && rest.find(']', colon) == rest.npos) {
    host = rest.substr(0, colon);
    port = rest.substr(colon + 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return {std::string(host), std::string(port)};
}

// 0, or the error of connecting to this address.
int ConnectError(const addrinfo& address, absl::Duration timeout) {
  const int fd =
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return errno;
  }
  int error = connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd connected = {.fd = fd, .events = POLLOUT, .revents = 0};
    const int count = poll(
        &connected, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
    socklen_t size = sizeof(error);
    if (count == 0) {
      error = ETIMEDOUT;
    } else if (count < 0 ||
               getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  close(fd);
  return error;
}

// Why there is no connection, which httplib does not tell: asked again.
std::string WhyNoConnection(const std::string& url, absl::Duration timeout) {
  const auto [host, port] = HostAndPort(url);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return StrCat("no such host: ", host, ": ", gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, AddressDeleter> addresses(found);
  int error = 0;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    error = ConnectError(*one, timeout);
    if (error == 0) {
      break;
    }
  }
  switch (error) {
    case 0:
      return "the connection was broken off";
    case ECONNREFUSED:
      return "connection refused: nothing listens there";
    case ETIMEDOUT:
      return "connection timed out";
    default:
      return std::strerror(error);
  }
}

std::string Why(const std::string& url, httplib::Error error,
                absl::Time connect_until) {
  switch (error) {
    case httplib::Error::Connection:
      // It may have taken all the time there was.
      return absl::Now() >= connect_until
                 ? "connection timed out"
                 : WhyNoConnection(url, connect_until - absl::Now());
    case httplib::Error::ConnectionTimeout:
      return "connection timed out";
    case httplib::Error::Read:
      return "it was reached, and no whole answer came";
    case httplib::Error::Write:
      return "it was reached, and took no request";
    case httplib::Error::Canceled:
      return "its answer is too long, or took too long";
    default:
      return httplib::to_string(error);
  }
}

}  // namespace

absl::StatusOr<HttpResult> HttpGet(const std::string& url,
                                   const std::string& path,
                                   const std::string& token,
                                   absl::Duration timeout) {
  const absl::Status bad_url = absl::InvalidArgumentError(
      StrCat("`", url, "` is no URL: write http://127.0.0.1:9464"));
  // It throws for a scheme that it does not know.
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return bad_url;
  }
  httplib::Client client(url);
  if (!client.is_valid()) {
    return bad_url;
  }
  const auto limit = absl::ToChronoMilliseconds(timeout);
  const absl::Duration connect_limit = std::min(timeout, kConnectTimeout);
  client.set_connection_timeout(absl::ToChronoMilliseconds(connect_limit));
  client.set_read_timeout(limit);
  client.set_write_timeout(limit);
  httplib::Headers headers;
  if (!token.empty()) {
    headers.emplace("Authorization", StrCat("Bearer ", token));
  }
  const absl::Time begin = absl::Now();
  const absl::Time deadline = begin + timeout;
  HttpResult result;
  const httplib::Result answer =
      client.Get(path, headers, [&](const char* data, size_t size) {
        result.body.append(data, size);
        return result.body.size() <= kBodyBytesMax && absl::Now() < deadline;
      });
  if (!answer) {
    return absl::UnavailableError(
        StrCat("no answer from ", url, ": ",
               Why(url, answer.error(), begin + connect_limit)));
  }
  result.status = answer->status;
  return result;
}

}  // namespace presshawk
