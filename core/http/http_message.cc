// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_message.h"

#include <utility>

#include "absl/strings/match.h"
#include "core/base/str_cat.h"

namespace presshawk {

bool IsSameName(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()),
                                absl::string_view(b.data(), b.size()));
}

std::string_view FindHeader(absl::Span<const HttpField> headers,
                            std::string_view name) {
  for (const HttpField& header : headers) {
    if (IsSameName(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

std::string_view HttpRequest::Header(std::string_view name) const {
  return FindHeader(headers, name);
}

size_t HttpRequest::CountHeaders(std::string_view name) const {
  size_t count = 0;
  for (const HttpField& header : headers) {
    count += IsSameName(header.name, name) ? 1 : 0;
  }
  return count;
}

std::variant<std::map<std::string, std::string>, Problem>
HttpRequest::Parameters() const {
  std::map<std::string, std::string> parameters;
  for (const HttpField& field : query) {
    if (!parameters.emplace(field.name, field.value).second) {
      return Problem{400, "the parameter is given twice",
                     StrCat("parameter ", field.name), "give it once"};
    }
  }
  return parameters;
}

HttpResponse HttpResponse::Of(const Problem& problem) {
  HttpResponse response = {.status = problem.status,
                           .content_type = kProblemContentType,
                           .body = ProblemJson(problem)};
  if (problem.status == 429 || problem.status == 503) {
    response.headers.push_back({"Retry-After", "1"});
  }
  return response;
}

HttpResponse HttpResponse::Of(JsonAnswer answer) {
  if (const auto* problem = std::get_if<Problem>(&answer)) {
    return Of(*problem);
  }
  return {.body = std::get<std::string>(std::move(answer))};
}

}  // namespace presshawk
