// SPDX-License-Identifier: Apache-2.0
#include "core/http/problem.h"

#include "core/base/json_writer.h"

namespace presshawk {
std::string_view StatusTitle(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 303:
      return "See Other";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

std::string ProblemJson(const Problem& problem) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("title", StatusTitle(problem.status))
      .Member("status", problem.status)
      .Member("detail", problem.what);
  if (!problem.where.empty()) {
    writer.Member("where", problem.where);
  }
  if (!problem.fix.empty()) {
    writer.Member("fix", problem.fix);
  }
  writer.EndObject();
  return json + "\n";
}

}  // namespace presshawk
