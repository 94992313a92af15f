// From watch-lists as read to watch-lists that can be compiled: queries parsed,
// references resolved, what is wrong reported at its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "matchers/diagnostic.h"
#include "matchers/plan/program_builder.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct CheckedLists {
  // By index of the list as given; of a bad list unspecified.
  std::vector<ParsedList> parsed;
  std::vector<std::string> versions;  // SPEC A40.
  // The good lists, in byte order of id.
  std::vector<uint32_t> good;
  // Of lists that refer to others, good or bad: the ids, each once, in order of
  // first mention.
  absl::flat_hash_map<uint32_t, std::vector<std::string>> references;
  // Errors of the lists that are not good, and warnings.
  std::vector<Diagnostic> diagnostics;
};

// What `@id` in the list at `index` names: the index of a list.
using ReferenceResolver = absl::FunctionRef<std::optional<uint32_t>(
    uint32_t index, std::string_view id)>;

// A list that refers to one that is missing, bad or part of a cycle is bad
// itself (SPEC A38).
CheckedLists CheckLists(absl::Span<const WatchList* const> lists,
                        ReferenceResolver resolver);
// References are to the lists' ids. REQUIRES: these are distinct.
CheckedLists CheckLists(absl::Span<const WatchList* const> lists);
CheckedLists CheckLists(const std::vector<WatchList>& lists);

}  // namespace presshawk
