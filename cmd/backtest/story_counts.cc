#include "cmd/backtest/story_counts.h"

namespace presshawk {

void StoryCounts::Add(uint64_t ticket,
                      const std::vector<CountedArticle>& articles) {
  MutexLock lock(&mutex_);
  while (turn_ != ticket) {
    lock.Wait(&turn_changed_);
  }
  for (const CountedArticle& article : articles) {
    const StoryUpdate update = index_.Add({.id = article.id,
                                           .version = article.version,
                                           .site = article.site,
                                           .published_at = article.published_at,
                                           .signature = &article.signature},
                                          clock_.Next(article.published_at));
    for (const StoryId& id : update.united) {
      united_[id] = update.story.id;
    }
    for (const ListSlot slot : article.lists) {
      stories_[slot].insert(update.story.id);
    }
  }
  ++turn_;
  turn_changed_.notify_all();
}

StoryId StoryCounts::Final(StoryId id) const {
  for (auto it = united_.find(id); it != united_.end(); it = united_.find(id)) {
    id = it->second;
  }
  return id;
}

std::vector<uint64_t> StoryCounts::Count() const {
  MutexLock lock(&mutex_);
  std::vector<uint64_t> counts;
  for (const absl::flat_hash_set<StoryId>& stories : stories_) {
    absl::flat_hash_set<StoryId> distinct;
    for (const StoryId& id : stories) {
      distinct.insert(Final(id));
    }
    counts.push_back(distinct.size());
  }
  return counts;
}

}  // namespace presshawk
