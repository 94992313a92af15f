#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace presshawk {

struct HttpResult {
  int status = 0;
  std::string body;
};

// GET of `path` from `url` (`http://HOST:PORT`), bearing `token` where it is
// not empty. An error where no whole answer comes within `timeout`, no
// connection within three seconds of it, or the answer has more than 16 MiB: it
// says which, and why (refused, timed out, no such host, …).
absl::StatusOr<HttpResult> HttpGet(const std::string& url,
                                   const std::string& path,
                                   const std::string& token,
                                   absl::Duration timeout);

}  // namespace presshawk
