#include "cmd/sarif_report.h"

#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"

namespace presshawk {

std::string SarifReport(const std::vector<Diagnostic>& diagnostics) {
  using nlohmann::ordered_json;
  ordered_json results = ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string text = diagnostic.message;
    if (!diagnostic.fix.empty()) {
      StrAppend(&text, " (fix: ", diagnostic.fix, ")");
    }
    ordered_json location = {{"artifactLocation", {{"uri", diagnostic.file}}}};
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
