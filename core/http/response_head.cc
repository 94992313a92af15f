// SPDX-License-Identifier: Apache-2.0
#include "core/http/response_head.h"

#include <algorithm>
#include <string_view>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr std::string_view kNoContent =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

// A line of a header; what would end the line does not.
void AppendHeader(std::string_view name, std::string_view value,
                  std::string* head) {
  StrAppend(head, name, ": ");
  std::transform(
      value.begin(), value.end(), std::back_inserter(*head), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7F' ? ' ' : c;
      });
  *head += "\r\n";
}

}  // namespace

std::string ResponseHead(const HttpResponse& response, absl::Time now) {
  std::string head = StrCat(
      "HTTP/1.1 ", response.status, " ", StatusTitle(response.status),
      "\r\nDate: ",
      absl::FormatTime("%a, %d %b %E4Y %H:%M:%S GMT", now, absl::UTCTimeZone()),
      "\r\n");
  AppendHeader("Content-Type", response.content_type, &head);
  if (response.feed == nullptr) {
    StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
  }
  head +=
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
      "Connection: close\r\n";
  bool has_policy = false;
  for (const HttpField& header : response.headers) {
    AppendHeader(header.name, header.value, &head);
    has_policy |= IsSameName(header.name, "Content-Security-Policy");
  }
  return StrCat(head, has_policy ? "" : kNoContent, "\r\n");
}

}  // namespace presshawk
