// SPDX-License-Identifier: Apache-2.0
// Checks some of the defined lists, with all lists that they refer to. The
// result is the same as if all lists were checked.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "matchers/list_check.h"
#include "matchers/live/good_list.h"
#include "matchers/live/list_sources.h"
#include "matchers/query_set.h"

namespace presshawk {

class ListSubset {
 public:
  // `known_references` returns the ids that a list is known to refer to, which
  // saves parsing it twice, or null if they are not known.
  using KnownReferences =
      absl::FunctionRef<const std::vector<std::string>*(const std::string& id)>;
  // `forms` may be null (matchers/list_check.h).
  ListSubset(std::vector<std::string> ids, const ListSources& sources,
             KnownReferences known_references, const FormTables* forms);

  bool Contains(const std::string& id) const { return index_.contains(id); }
  bool AllGood() const { return checked_.good.size() == lists_.size(); }
  // Returns null for a list that is not good.
  GoodListPtr FindGood(const std::string& id) const;
  // Takes the errors and warnings of the list's query and terms.
  std::vector<Diagnostic> TakeDiagnostics(const std::string& id);
  // The ids that the list's query mentions, good or not.
  std::vector<std::string> ReferencesOf(const std::string& id) const;

  // Compiles the lists of `ids`. The subset cannot be used afterwards.
  // REQUIRES: the lists are good, and in byte order of their ids.
  absl::StatusOr<std::shared_ptr<const QuerySet>> Compile(
      absl::Span<const std::string> ids, const QuerySet::Options& options);

 private:
  void Add(std::vector<std::string> ids, const ListSources& sources,
           KnownReferences known_references);

  std::vector<std::shared_ptr<const WatchList>> lists_;
  std::vector<const WatchList*> pointers_;
  absl::flat_hash_map<std::string, uint32_t> index_;
  CheckedLists checked_;
  std::vector<bool> good_;
  absl::flat_hash_map<std::string, std::vector<Diagnostic>> diagnostics_;
};

}  // namespace presshawk
