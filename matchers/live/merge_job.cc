// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/merge_job.h"

#include "matchers/list_check.h"

namespace presshawk {

void MergeJob::Run() {
  if (is_new_) {
    base_ = Compile();
  }
  if (cache_.has_value() && base_.ok()) {
    kept_ = cache_->directory.Store(cache_->key, **base_, cache_->notes);
  }
}

absl::StatusOr<std::shared_ptr<const QuerySet>> MergeJob::Compile() const {
  std::vector<const WatchList*> pointers;
  pointers.reserve(lists_.size());
  for (const GoodListPtr& list : lists_) {
    pointers.push_back(list->list.get());
  }
  // Active lists refer to active ones only.
  CheckedLists checked = CheckLists(pointers, options_.forms.get());
  const std::vector<uint32_t> good = checked.good;
  return QuerySet::Compile(pointers, std::move(checked), good, options_);
}

}  // namespace presshawk
