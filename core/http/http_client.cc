// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include <curl/curl.h>

#include "core/base/authority.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// A machine that is there answers to a connection within milliseconds.
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

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

// libcurl's own state, made once for the process.
bool IsCurlReady() {
  static const bool is_ready =
      curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return is_ready;
}

std::string WhyNoConnection(CURL* handle) {
  long error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
  switch (error) {
    case ECONNREFUSED:
      return "connection refused: nothing listens there";
    case ETIMEDOUT:
    case 0:
      return "connection timed out";
    default:
      return std::strerror(static_cast<int>(error));
  }
}

std::string Why(CURL* handle, CURLcode code, const std::string& host,
                const char* libcurl_text) {
  curl_off_t connected_after = 0;
  curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connected_after);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return StrCat("no such host: ", host);
    case CURLE_COULDNT_CONNECT:
      return WhyNoConnection(handle);
    case CURLE_OPERATION_TIMEDOUT:
      return connected_after == 0 ? "connection timed out"
                                  : "it was reached, and no whole answer came";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return "it was reached, and no whole answer came";
    case CURLE_SEND_ERROR:
      return "it was reached, and took no request";
    case CURLE_WRITE_ERROR:
      return "its answer is too long";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "what answers there speaks no HTTP";
    default:
      return *libcurl_text != '\0' ? libcurl_text : curl_easy_strerror(code);
  }
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
  CurlList headers;
  for (const HttpField& header : call.headers) {
    headers.reset(curl_slist_append(
        headers.release(), StrCat(header.name, ": ", header.value).c_str()));
  }
  Answer answer = {.body = "", .bytes_max = call.answer_bytes_max};
  std::array<char, CURL_ERROR_SIZE> text = {};
  const auto milliseconds = [](absl::Duration span) {
    return static_cast<long>(absl::ToInt64Milliseconds(span));
  };
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(handle, CURLOPT_NOBODY, call.method == "HEAD" ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "presshawk");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds(call.timeout));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   milliseconds(std::min(call.timeout, kConnectTimeout)));
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
        Why(handle, code, url->authority.host, text.data()));
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
