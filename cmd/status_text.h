// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

struct StatusReport {
  bool readable = false;  // Else the rest is empty.
  bool ready = false;
  std::string text;  // For people.
  std::string json;  // The status, with rejected_lists and stale_lists.
};

// From the bodies of /api/v1/status and, by state, of /api/v1/watchlists.
StatusReport ReadStatus(std::string_view status, std::string_view rejected,
                        std::string_view stale);

}  // namespace presshawk
