// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/diagnostic.h"

namespace presshawk {

enum class ListState : uint8_t { kActive, kStale, kRejected };
std::string_view ListStateName(ListState state);  // `active`, …

// The outcome of one list's definition.
struct ListStatus {
  std::string id;
  ListState state = ListState::kActive;
  std::string version;  // Of the condition in force; empty if rejected.
  std::vector<Diagnostic> errors;  // Empty if the list is active.
};

}  // namespace presshawk
