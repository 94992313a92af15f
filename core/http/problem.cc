#include "core/http/problem.h"

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

void AppendMember(std::string_view name, std::string_view text,
                  std::string* json) {
  StrAppend(json, ",\"", name, "\":");
  AppendJsonString(ReplaceInvalidUtf8(text), json);
}

}  // namespace

std::string_view StatusTitle(int status) {
  switch (status) {
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
    case 413:
      return "Content Too Large";
    case 421:
      return "Misdirected Request";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string ProblemJson(const Problem& problem) {
  std::string json = StrCat("{\"title\":\"", StatusTitle(problem.status),
                            "\",\"status\":", problem.status);
  AppendMember("detail", problem.what, &json);
  if (!problem.where.empty()) {
    AppendMember("where", problem.where, &json);
  }
  if (!problem.fix.empty()) {
    AppendMember("fix", problem.fix, &json);
  }
  return json + "}\n";
}

}  // namespace presshawk
