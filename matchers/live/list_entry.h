// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/watchlist_info.h"
#include "matchers/diagnostic.h"
#include "matchers/live/good_list.h"
#include "matchers/live/list_status.h"

namespace presshawk {

// A list that is defined, or that an unreadable file may still define.
struct ListEntry {
  ListState state = ListState::kRejected;
  GoodListPtr in_force;  // Null if the list is rejected.
  std::vector<Diagnostic> errors;
  std::vector<std::string> references;  // Ids that its definition mentions.
  GoodListPtr in_base;  // Its condition in the base; null if there is none.
  ListSlot base_slot = 0;
  bool is_reported = false;

  std::string version() const {
    return in_force != nullptr ? in_force->version : "";
  }
};

using ListEntries = std::map<std::string, ListEntry>;  // By id.

}  // namespace presshawk
