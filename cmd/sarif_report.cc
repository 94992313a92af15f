// SPDX-License-Identifier: Apache-2.0
#include "cmd/sarif_report.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"

namespace presshawk {

namespace {

// A path as a URI reference (RFC 3986): relative as it is, absolute with the
// scheme. Every byte that is not unreserved is encoded, a colon too, as what
// stands before it would be a scheme.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<uint8_t>(c);
    if (absl::ascii_isalnum(byte) ||
        std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      StrAppend(&uri, "%", kDigits.substr(byte >> 4, 1),
                kDigits.substr(byte & 15, 1));
    }
  }
  return uri;
}

// An edit that a tool may make. SARIF's endColumn is behind the last character.
nlohmann::ordered_json FixOf(const Diagnostic& diagnostic,
                             const Diagnostic::Edit& edit) {
  nlohmann::ordered_json replacement = {{"deletedRegion",
                                         {{"startLine", diagnostic.line},
                                          {"startColumn", edit.begin},
                                          {"endLine", diagnostic.line},
                                          {"endColumn", edit.end}}}};
  if (!edit.text.empty()) {
    replacement["insertedContent"] = {{"text", edit.text}};
  }
  // `fix` may name several ways, and this is one of them.
  const std::string description =
      edit.text.empty()        ? std::string("take this away")
      : edit.begin == edit.end ? StrCat("insert `", edit.text, "`")
                               : StrCat("write `", edit.text, "`");
  return {{"description", {{"text", description}}},
          {"artifactChanges",
           {{{"artifactLocation", {{"uri", UriOf(diagnostic.file)}}},
             {"replacements", {std::move(replacement)}}}}}};
}

}  // namespace

std::string SarifReport(const std::vector<Diagnostic>& diagnostics) {
  using nlohmann::ordered_json;
  ordered_json results = ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string text = diagnostic.message;
    if (!diagnostic.fix.empty()) {
      StrAppend(&text, " (fix: ", diagnostic.fix, ")");
    }
    ordered_json location = {
        {"artifactLocation", {{"uri", UriOf(diagnostic.file)}}}};
    if (diagnostic.line > 0) {
      location["region"] = {{"startLine", diagnostic.line},
                            {"startColumn", std::max(diagnostic.column, 1U)}};
    }
    const bool is_error = diagnostic.severity == Diagnostic::Severity::kError;
    ordered_json result = {
        {"ruleId", is_error ? "watchlist-error" : "watchlist-warning"},
        {"level", is_error ? "error" : "warning"},
        {"message", {{"text", text}}},
        {"locations", {{{"physicalLocation", location}}}}};
    for (const Diagnostic::Edit& edit : diagnostic.edits) {
      result["fixes"].push_back(FixOf(diagnostic, edit));
    }
    if (!diagnostic.watchlist.empty()) {
      result["properties"] = {{"watchlist", diagnostic.watchlist}};
    }
    results.push_back(std::move(result));
  }
  const ordered_json report = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       {{{"tool",
          {{"driver",
            {{"name", "presshawk"},
             {"version", PRESSHAWK_VERSION},
             {"rules",
              {{{"id", "watchlist-error"},
                {"shortDescription",
                 {{"text", "The watch-list or configuration is not valid"}}}},
               {{"id", "watchlist-warning"},
                {"shortDescription",
                 {{"text", "The watch-list may not say what is meant"}}}}}}}}}},
         {"columnKind", "unicodeCodePoints"},
         {"results", std::move(results)}}}}};
  return report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace presshawk
