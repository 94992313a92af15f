#pragma once

#include <cstdint>
#include <string_view>

namespace presshawk {

// Index of a watch-list in one generation; never stored, logged or sent.
using ListSlot = uint32_t;

// What an alert says of its watch-list. Views what its generation owns.
struct WatchListInfo {
  std::string_view id;
  std::string_view name;     // The id where the list gives no name.
  std::string_view version;  // 16 hex digits over its condition (A40).
  // Compact JSON object, keys sorted by bytes; "{}" without labels.
  std::string_view labels_json;
};

}  // namespace presshawk
