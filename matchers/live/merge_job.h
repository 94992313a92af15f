// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matchers/cache/cache_directory.h"
#include "matchers/live/good_list.h"
#include "matchers/query_set.h"

namespace presshawk {

// A compilation of all lists, which LiveLists::StartMerge() began and
// FinishMerge() takes back.
class MergeJob {
 public:
  struct Cache {
    CacheDirectory directory;
    CacheKey key;
    std::string notes;
  };

  // `lists` are all that are active. `base` is what they are compiled to, or
  // null if they are still to be compiled.
  MergeJob(std::vector<GoodListPtr> lists, std::shared_ptr<const QuerySet> base,
           const QuerySet::Options& options, std::optional<Cache> cache)
      : lists_(std::move(lists)),
        is_new_(base == nullptr),
        options_(options),
        cache_(std::move(cache)),
        base_(std::move(base)) {}

  // Compiles all lists, unless `base` has them already, and writes the cache;
  // takes seconds for large sets. Call it once, on any thread.
  void Run();

  // ---- after Run() returned ----
  const std::vector<GoodListPtr>& lists() const { return lists_; }
  bool is_new() const { return is_new_; }
  const absl::StatusOr<std::shared_ptr<const QuerySet>>& base() const {
    return base_;
  }
  // The key that Run() wrote to the cache, or failed to write: see kept().
  std::optional<CacheKey> stored() const {
    return cache_.has_value() ? std::optional(cache_->key) : std::nullopt;
  }
  const absl::Status& kept() const { return kept_; }

 private:
  absl::StatusOr<std::shared_ptr<const QuerySet>> Compile() const;

  const std::vector<GoodListPtr> lists_;
  const bool is_new_;
  const QuerySet::Options options_;
  const std::optional<Cache> cache_;
  absl::StatusOr<std::shared_ptr<const QuerySet>> base_;
  absl::Status kept_;
};

}  // namespace presshawk
