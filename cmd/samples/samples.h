// SPDX-License-Identifier: Apache-2.0
// The articles, watch-lists and subscriptions that the program carries for
// `presshawk demo`: files of this folder, put in by the build.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace presshawk {

std::string_view SampleArticles();    // NDJSON, some lines broken on purpose.
std::string_view SampleWatchLists();  // YAML.
std::string_view SampleSubscriptions();  // YAML.

// The lines of SampleArticles() that are not blank.
inline std::vector<std::string_view> SampleArticleLines() {
  std::vector<std::string_view> lines;
  std::string_view rest = SampleArticles();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace presshawk
