// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/json_writer.h"
#include "matchers/watchlist.h"

namespace presshawk {

// Writes into an open object what a list is, in a bounded size (some 20 KB):
// the members `name`, `labels`, `query` (null where it has none), `terms` (the
// first ones), `term_count` (all of them), `source`, then `"cut":true` where a
// text ends in `…` or some are left out.
// `source` is `{"file":…,"line":…,"column":…}`, or `{"topic":…}` of a list that
// came by the topic of this name; null where neither is known.
void WriteDefinition(const WatchList& list, std::string_view topic,
                     JsonWriter* json);

}  // namespace presshawk
