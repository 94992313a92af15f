// From watch-lists as read to watch-lists that can be compiled: queries parsed,
// references resolved, what is wrong reported at its place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matchers/diagnostic.h"
#include "matchers/plan/program_builder.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct CheckedLists {
  // By index of the list as given; of a bad list unspecified.
  std::vector<ParsedList> parsed;
  std::vector<std::string> versions;  // SEMANTICS A40.
  // The good lists, in byte order of id.
  std::vector<uint32_t> good;
  absl::flat_hash_map<std::string, uint32_t> by_id;
  // Errors of the lists that are not good, and warnings.
  std::vector<Diagnostic> diagnostics;
};

// REQUIRES: ids are distinct. A list that refers to one that is missing, bad or
// part of a cycle is bad itself (SEMANTICS A38).
CheckedLists CheckLists(const std::vector<WatchList>& lists);

}  // namespace presshawk
