// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/str_cat.h"

namespace presshawk {

// The topic of retractions that belongs to a topic of alerts (SPEC RETRACT-1).
inline std::string RetractionTopic(std::string_view alerts) {
  return StrCat(alerts, ".retractions");
}

}  // namespace presshawk
