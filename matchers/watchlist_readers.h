#pragma once

#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

// One file of either form (SEMANTICS A3): appends its good lists and its
// diagnostics to *set.
void ParseWatchListYaml(std::string_view file, std::string_view content,
                        WatchListSet* set);
void ParseWatchListNdjson(std::string_view file, std::string_view content,
                          WatchListSet* set);

}  // namespace presshawk
