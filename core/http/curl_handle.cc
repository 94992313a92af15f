// SPDX-License-Identifier: Apache-2.0
#include "core/http/curl_handle.h"

#include <cerrno>
#include <cstring>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

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

}  // namespace

bool IsCurlReady() {
  static const bool is_ready =
      curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return is_ready;
}

CurlList CurlHeaders(const std::vector<HttpField>& fields) {
  CurlList headers;
  for (const HttpField& field : fields) {
    headers.reset(curl_slist_append(
        headers.release(), StrCat(field.name, ": ", field.value).c_str()));
  }
  return headers;
}

void SetCurlDefaults(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
}

long CurlMilliseconds(absl::Duration span) {
  return static_cast<long>(absl::ToInt64Milliseconds(span));
}

std::string WhyCurlFailed(CURL* handle, CURLcode code, const std::string& host,
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

}  // namespace presshawk
