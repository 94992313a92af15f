// SPDX-License-Identifier: Apache-2.0
// Turns watch-lists as they were read into lists that can be compiled: parses
// queries, resolves references, and reports each mistake at its place.
//
//   CheckedLists checked = CheckLists(set.lists);
//   for (uint32_t index : checked.good) { … checked.parsed[index] … }
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

class FormTables;  // matchers/forms/form_tables.h

struct CheckedLists {
  // By the index of the list as given. The entry of a bad list is unspecified.
  std::vector<ParsedList> parsed;
  std::vector<std::string> versions;  // SPEC A40.
  // The tables of forms that the condition of each list uses, with those of the
  // lists that it refers to: FormsRelease().
  std::vector<std::string> forms_releases;
  // Indexes of the good lists, in byte order of their ids.
  std::vector<uint32_t> good;
  // For each list that refers to others, good or bad: their ids, each once, in
  // the order in which they are first mentioned.
  absl::flat_hash_map<uint32_t, std::vector<std::string>> references;
  // The errors of the lists that are not good, and all warnings.
  std::vector<Diagnostic> diagnostics;
};

// Returns the index of the list that `@id` names in the list at `index`, or
// nullopt if there is none.
using ReferenceResolver = absl::FunctionRef<std::optional<uint32_t>(
    uint32_t index, std::string_view id)>;

// Checks all lists. A list that refers to one that is missing, bad or part of a
// cycle is bad itself (SPEC A38), and so is one that asks for forms of a
// language that `forms` has no table of. `forms` may be null: no language has.
CheckedLists CheckLists(absl::Span<const WatchList* const> lists,
                        ReferenceResolver resolver,
                        const FormTables* forms = nullptr);
// Resolves references by the ids of the lists. REQUIRES: the ids are distinct.
CheckedLists CheckLists(absl::Span<const WatchList* const> lists,
                        const FormTables* forms = nullptr);
CheckedLists CheckLists(const std::vector<WatchList>& lists,
                        const FormTables* forms = nullptr);

}  // namespace presshawk
