// SPDX-License-Identifier: Apache-2.0
// Groups the articles of files into stories, for `stories`, `match --stories` and
// `backtest`: the index, and what it needs beside it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "core/model/article.h"
#include "core/model/published_time.h"
#include "core/stories/story_index.h"

namespace presshawk {

// `published_at` as a clock that never goes back: articles of files have no time
// of acceptance. One without a date has the time of the one before.
class StoryClock {
 public:
  absl::Time Next(std::string_view published_at) {
    const std::optional<absl::Time> time =
        ParsePublishedTime(published_at, absl::InfiniteFuture());
    if (time.has_value()) {
      now_ = std::max(now_, *time);
    }
    return now_;
  }

 private:
  absl::Time now_ = absl::UnixEpoch();
};

// What copies of a story are counted by.
inline std::string_view StorySite(const Article& article) {
  return article.site.empty() ? article.source : article.site;
}

// An article that is to be grouped. It owns what it says, as it outlives its
// batch.
struct KeptArticle {
  std::string id, version, site, published_at;
  Signature signature;

  void Keep(const Article& article, const ArticleText& text,
            SignatureBuilder* builder) {
    id = article.id;
    version = article.version;
    site = StorySite(article);
    published_at = article.published_at;
    builder->Build(article, text, &signature);
  }
  // Views of this.
  StoryArticle View() const {
    return {.id = id,
            .version = version,
            .site = site,
            .published_at = published_at,
            .signature = &signature};
  }
};

// NOT thread-safe.
class StoryGrouping {
 public:
  explicit StoryGrouping(StoryIndex::Options options) : index_(options) {}

  // The articles come in the order of the input.
  StoryUpdate Add(const StoryArticle& article) {
    return index_.Add(article, clock_.Next(article.published_at));
  }
  uint64_t closed_early() const { return index_.closed_early(); }

 private:
  StoryIndex index_;
  StoryClock clock_;
};

// Remembers which stories turned out to be one. NOT thread-safe.
class UnitedStories {
 public:
  void Note(const StoryUpdate& update) {
    for (const StoryId& id : update.united) {
      united_[id] = update.story.id;
    }
  }
  // The story that `id` means by now.
  StoryId Final(StoryId id) const {
    for (auto it = united_.find(id); it != united_.end();
         it = united_.find(id)) {
      id = it->second;
    }
    return id;
  }

 private:
  absl::flat_hash_map<StoryId, StoryId> united_;
};

}  // namespace presshawk
