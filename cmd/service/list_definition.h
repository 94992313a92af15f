#pragma once

#include <string>

#include "matchers/watchlist.h"

namespace presshawk {

// What a list is, for an answer of a bounded size: the members `name`,
// `labels`, `query` (null where it has none), `terms` (the first ones) and
// `term_count` (all of them), then `"cut":true` where a text ends in `…` or
// some are left out. At most some 20 KB. Appends to *json, an object that is
// open and has a member.
void AppendDefinitionJson(const WatchList& list, std::string* json);

}  // namespace presshawk
