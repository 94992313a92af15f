// SPDX-License-Identifier: Apache-2.0
// Many HTTP requests at once, to places that nobody vouches for, on one thread.
//
//   HttpSender sender({});
//   sender.Send({.url = "https://hook.example/x", .body = json, .judge = …},
//               [](const HttpEnd& end) { … });
//
// SAFETY. Every address that a name resolves to is given to `judge`, and the
// request ends as kRefused when one does not pass. The address that is dialled
// is judged again, and so is that of a connection that is used again. Redirects
// are not followed; user names in URLs are refused; no proxy is used.
// ONE ATTEMPT. Nothing is tried again, except that libcurl sends a request anew
// when the server had closed an idle connection before it answered a byte.
// THREAD SAFETY. All of it. `done` is called once for each Send(), on the
// sender's thread; it must not wait. ERRORS are values: see HttpEnd.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/http/host_resolver.h"
#include "core/http/http_message.h"

namespace presshawk {

struct HttpAttempt {
  std::string url;  // https, or http where that is allowed.
  bool allow_http = false;
  std::vector<HttpField> headers = {};
  std::string body = "";  // POST, also where it is empty.
  absl::Duration connect_timeout = absl::Seconds(5);  // With TLS.
  absl::Duration timeout = absl::Seconds(30);         // In all.
  size_t answer_bytes_max = 64UL << 10;  // The rest of it is not read.
  // For a server to which nothing may be sent twice: no connection of before.
  bool new_connection = false;
  // Whether this address may be connected to; the message of an error says why
  // not. Called on any thread; null: all may.
  std::function<absl::Status(const std::string& address, uint16_t port)> judge =
      nullptr;
};

struct HttpEnd {
  enum class Kind : uint8_t {
    kAnswered,  // Status, headers and body are there.
    kRefused,   // By the judge, or the URL is none that may be used.
    kNotSent,   // No byte of the request was sent.
    kNoAnswer,  // Bytes were sent, and no whole answer came.
    kStopped,   // By Stop(), before a byte was sent.
  };
  Kind kind = Kind::kNotSent;
  int status = 0;  // Also of an answer that is not whole, if it came.
  std::vector<HttpField> headers = {};
  std::string body = "";
  absl::Duration took = absl::ZeroDuration();
  std::string peer = "";  // "192.0.2.1:443", where one was dialled.
  std::string why = "";   // For a person; empty for an answer.

  // The first header of this name, in any case; empty where there is none.
  std::string_view Header(std::string_view name) const;
};

class HttpSender {
 public:
  using Done = std::function<void(const HttpEnd&)>;
  struct Options {
    // Certificates to trust, PEM; empty: those of the system.
    std::string authorities = "";
    HostResolver::Lookup lookup = nullptr;  // Null: the system's.
  };

  explicit HttpSender(const Options& options);
  // Stops at once.
  ~HttpSender();
  HttpSender(const HttpSender&) = delete;
  HttpSender& operator=(const HttpSender&) = delete;

  // After Stop() each ends as kStopped.
  void Send(HttpAttempt attempt, Done done);
  // Waits for what is in flight until `deadline`, then ends the rest as
  // kNoAnswer or kStopped. Every `done` has been called when it returns.
  void Stop(absl::Time deadline);
  size_t in_flight() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace presshawk
