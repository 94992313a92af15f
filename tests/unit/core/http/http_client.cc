// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/core/http/http_client.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/str_cat.h"
#include "gtest/gtest.h"

namespace presshawk {

HttpClient::HttpClient(uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)),
            0);
}

HttpClient::~HttpClient() { ::close(socket_); }

bool HttpClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

HttpAnswer HttpClient::Receive() {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while ((count = ::recv(socket_, buffer.data(), buffer.size(), 0)) > 0) {
    text.append(buffer.data(), static_cast<size_t>(count));
  }
  HttpAnswer answer;
  if (const size_t end = text.find("\r\n\r\n"); end != std::string::npos) {
    answer.head = text.substr(0, end + 2);
    answer.body = text.substr(end + 4);
    answer.status = std::atoi(text.c_str() + text.find(' '));
  }
  return answer;
}

std::string HttpClient::ReceiveUpTo(std::string_view text) {
  std::array<char, 4096> buffer;
  size_t end = 0;
  while ((end = received_.find(text)) == std::string::npos) {
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      return std::exchange(received_, "");
    }
    received_.append(buffer.data(), static_cast<size_t>(count));
  }
  std::string up_to = received_.substr(0, end + text.size());
  received_.erase(0, up_to.size());
  return up_to;
}

void HttpClient::FinishSending() { ::shutdown(socket_, SHUT_WR); }

HttpAnswer Request(uint16_t port, std::string_view method,
                   std::string_view path, std::string_view headers,
                   std::string_view body) {
  HttpClient client(port);
  std::string text =
      StrCat(method, " ", path, " HTTP/1.1\r\nHost: 127.0.0.1:", port, "\r\n");
  StrAppend(&text, headers);
  if (!body.empty()) {
    StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  }
  StrAppend(&text, "\r\n", body);
  client.Send(text);
  return client.Receive();
}

}  // namespace presshawk
