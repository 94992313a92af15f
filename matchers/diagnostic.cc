#include "matchers/diagnostic.h"

#include "core/base/json_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

std::string_view SeverityName(Diagnostic::Severity severity) {
  return severity == Diagnostic::Severity::kError ? "error" : "warning";
}

void AppendText(std::string_view key, std::string_view value,
                std::string* json) {
  StrAppend(json, ",\"", key, "\":");
  AppendJsonString(value, json);
}

}  // namespace

std::string FormatText(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line != 0) {
    StrAppend(&text, ":", diagnostic.line, ":", diagnostic.column);
  }
  StrAppend(&text, text.empty() ? "" : ": ", SeverityName(diagnostic.severity),
            ": ", diagnostic.message);
  if (!diagnostic.watchlist.empty()) {
    StrAppend(&text, " [", diagnostic.watchlist, "]");
  }
  if (!diagnostic.span.empty()) {
    StrAppend(&text, "\n    ", diagnostic.span);
  }
  if (!diagnostic.fix.empty()) {
    StrAppend(&text, "\n    fix: ", diagnostic.fix);
  }
  return text;
}

std::string FormatJson(const Diagnostic& diagnostic) {
  std::string json = "{\"file\":";
  AppendJsonString(diagnostic.file, &json);
  StrAppend(&json, ",\"line\":", diagnostic.line,
            ",\"column\":", diagnostic.column);
  AppendText("severity", SeverityName(diagnostic.severity), &json);
  AppendText("watchlist", diagnostic.watchlist, &json);
  AppendText("message", diagnostic.message, &json);
  AppendText("span", diagnostic.span, &json);
  AppendText("fix", diagnostic.fix, &json);
  if (diagnostic.offset.has_value()) {
    StrAppend(&json, ",\"offset\":", *diagnostic.offset, "}");
  } else {
    json += ",\"offset\":null}";
  }
  return json;
}

}  // namespace presshawk
