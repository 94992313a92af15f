// Watch-list files to generations, at start and at each reload.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matchers/query_set.h"

namespace presshawk {

struct LoadedLists {
  std::shared_ptr<const QuerySet> query_set;
  size_t active = 0;    // As the files define them.
  size_t stale = 0;     // Keep their last good condition.
  size_t rejected = 0;  // Never were good.
  std::vector<Diagnostic> diagnostics;
};

// Remembers the last good condition of each list, for as long as the process
// lives: a list whose new definition is bad keeps it until the definition is
// corrected or deleted (DESIGN.md section 5). NOT thread-safe.
class ListLoader {
 public:
  // `patterns`: file names, folders and globs.
  ListLoader(std::vector<std::string> patterns, QuerySet::Engine engine)
      : patterns_(std::move(patterns)), engine_(engine) {}

  // An error status, and nothing remembered, where a file cannot be read.
  absl::StatusOr<LoadedLists> Load();

 private:
  const std::vector<std::string> patterns_;
  const QuerySet::Engine engine_;
  std::map<std::string, WatchList> last_good_;  // By id.
};

}  // namespace presshawk
