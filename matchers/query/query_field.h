// The names before a colon: `title:`, `lang:`.
#pragma once

#include <string_view>

#include "core/model/field.h"
#include "matchers/query/ast.h"

namespace presshawk {

struct QueryField {
  std::string_view name;
  bool is_meta;
  Scope scope;               // Where it is a text field.
  MetaField meta;            // Where it is metadata.
  std::string_view example;  // A value of metadata.
};

// Null where there is no such field. `lower`: in small letters.
const QueryField* FindQueryField(std::string_view lower);

// `title`, `lead`: the name of a scope that a query can write; empty for
// another.
std::string_view ScopeName(const Scope& scope);

// What was meant by a name that is none: another system's name for one of ours,
// or one mistyped. Empty where nothing is near.
std::string_view MeantQueryField(std::string_view lower);

}  // namespace presshawk
