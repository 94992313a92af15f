// SPDX-License-Identifier: Apache-2.0
// One request of an HttpSender, from its URL to its end. The sender's thread's.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/deadline.h"
#include "core/http/curl_handle.h"
#include "core/http/http_sender.h"

namespace presshawk {

class HttpTransfer {
 public:
  HttpTransfer(HttpAttempt attempt, HttpSender::Done done)
      : attempt_(std::move(attempt)), done_(std::move(done)) {}
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  // False where the URL may not be used; it has then ended.
  bool ReadUrl();
  const std::string& host() const { return host_; }
  bool host_is_address() const { return host_is_address_; }
  Deadline::Steady::time_point connect_deadline() const {
    return Deadline::After(attempt_.connect_timeout - took()).steady();
  }

  // Whether all of them pass; where not, it has ended.
  bool Judge(const std::vector<std::string>& addresses);
  // Sets `handle`, which must be as new, to what is to be done. The transfer
  // must outlive what libcurl does with it.
  void Attach(CurlHandle handle, const std::string& authorities,
              const std::vector<std::string>& addresses);
  CURL* handle() const { return handle_.get(); }
  CurlHandle TakeHandle() { return std::move(handle_); }

  // Ends that call `done`: by libcurl, before it was asked, by a stop.
  void EndWith(CURLcode code);
  void EndUnsent(HttpEnd::Kind kind, std::string why);
  void Stop();

 private:
  static size_t TakeHeader(char* data, size_t size, size_t count, void* self);
  static size_t TakeBody(char* data, size_t size, size_t count, void* self);
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose,
                                  curl_sockaddr* address);
  static int BeforeRequest(void* self, char* address, char* local_address,
                           int port, int local_port);

  absl::Duration took() const {
    return absl::FromChrono(Deadline::Steady::now() - began_);
  }
  // False where the judge refuses it, or has refused one before.
  bool Passes(const std::string& address, uint16_t port);
  bool HasSentBytes() const;
  // What libcurl knows: status and peer.
  void ReadHandle();
  void End(HttpEnd::Kind kind, std::string why);

  HttpAttempt attempt_;
  HttpSender::Done done_;
  const Deadline::Steady::time_point began_ = Deadline::Steady::now();
  std::string host_;
  uint16_t port_ = 0;
  bool host_is_address_ = false;

  CurlHandle handle_;
  CurlList headers_;
  CurlList resolve_;
  std::array<char, CURL_ERROR_SIZE> curl_text_ = {};
  std::string refused_;      // Why, where the judge refused an address.
  size_t header_bytes_ = 0;  // Of the answer.
  bool head_is_whole_ = false;
  bool is_cut_ = false;  // The rest of the answer was not read.
  HttpEnd end_;
};

}  // namespace presshawk
