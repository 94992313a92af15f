// SPDX-License-Identifier: Apache-2.0
// The names that may stand before a colon: `title:`, `lang:`.
#pragma once

#include <string_view>

#include "core/model/field.h"
#include "matchers/query/ast.h"

namespace presshawk {

struct QueryField {
  std::string_view name;
  bool is_meta;
  Scope scope;               // Set for a text field.
  MetaField meta;            // Set for metadata.
  std::string_view example;  // An example of a value, for metadata.
};

// Returns null if there is no such field. `lower` is in small letters.
const QueryField* FindQueryField(std::string_view lower);

// Returns the name of a scope that a query can write, such as `title`, `lead` or
// `editorial`; otherwise an empty text.
std::string_view ScopeName(const Scope& scope);

// Returns the field that was probably meant by a name that is none: another
// system's name for it, or a mistyped one. Empty if none is near.
std::string_view MeantQueryField(std::string_view lower);

}  // namespace presshawk
