// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_routes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using Segments = std::vector<std::string>;
using Parameters = std::map<std::string, std::string>;

bool IsName(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::optional<Parameters> ParametersOf(const Segments& pattern,
                                       const Segments& path) {
  if (pattern.size() != path.size()) {
    return std::nullopt;
  }
  Parameters parameters;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsName(pattern[i]) && !path[i].empty()) {
      parameters[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

void AppendMethod(std::string_view method, std::string* allow) {
  StrAppend(allow, allow->empty() ? "" : ", ", method);
  *allow += method == "GET" ? ", HEAD" : "";
}

}  // namespace

void HttpRoutes::Add(HttpRoute route) {
  PRESSHAWK_CHECK(route.pattern.starts_with('/') && route.handler != nullptr);
  Segments pattern;
  for (size_t begin = 1; begin <= route.pattern.size();) {
    const size_t end =
        std::min(route.pattern.find('/', begin), route.pattern.size());
    pattern.push_back(route.pattern.substr(begin, end - begin));
    begin = end + 1;
  }
  // In the order of segments written out, then names: the first match counts.
  const auto goes_before = [](const Segments& a, const Segments& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const auto& x, const auto& y) { return !IsName(x) && IsName(y); });
  };
  const auto at = std::upper_bound(patterns_.begin(), patterns_.end(), pattern,
                                   goes_before);
  routes_.insert(routes_.begin() + (at - patterns_.begin()), std::move(route));
  patterns_.insert(at, std::move(pattern));
}

HttpRoutes::Match HttpRoutes::Find(const HttpRequest& request) const {
  Match match;
  const Segments* path_pattern = nullptr;  // Of the first route of this path.
  for (size_t i = 0; i < routes_.size(); ++i) {
    std::optional<Parameters> parameters =
        ParametersOf(patterns_[i], request.segments);
    if (!parameters.has_value() ||
        (path_pattern != nullptr && patterns_[i] != *path_pattern)) {
      continue;
    }
    path_pattern = &patterns_[i];
    AppendMethod(routes_[i].method, &match.allow);
    if (routes_[i].method == request.method) {
      match.route = &routes_[i];
      match.parameters = *std::move(parameters);
    }
  }
  return match;
}

}  // namespace presshawk
