// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace presshawk {

// Where a file stands in a rotation, by its name. Of `in.ndjson`:
//
//   in.ndjson.1, in.1.ndjson, in.1, in.ndjson-3.gz        the larger the older
//   in.ndjson-20260102, in-2026-01-02T03.ndjson.zst, …    the larger the newer
//
// A number of up to five digits is a count; all else that consists of digits
// and `-_.:TZ+` is a date, of which the numbers are compared one by one.
struct RotatedName {
  bool is_date = false;
  std::vector<uint64_t> numbers;
  bool packed = false;  // .gz or .zst

  // The name of `base` after a rotation; nothing where it is none.
  static std::optional<RotatedName> Parse(std::string_view name,
                                          std::string_view base);
};

// From the oldest to the newest; what is packed before what is not.
bool IsOlder(const RotatedName& a, const RotatedName& b);

// Whether a file of that name might be `base` under another one: it begins with
// the same stem.
bool IsRelated(std::string_view name, std::string_view base);

}  // namespace presshawk
