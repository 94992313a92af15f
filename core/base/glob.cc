// SPDX-License-Identifier: Apache-2.0
#include "core/base/glob.h"

#include <glob.h>

#include <algorithm>

#include "core/base/str_cat.h"

namespace presshawk {

bool HasWildcard(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

absl::StatusOr<std::vector<std::string>> FindPaths(const std::string& pattern) {
  glob_t found = {};
  const int result = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv,
                                 found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (result != 0 && result != GLOB_NOMATCH) {
    return absl::UnavailableError(StrCat(pattern, ": cannot be searched"));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace presshawk
