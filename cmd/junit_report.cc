// SPDX-License-Identifier: Apache-2.0
#include "cmd/junit_report.h"

#include <algorithm>
#include <string_view>

#include "cmd/markup_text.h"
#include "cmd/output_file.h"
#include "core/base/str_cat.h"

namespace presshawk {

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
    StrAppend(&xml, "  <testcase classname=\"", MarkupText(result.watchlist),
              "\" name=\"", MarkupText(result.name), "\" file=\"",
              MarkupText(result.place), "\"");
    if (result.failure.empty()) {
      xml += "/>\n";
    } else {
      StrAppend(&xml, ">\n    <failure message=\"",
                MarkupText(result.failure.substr(0, result.failure.find('\n'))),
                "\">", MarkupText(result.failure),
                "</failure>\n  </testcase>\n");
    }
  }
  xml += "</testsuite>\n";
  return WriteOutputFile(path, xml);
}

}  // namespace presshawk
