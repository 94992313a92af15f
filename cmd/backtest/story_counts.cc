// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/story_counts.h"

namespace presshawk {

void StoryCounts::Add(uint64_t ticket,
                      const std::vector<CountedArticle>& articles) {
  MutexLock lock(&mutex_);
  while (turn_ != ticket) {
    lock.Wait(&turn_changed_);
  }
  for (const CountedArticle& article : articles) {
    const StoryUpdate update = grouping_.Add(article.View());
    united_.Note(update);
    for (const ListSlot slot : article.lists) {
      stories_[slot].insert(update.story.id);
    }
  }
  ++turn_;
  turn_changed_.notify_all();
}

std::vector<uint64_t> StoryCounts::Count() const {
  MutexLock lock(&mutex_);
  std::vector<uint64_t> counts;
  for (const absl::flat_hash_set<StoryId>& stories : stories_) {
    absl::flat_hash_set<StoryId> distinct;
    for (const StoryId& id : stories) {
      distinct.insert(united_.Final(id));
    }
    counts.push_back(distinct.size());
  }
  return counts;
}

}  // namespace presshawk
