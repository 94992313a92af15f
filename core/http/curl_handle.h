// SPDX-License-Identifier: Apache-2.0
// What the two HTTP clients of this folder share of libcurl.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "absl/time/time.h"
#include "core/http/http_message.h"

namespace presshawk {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
// Of its own, as CURL and CURLM are the same type, void.
struct CurlMultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using CurlMulti = std::unique_ptr<CURLM, CurlMultiDeleter>;
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlUrl = std::unique_ptr<CURLU, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

// libcurl's own state, made once for the process. Thread-safe.
bool IsCurlReady();

CurlList CurlHeaders(const std::vector<HttpField>& fields);

// No proxy, also where the environment names one, and no signals.
void SetCurlDefaults(CURL* handle);

long CurlMilliseconds(absl::Duration span);

// Why a transfer failed, in words. `libcurl_text`: CURLOPT_ERRORBUFFER.
std::string WhyCurlFailed(CURL* handle, CURLcode code, const std::string& host,
                          const char* libcurl_text);

}  // namespace presshawk
