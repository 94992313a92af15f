// SPDX-License-Identifier: Apache-2.0
// A request as its handler sees it, and what the handler answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "core/http/problem.h"

namespace presshawk {

class EventFeed;

// A header, or a parameter of a query.
struct HttpField {
  std::string name;
  std::string value;
};

// Whether two names of headers (or words in them) differ in case only.
bool IsSameName(std::string_view a, std::string_view b);
// The value of the first header of this name, in any case; empty where there is
// none.
std::string_view FindHeader(absl::Span<const HttpField> headers,
                            std::string_view name);

// How a client may read what needs a token.
enum class HttpCaller : uint8_t {
  kAnyone,   // No token is configured.
  kToken,    // The request bore the token.
  kSession,  // A browser that logged in, and can log out.
};

struct HttpRequest {
  std::string method;  // `GET`, also where the client asked by HEAD.
  // The path, split at its slashes and decoded afterwards: `/a%2Fb/c` is `a/b`
  // and `c`, and `/` is one empty segment.
  std::vector<std::string> segments;
  std::vector<HttpField> query;  // Decoded, in their order.
  std::vector<HttpField> headers;
  // Whom the client asked: header `Host`, or the authority of a target that is
  // a whole URL. Empty where HTTP/1.0 allows it.
  std::string host;
  bool is_http_1_1 = true;
  bool is_head = false;  // The body of the answer is left out.
  std::string body;      // Empty where the route reads none.
  // The segments of the path that stand for `{name}` in the route's pattern.
  std::map<std::string, std::string> path_parameters;
  HttpCaller caller = HttpCaller::kAnyone;
  uint64_t session = 0;  // The number of a kSession; 0: none.

  // The first header of this name, in any case; empty where there is none.
  std::string_view Header(std::string_view name) const;
  size_t CountHeaders(std::string_view name) const;
  // The query by name, or a problem where a parameter stands twice.
  std::variant<std::map<std::string, std::string>, Problem> Parameters() const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = "";
  // More headers. Control characters in values become blanks.
  std::vector<HttpField> headers = {};
  // Where it is not null, the answer is a stream of events: `body`, then what
  // the feed publishes after `feed_after`, until the stream's time is over.
  std::shared_ptr<EventFeed> feed = nullptr;
  uint64_t feed_after = 0;

  static HttpResponse Of(const Problem& problem);
  // JSON, or the problem.
  static HttpResponse Of(JsonAnswer answer);
};

}  // namespace presshawk
