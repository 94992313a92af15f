// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_client.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <curl/curl.h>

#include "core/base/authority.h"
#include "core/base/str_cat.h"
#include "core/http/curl_handle.h"

namespace presshawk {
namespace {

// A machine that is there answers to a connection within milliseconds.
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);

struct Answer {
  std::string body;
  size_t bytes_max = 0;
};

size_t TakeBody(const char* data, size_t size, size_t count, void* to) {
  auto* answer = static_cast<Answer*>(to);
  if (answer->body.size() + size * count > answer->bytes_max) {
    return 0;  // Ends the transfer with CURLE_WRITE_ERROR.
  }
  answer->body.append(data, size * count);
  return size * count;
}

absl::Status NoUrl(const std::string& url) {
  return absl::InvalidArgumentError(
      StrCat("`", url, "` is no URL: write http://127.0.0.1:9464"));
}

}  // namespace

absl::StatusOr<HttpResult> Send(const HttpCall& call) {
  const std::optional<HttpUrl> url =
      ParseHttpUrl(call.url.substr(0, call.url.find('?')));
  if (!url.has_value()) {
    return NoUrl(call.url);
  }
  const CurlHandle owner(IsCurlReady() ? curl_easy_init() : nullptr);
  CURL* const handle = owner.get();
  if (handle == nullptr) {
    return absl::ResourceExhaustedError("libcurl cannot be used: no memory");
  }
  const CurlList headers = CurlHeaders(call.headers);
  Answer answer = {.body = "", .bytes_max = call.answer_bytes_max};
  std::array<char, CURL_ERROR_SIZE> text = {};
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(handle, CURLOPT_NOBODY, call.method == "HEAD" ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "presshawk");
  SetCurlDefaults(handle);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, CurlMilliseconds(call.timeout));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   CurlMilliseconds(std::min(call.timeout, kConnectTimeout)));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, text.data());
  if (!call.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body.size()));
  }
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) {
    return absl::UnavailableError(
        WhyCurlFailed(handle, code, url->authority.host, text.data()));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return HttpResult{.status = static_cast<int>(status),
                    .body = std::move(answer.body)};
}

absl::StatusOr<HttpResult> HttpGet(const std::string& url,
                                   const std::string& path,
                                   const std::string& token,
                                   absl::Duration timeout) {
  if (!ParseHttpUrl(url).has_value()) {
    return NoUrl(url);
  }
  HttpCall call = {.url = url + path, .timeout = timeout};
  if (!token.empty()) {
    call.headers.push_back({"Authorization", StrCat("Bearer ", token)});
  }
  absl::StatusOr<HttpResult> result = Send(call);
  return result.ok() ? std::move(result)
                     : absl::UnavailableError(
                           StrCat("no answer from ", url, ": ",
                                  std::string(result.status().message())));
}

}  // namespace presshawk
