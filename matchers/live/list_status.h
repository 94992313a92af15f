#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/diagnostic.h"

namespace presshawk {

enum class ListState : uint8_t { kActive, kStale, kRejected };
std::string_view ListStateName(ListState state);  // `active`, …

// What became of one list's definition.
struct ListStatus {
  std::string id;
  ListState state = ListState::kActive;
  std::string version;  // Of the condition in force; empty where rejected.
  std::vector<Diagnostic> errors;  // Empty where active.
};

}  // namespace presshawk
