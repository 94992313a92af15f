// SPDX-License-Identifier: Apache-2.0
// Compiles the lists in force in up to three layers: a base; a delta with all
// lists that are not as they are in the base; and the last good conditions of
// stale lists that the base does not have.
//
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matchers/live/good_list_archive.h"
#include "matchers/live/list_entry.h"
#include "matchers/live/list_subset.h"
#include "matchers/query_set.h"

namespace presshawk {

class ListLayers {
 public:
  // Keeps references, because the entries and the archive change. For
  // `whole_lists_max`, see LiveLists::Options.
  ListLayers(const QuerySet::Options& options, size_t whole_lists_max,
             ListEntries* entries, const GoodListArchive* archive)
      : options_(options),
        whole_lists_max_(whole_lists_max),
        entries_(*entries),
        archive_(*archive) {}

  const std::shared_ptr<const QuerySet>& base() const { return base_; }
  // The lists in force that the base does not have in their present form.
  const std::set<std::string>& outside_base() const { return outside_base_; }
  // Whether the base has all lists in force, and nothing else.
  bool is_base_whole() const;
  // Whether there are so few lists and terms that all are compiled each time.
  bool is_small() const;
  size_t delta_lists() const { return delta_ != nullptr ? delta_->size() : 0; }

  // Starts with a base from the cache, before there are any entries.
  void StartWith(std::shared_ptr<const QuerySet> base);
  // Finds the entries that the base from the cache has in their present form.
  void FindInBase();
  // Place() must be called for each entry that changed, and Forget() before an
  // entry is erased.
  void Place(const std::string& id);
  void Forget(const std::string& id);

  // Compiles what changed. `checked` has all lists that changed and those of
  // outside_base(); `check` makes a subset of any lists. A stale list whose
  // condition is no longer good becomes rejected (an older program kept it).
  absl::Status Compile(
      ListSubset* checked,
      absl::FunctionRef<ListSubset(std::vector<std::string>)> check);
  // Takes a new base, which was compiled from `lists`, and compiles the rest.
  absl::Status Adopt(
      std::shared_ptr<const QuerySet> base, absl::Span<const GoodListPtr> lists,
      absl::FunctionRef<ListSubset(std::vector<std::string>)> check);

  std::shared_ptr<const Generation> MakeGeneration(std::string id) const;

 private:
  absl::Status CompileBase(
      ListSubset* checked,
      absl::FunctionRef<ListSubset(std::vector<std::string>)> check);
  void SetBase(std::shared_ptr<const QuerySet> base,
               absl::Span<const GoodListPtr> lists);
  absl::Status CompileDelta(ListSubset* checked);
  absl::Status CompileStale();

  const QuerySet::Options options_;
  const size_t whole_lists_max_;
  ListEntries& entries_;
  const GoodListArchive& archive_;

  std::shared_ptr<const QuerySet> base_;
  std::vector<bool> hidden_in_base_;
  std::set<std::string> outside_base_;
  std::shared_ptr<const QuerySet> delta_;  // Null if there is none.
  std::shared_ptr<const QuerySet> stale_;  // Null if there is none.
  std::vector<GoodListPtr> stale_roots_;   // The conditions in stale_.
};

}  // namespace presshawk
