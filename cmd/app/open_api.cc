// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/open_api.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace presshawk {

using Json = nlohmann::ordered_json;

std::string MergeOpenApi(std::string_view document, std::string_view part) {
  Json merged = Json::parse(document);
  const Json more = Json::parse(part);
  merged["paths"].update(more["paths"]);
  merged["components"]["schemas"].update(more["components"]["schemas"]);
  return merged.dump(1) + "\n";
}

std::string KeepPaths(std::string_view document,
                      const std::vector<std::string>& paths) {
  Json kept = Json::parse(document);
  Json remaining = Json::object();
  for (const auto& [path, operations] : kept["paths"].items()) {
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) {
      remaining[path] = operations;
    }
  }
  kept["paths"] = std::move(remaining);
  return kept.dump(1) + "\n";
}

}  // namespace presshawk
