// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "matchers/watchlist.h"

namespace presshawk {

// Each reads a file of one format (SPEC A3), and appends its good lists and its
// diagnostics to *set.
void ParseWatchListYaml(std::string_view file, std::string_view content,
                        WatchListSet* set);
void ParseWatchListNdjson(std::string_view file, std::string_view content,
                          WatchListSet* set);
// Reads a spreadsheet with one term or query per row, separated by commas,
// semicolons or tabs. The first row names the columns: `term` or `query` (one
// of them is needed), `id` (without it, the name of the file is the id of its
// one list), `name`, `label.KEY`. A single column of terms needs no header.
// Rows with the same id form one list.
void ParseWatchListCsv(std::string_view file, std::string_view content,
                       WatchListSet* set);

}  // namespace presshawk
