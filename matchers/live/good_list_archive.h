// SPDX-License-Identifier: Apache-2.0
// Keeps the conditions that stale lists need: their own last good ones, and
// those of the lists that these refer to, as they were then.
//
// THREAD SAFETY. None.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/live/good_list.h"
#include "matchers/query_set.h"

namespace presshawk {

class GoodListArchive {
 public:
  void Put(const GoodListPtr& list) {
    by_version_[{list->list->id, list->version}] = list;
  }
  // Returns `roots` and all conditions that they refer to, directly or not,
  // each once. A condition that the archive does not have is left out.
  std::vector<GoodListPtr> Closure(absl::Span<const GoodListPtr> roots) const;
  // Replaces the content by what `roots` refer to, directly or not. A condition
  // that the archive does not have is asked of `elsewhere`, which returns null
  // if it has none either.
  using Lookup = absl::FunctionRef<GoodListPtr(const std::string& id,
                                               const std::string& version)>;
  void KeepOnly(absl::Span<const GoodListPtr> roots, Lookup elsewhere);

 private:
  std::map<std::pair<std::string, std::string>, GoodListPtr> by_version_;
};

// Compiles `roots`, each with the conditions that it referred to when it was
// good. A root that is no longer good is left out: a condition is missing, or
// the language changed.
absl::StatusOr<std::shared_ptr<const QuerySet>> CompileGoodLists(
    absl::Span<const GoodListPtr> roots, const GoodListArchive& archive,
    const QuerySet::Options& options);

}  // namespace presshawk
