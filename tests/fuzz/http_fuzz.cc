// SPDX-License-Identifier: Apache-2.0
// Any bytes on a connection are answered or refused; the server lives on, and a
// reload is made only by a POST that bears the token.
#include <unistd.h>

#include <atomic>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/check.h"
#include "core/http/http_server.h"
#include "tests/fuzz/fuzz_input.h"

namespace presshawk {
namespace {

constexpr char kToken[] = "s3cret";

std::atomic<int>& Reloads() {
  static std::atomic<int> reloads = 0;
  return reloads;
}

HttpServer& Server() {
  static HttpServer& server = *[] {
    auto* started = new HttpServer({.token = kToken});
    const auto text = [](const char* body) {
      return [body](const HttpRequest&) { return HttpResponse{.body = body}; };
    };
    started->Route("GET", "/metrics", HttpAccess::kToken, text("up 1\n"));
    started->Route("GET", "/readyz", HttpAccess::kProbe, text("{}"));
    started->Route("GET", "/lists/{id}", HttpAccess::kToken, text("{}"));
    started->Route("POST", "/-/reload", HttpAccess::kToken,
                   [](const HttpRequest&) {
                     ++Reloads();
                     return HttpResponse();
                   });
    PRESSHAWK_CHECK(started->Start().ok());
    return started;
  }();
  return server;
}

// All that the server says to `request`.
std::string Exchange(std::string_view request) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(Server().port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PRESSHAWK_CHECK(connect(client, reinterpret_cast<sockaddr*>(&address),
                          sizeof(address)) == 0);
  while (!request.empty()) {
    const ssize_t sent =
        send(client, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      break;
    }
    request.remove_prefix(static_cast<size_t>(sent));
  }
  shutdown(client, SHUT_WR);
  std::string answer;
  char block[4096];
  for (ssize_t got; (got = recv(client, block, sizeof(block), 0)) > 0;) {
    answer.append(block, static_cast<size_t>(got));
  }
  // Reset instead of TIME_WAIT: there are fewer ports than executions.
  const linger reset = {.l_onoff = 1, .l_linger = 0};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  close(client);
  return answer;
}

}  // namespace
}  // namespace presshawk

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string_view request = Bytes(data, size);
  const int reloads = Reloads();
  const std::string answer = Exchange(request);
  PRESSHAWK_CHECK(answer.empty() || answer.starts_with("HTTP/1."));
  // The kernel's limits, ours and a little for the header.
  PRESSHAWK_CHECK(answer.size() < (64UL << 10));
  if (Reloads() != reloads) {
    PRESSHAWK_CHECK(request.find(kToken) != std::string_view::npos &&
                    request.find("POST") != std::string_view::npos);
  }
  return 0;
}
