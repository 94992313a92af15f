// SPDX-License-Identifier: Apache-2.0
// As little of an HTTP client as the tests need, on a real socket, able to do
// what no decent client does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace presshawk {

struct HttpAnswer {
  int status = 0;  // 0: the server closed without an answer.
  std::string head;
  std::string body;
};

// One connection to 127.0.0.1; closed with the object.
class HttpClient {
 public:
  explicit HttpClient(uint16_t port);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False when the server has closed.
  bool Send(std::string_view bytes);
  // Up to the end of the connection.
  HttpAnswer Receive();
  // Up to `text`, or the end; what comes behind it is left for the next call.
  std::string ReceiveUpTo(std::string_view text);
  // Says that nothing more is sent.
  void FinishSending();

 private:
  int socket_;
  std::string received_;  // And not given out yet.
};

// One exchange. `headers`: each line with its end.
HttpAnswer Request(uint16_t port, std::string_view method,
                   std::string_view path, std::string_view headers = "",
                   std::string_view body = "");

}  // namespace presshawk
