#pragma once

#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

// One file of one form (SPEC A3): appends its good lists and its diagnostics to
// *set.
void ParseWatchListYaml(std::string_view file, std::string_view content,
                        WatchListSet* set);
void ParseWatchListNdjson(std::string_view file, std::string_view content,
                          WatchListSet* set);
// A row a term, from a spreadsheet: separated by commas, semicolons or tabs.
// The first row names the columns: `term` or `query` (one is needed), `id`
// (else the file's name is the id of its one list), `name`, `label.KEY`. Or
// there is one column, of terms, and no header. Rows of one id are one list.
void ParseWatchListCsv(std::string_view file, std::string_view content,
                       WatchListSet* set);

}  // namespace presshawk
