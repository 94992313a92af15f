#pragma once

#include <cstdint>
#include <string>

namespace presshawk {

// Dense index of an active watch-list in one generation, in byte order of id;
// never stored, logged or sent.
using ListSlot = uint32_t;

// What an alert says of its watch-list. Immutable; lives with its generation.
struct WatchListInfo {
  std::string id;
  std::string name;     // The id where the list gives no name.
  std::string version;  // 16 hex digits over its condition (SEMANTICS A40).
  // Compact JSON object, keys sorted by bytes; "{}" without labels.
  std::string labels_json;
};

}  // namespace presshawk
