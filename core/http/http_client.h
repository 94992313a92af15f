// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/http/http_message.h"

namespace presshawk {

struct HttpCall {
  std::string method = "GET";
  std::string url;  // `http://HOST:PORT/PATH`, or https.
  std::vector<HttpField> headers = {};
  std::string body = "";  // Sent where it is not empty.
  // For all of it; a connection must be there within three seconds.
  absl::Duration timeout = absl::Seconds(3);
  size_t answer_bytes_max = 16UL << 20;
};

struct HttpResult {
  int status = 0;
  std::string body;
};

// The answer, whatever its status; redirects are not followed. An error where
// no whole answer comes: it names the URL's host and says why (refused, timed
// out, no such host, …). Connects without a proxy. Thread-safe.
absl::StatusOr<HttpResult> Send(const HttpCall& call);

// GET of `path` from `url` (`http://HOST:PORT`), bearing `token` where it is
// not empty.
absl::StatusOr<HttpResult> HttpGet(const std::string& url,
                                   const std::string& path,
                                   const std::string& token,
                                   absl::Duration timeout);

}  // namespace presshawk
