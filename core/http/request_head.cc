// SPDX-License-Identifier: Apache-2.0
#include "core/http/request_head.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "core/base/authority.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using MaybeProblem = std::optional<Problem>;

constexpr size_t kHeadersMax = 200;
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

Problem Malformed(std::string what, std::string where = "request line") {
  return {400, std::move(what), std::move(where), ""};
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
}

// A `token` of RFC 9110 section 5.6.2: methods and names of headers.
bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kTokenMarks.find(c) != std::string_view::npos;
  });
}

// `HTTP/1.1`, with any two digits.
bool IsVersion(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) &&
         text[6] == '.' && is_digit(text[7]);
}

int HexDigit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// Takes the text up to `separator`, and the separator, from the start of *rest.
std::string_view TakeUpTo(char separator, std::string_view* rest) {
  const size_t end = std::min(rest->find(separator), rest->size());
  const std::string_view taken = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return taken;
}

MaybeProblem ParsePath(std::string_view path, HttpRequest* request) {
  path.remove_prefix(1);  // The slash.
  bool more = true;
  while (more) {
    more = path.find('/') != path.npos;
    std::optional<std::string> segment =
        PercentDecoded(TakeUpTo('/', &path), /*is_query=*/false);
    if (!segment.has_value()) {
      return Malformed("the path has a `%` that stands for no character");
    }
    request->segments.push_back(*std::move(segment));
  }
  return std::nullopt;
}

MaybeProblem ParseQuery(std::string_view query, HttpRequest* request) {
  while (!query.empty()) {
    std::string_view value = TakeUpTo('&', &query);
    if (value.empty()) {
      continue;
    }
    std::optional<std::string> name =
        PercentDecoded(TakeUpTo('=', &value), /*is_query=*/true);
    std::optional<std::string> text = PercentDecoded(value, /*is_query=*/true);
    if (!name.has_value() || !text.has_value()) {
      return Malformed("the query has a `%` that stands for no character");
    }
    request->query.push_back({*std::move(name), *std::move(text)});
  }
  return std::nullopt;
}

// `/path?query`, or the same as a whole URL, whose authority counts then.
MaybeProblem ParseTarget(std::string_view target, HttpRequest* request) {
  if (std::any_of(target.begin(), target.end(),
                  [](char c) { return c <= ' ' || c > '~' || c == '#'; })) {
    return Malformed("the target has a character that must be encoded");
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.starts_with(scheme)) {
      target.remove_prefix(scheme.size());
      const size_t end = std::min(target.find_first_of("/?"), target.size());
      request->host = target.substr(0, end);
      if (!ParseAuthority(request->host).has_value()) {
        return Malformed("the target names no host");
      }
      target.remove_prefix(end);
      break;
    }
  }
  const std::string_view path = TakeUpTo('?', &target);
  if (!path.starts_with('/') && (request->host.empty() || !path.empty())) {
    return Malformed("the target is no path: it begins with `/`");
  }
  MaybeProblem problem = ParsePath(path.empty() ? "/" : path, request);
  return problem.has_value() ? problem : ParseQuery(target, request);
}

MaybeProblem ParseRequestLine(std::string_view line, HttpRequest* request) {
  request->method = TakeUpTo(' ', &line);
  const std::string_view target = TakeUpTo(' ', &line);
  if (!IsToken(request->method) || target.empty() || !IsVersion(line)) {
    return Malformed("this is no request of HTTP");
  }
  if (line != "HTTP/1.1" && line != "HTTP/1.0") {
    return Problem{505, "this version of HTTP is not spoken here",
                   "request line", "use HTTP/1.1"};
  }
  request->is_http_1_1 = line == "HTTP/1.1";
  if (request->method == "HEAD") {
    request->method = "GET";
    request->is_head = true;
  }
  return ParseTarget(target, request);
}

MaybeProblem ParseHeader(std::string_view line, HttpRequest* request) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == line.npos || !IsToken(name)) {
    return Malformed("a header has no name", "headers");
  }
  std::string_view value = line.substr(colon + 1);
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!value.empty() && is_blank(value.front())) {
    value.remove_prefix(1);
  }
  while (!value.empty() && is_blank(value.back())) {
    value.remove_suffix(1);
  }
  if (std::any_of(value.begin(), value.end(),
                  [](char c) { return IsControl(c) && c != '\t'; })) {
    return Malformed("a header has a control character",
                     StrCat("header ", name));
  }
  if (request->headers.size() == kHeadersMax) {
    return Problem{
        431, StrCat("a request has at most ", kHeadersMax, " headers here"),
        "headers", "send fewer"};
  }
  request->headers.push_back({std::string(name), std::string(value)});
  return std::nullopt;
}

// One Host, which counts unless the target says whom it asks.
MaybeProblem TakeHost(HttpRequest* request) {
  const size_t count = request->CountHeaders("Host");
  if (count > 1) {
    return Problem{400, "a request has one header Host", "header Host",
                   "send one"};
  }
  if (request->host.empty()) {
    request->host = request->Header("Host");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> ParseRequestHead(std::string_view head,
                                        HttpRequest* request) {
  bool is_first = true;
  while (true) {
    const size_t end = head.find("\r\n");
    if (end == head.npos) {
      return Malformed("the head of the request has no end", "headers");
    }
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty() && !is_first) {
      break;
    }
    MaybeProblem problem =
        is_first ? ParseRequestLine(line, request) : ParseHeader(line, request);
    if (problem.has_value()) {
      return problem;
    }
    is_first = false;
  }
  const std::string_view expected = request->Header("Expect");
  if (!expected.empty() && !IsSameName(expected, "100-continue")) {
    return Problem{417, "this is not expected here", "header Expect",
                   "send 100-continue, or none"};
  }
  return TakeHost(request);
}

std::optional<std::string> PercentDecoded(std::string_view text,
                                          bool is_query) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0 ||
          IsControl(static_cast<char>(high * 16 + low))) {
        return std::nullopt;
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && is_query) {
      c = ' ';
    }
    decoded += c;
  }
  return decoded;
}

}  // namespace presshawk
