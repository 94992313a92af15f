#include "core/http/http_client.h"

#include <httplib.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kBodyBytesMax = 16UL << 20;

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
  client.set_connection_timeout(limit);
  client.set_read_timeout(limit);
  client.set_write_timeout(limit);
  httplib::Headers headers;
  if (!token.empty()) {
    headers.emplace("Authorization", StrCat("Bearer ", token));
  }
  const absl::Time deadline = absl::Now() + timeout;
  HttpResult result;
  const httplib::Result answer =
      client.Get(path, headers, [&](const char* data, size_t size) {
        result.body.append(data, size);
        return result.body.size() <= kBodyBytesMax && absl::Now() < deadline;
      });
  if (!answer) {
    return absl::UnavailableError(StrCat("no answer from ", url, ": ",
                                         httplib::to_string(answer.error())));
  }
  result.status = answer->status;
  return result;
}

}  // namespace presshawk
