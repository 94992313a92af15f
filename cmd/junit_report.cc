#include "cmd/junit_report.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Attribute or text; control characters that XML 1.0 does not know are left
// out.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      default:
        if (static_cast<uint8_t>(c) >= 0x20 || c == '\t') {
          escaped += c;
        }
    }
  }
  return escaped;
}

}  // namespace

absl::Status WriteJunitReport(const std::string& path,
                              const std::vector<ExampleResult>& results) {
  const auto failures = static_cast<size_t>(
      std::count_if(results.begin(), results.end(),
                    [](const ExampleResult& r) { return !r.failure.empty(); }));
  std::string xml = StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"presshawk test\" tests=\"",
      results.size(), "\" failures=\"", failures, "\">\n");
  for (const ExampleResult& result : results) {
    StrAppend(&xml, "  <testcase classname=\"", Escaped(result.watchlist),
              "\" name=\"", Escaped(result.name), "\" file=\"",
              Escaped(result.place), "\"");
    if (result.failure.empty()) {
      xml += "/>\n";
    } else {
      StrAppend(&xml, ">\n    <failure message=\"",
                Escaped(result.failure.substr(0, result.failure.find('\n'))),
                "\">", Escaped(result.failure), "</failure>\n  </testcase>\n");
    }
  }
  xml += "</testsuite>\n";
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!(file << xml) || !file.flush()) {
    return absl::UnavailableError(StrCat(path, ": cannot be written"));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
