// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace presshawk {

// The index of a watch-list in one generation; never stored, logged or sent.
using ListSlot = uint32_t;

inline constexpr int kNoMinRelevance = -1;

// Describes a watch-list in its alerts. Views memory of its generation.
struct WatchListInfo {
  std::string_view id;
  std::string_view name;     // The id if the list gives no name.
  std::string_view version;  // 16 hex digits, a hash of the condition (A40).
  // A compact JSON object with its keys in byte order; "{}" without labels.
  std::string_view labels_json;
  // The releases of the tables of forms that its condition uses,
  // `ru:0123456789abcdef,uk:…`; empty for a list without forms.
  std::string_view forms_release = {};
  // Alerts of a lower relevance are held back (SPEC REL-3): 0 to 100, or
  // kNoMinRelevance where the list sets none.
  int min_relevance = kNoMinRelevance;
};

}  // namespace presshawk
