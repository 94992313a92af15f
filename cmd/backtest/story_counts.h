// SPDX-License-Identifier: Apache-2.0
// How many stories the alerts of each list are of (SPEC STORY-9).
//
// Which story an article joins depends on what came before it, so batches are
// taken in the order of the input, whichever worker has them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "cmd/story_grouping.h"
#include "core/base/mutex.h"
#include "core/model/watchlist_info.h"
#include "core/stories/story_index.h"

namespace presshawk {

// An article that lists alert on.
struct CountedArticle : KeptArticle {
  std::vector<ListSlot> lists;
};

// Thread-safe.
class StoryCounts {
 public:
  explicit StoryCounts(size_t lists) : stories_(lists) {}

  // Waits for the ticket's turn, and takes its articles. Each ticket comes
  // once, also without articles: the next one waits for it.
  void Add(uint64_t ticket, const std::vector<CountedArticle>& articles)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // By list: stories that turned out to be one count once.
  std::vector<uint64_t> Count() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Stories that ended before their window did, as memory was full.
  uint64_t closed_early() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return grouping_.closed_early();
  }

 private:
  mutable Mutex mutex_;
  std::condition_variable turn_changed_;
  uint64_t turn_ ABSL_GUARDED_BY(mutex_) = 0;
  StoryGrouping grouping_ ABSL_GUARDED_BY(mutex_){StoryIndex::Options()};
  std::vector<absl::flat_hash_set<StoryId>> stories_ ABSL_GUARDED_BY(mutex_);
  UnitedStories united_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
