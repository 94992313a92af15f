// SPDX-License-Identifier: Apache-2.0
// Which handler answers what: by method and by the pattern of the path.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api_token.h"
#include "core/http/http_exchange.h"
#include "core/http/http_message.h"

namespace presshawk {

enum class HttpAccess : uint8_t {
  kProbe,  // Anyone, by whatever name in `Host`.
  kOpen,   // Anyone.
  kToken,  // Who bears the token, or has logged in with it.
};

// What a route reads of a body.
enum class HttpBody : uint8_t {
  kNone,  // Nothing: the answer does not wait for one.
  kForm,  // application/x-www-form-urlencoded
  kJson,  // application/json
};

struct HttpRoute {
  std::string method;   // `GET` (HEAD, too), `POST`, `PUT`, `DELETE`.
  std::string pattern;  // `/api/v1/lists/{id}`
  HttpAccess access = HttpAccess::kToken;
  // What a token must be for; nothing: kRead for GET, else kAct.
  std::optional<TokenScope> scope = {};
  std::function<void(HttpExchange)> handler = nullptr;
  HttpBody body = HttpBody::kNone;
  // The handler is called on the loop: it computes nothing and waits for
  // nothing. Else a thread of the pool calls it.
  bool is_quick = false;
  // It answers with a feed. A viewer takes a place for long, so that a page of
  // another origin is refused as where something is changed.
  bool is_stream = false;
};

// THREAD SAFETY. Constant after the last Add().
class HttpRoutes {
 public:
  void Add(HttpRoute route);

  struct Match {
    const HttpRoute* route = nullptr;  // Null: not by this method.
    // The methods of this path, as in header `Allow`; empty: no such path.
    std::string allow;
    std::map<std::string, std::string> parameters;
  };
  // A segment that is written out counts before one that is `{name}`.
  Match Find(const HttpRequest& request) const;
  const std::vector<HttpRoute>& all() const { return routes_; }

 private:
  std::vector<HttpRoute> routes_;
  std::vector<std::vector<std::string>> patterns_;  // Segments of each route's.
};

}  // namespace presshawk
