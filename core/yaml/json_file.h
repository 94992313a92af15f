// SPDX-License-Identifier: Apache-2.0
// A JSON document as the tree of a YAML file, so that one reader of fields
// serves both.
//
//   const YamlFile record = ReadJsonTree(R"({"id":"a","max":3})", 1);
#pragma once

#include <cstdint>
#include <string_view>

#include "core/yaml/yaml_file.h"

namespace presshawk {

// Texts, numbers, `true` and `false` become scalars, as they are written or as
// their escapes mean. A key that is given twice is a mistake, as in YAML, and so are
// bytes that are no UTF-8 and more than 32 levels. The whole
// document stands on line `line`. After a mistake of syntax `whole` is false.
// Thread-safe.
YamlFile ReadJsonTree(std::string_view json, uint32_t line);

}  // namespace presshawk
