// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/shortened_alert.h"

#include <nlohmann/json.hpp>

namespace presshawk {

std::string ShortenedAlert(std::string_view json) {
  // Keeps the keys in their order. Once in a blue moon: no hot path.
  auto alert = nlohmann::ordered_json::parse(json, nullptr,
                                             /*allow_exceptions=*/false);
  if (!alert.is_object()) {
    return "";
  }
  if (const auto hits = alert.find("hits");
      hits != alert.end() && hits->is_array() && hits->size() > 1) {
    hits->erase(hits->begin() + 1, hits->end());
  }
  alert["snippets"] = nlohmann::ordered_json::array();
  alert["truncated"] = true;
  // `replace`, as dump() would throw on bad UTF-8; alerts have none.
  return alert.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace presshawk
