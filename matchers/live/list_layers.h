// What the lists in force are compiled to: a base, a delta beside it of what is
// not as the base has it, and a layer of the last good conditions of stale
// lists that the base does not have.
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
  // All by reference, as they change. `whole_lists_max`: LiveLists::Options.
  ListLayers(const QuerySet::Options& options, size_t whole_lists_max,
             ListEntries* entries, const GoodListArchive* archive)
      : options_(options),
        whole_lists_max_(whole_lists_max),
        entries_(*entries),
        archive_(*archive) {}

  const std::shared_ptr<const QuerySet>& base() const { return base_; }
  // Lists in force that the base does not have as they are.
  const std::set<std::string>& outside_base() const { return outside_base_; }
  // The base has what is in force, and nothing else.
  bool is_base_whole() const;
  // So few lists and terms that nothing but compiling all of them pays.
  bool is_small() const;
  size_t delta_lists() const { return delta_ != nullptr ? delta_->size() : 0; }

  // Begins with a base of the cache, before there are entries.
  void StartWith(std::shared_ptr<const QuerySet> base);
  // Entries are there: finds those that the base of the cache has as they are.
  void FindInBase();
  // To be told of each entry that changed, and before one is erased.
  void Place(const std::string& id);
  void Forget(const std::string& id);

  // Compiles what changed. `checked` has all that changed and outside_base();
  // `check` makes a subset of any lists. A stale list whose condition is good
  // no more (an older program kept it) becomes rejected.
  absl::Status Compile(
      ListSubset* checked,
      absl::FunctionRef<ListSubset(std::vector<std::string>)> check);
  // Takes a new base, compiled of `lists`, and compiles what is not in it.
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
  std::shared_ptr<const QuerySet> delta_;  // Null for none.
  std::shared_ptr<const QuerySet> stale_;  // Null for none.
  std::vector<GoodListPtr> stale_roots_;   // That it is compiled of.
};

}  // namespace presshawk
