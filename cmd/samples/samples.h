// The articles and watch-lists that the program carries for `presshawk demo`:
// articles.ndjson and watchlists.yaml of this folder, put in by the build.
#pragma once

#include <string_view>

namespace presshawk {

std::string_view SampleArticles();    // NDJSON, some lines broken on purpose.
std::string_view SampleWatchLists();  // YAML.

}  // namespace presshawk
