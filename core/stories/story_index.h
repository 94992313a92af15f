// SPDX-License-Identifier: Apache-2.0
// Groups articles into stories: the same text, as it is copied, cut, extended,
// updated and corrected; never "the same event".
//
//   signature ─► candidates (common hashes) ─► Compare() ─► join, unite or new
//
//   StoryIndex stories({});
//   StoryUpdate update = stories.Add({.id = "a1", .site = "x.example",
//                                     .signature = &signature}, now);
//   update.story.id.ToString();  // 32 hex digits
//
// A decision depends on the calls made so far, their order and their times, and
// on nothing else: the same calls give the same stories.
//
// LIFE. A story takes articles until `window` after its last member, and never
// for longer than `age_max`. Later, the same text starts a new story. Memory is
// bounded: at `bytes_max`, the stories whose last members are the oldest close
// early, which closed_early() counts.
// THREAD SAFETY. None: it belongs to whoever accepts the alerts.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "core/base/sha256.h"
#include "core/stories/comparison.h"
#include "core/stories/furniture.h"
#include "core/stories/hash_index.h"
#include "core/stories/signature.h"

namespace presshawk {

struct StoryId {
  uint64_t high = 0;
  uint64_t low = 0;

  std::string ToString() const;  // 32 hex digits.
  bool operator==(const StoryId&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const StoryId& id) {
    return H::combine(std::move(state), id.high, id.low);
  }
};

struct StoryArticle {
  std::string_view id = {};
  std::string_view version = {};
  std::string_view site = {};  // Or the source's name. It tells copies apart.
  std::string_view published_at =
      {};  // As the article has it; only for display.
  const Signature* signature = nullptr;
};

// A story as it is right after an article was added.
struct StoryView {
  StoryId id;
  uint64_t size = 0;   // The number of articles.
  uint64_t sites = 0;  // The number of distinct sites, counted up to kSitesMax.
  std::string_view first_article, first_site, first_published_at;
};

struct StoryUpdate {
  StoryView story;  // Its views are valid until the next Add().
  StoryRelation relation = StoryRelation::kNew;
  std::string_view nearest;  // The article it relates to; empty for none.
  // Stories that this article united with `story`. Their ids now mean `story`.
  std::vector<StoryId> united;
  // Whether the same article and version came before; this repeats that answer.
  bool repeated = false;
};

class StoryIndex {
 public:
  static constexpr size_t kSitesMax = 1000;
  struct Options {
    absl::Duration window = absl::Hours(72);
    absl::Duration age_max = absl::Hours(24 * 14);
    size_t bytes_max = size_t{1} << 30;
  };

  explicit StoryIndex(Options options);
  ~StoryIndex();
  StoryIndex(const StoryIndex&) = delete;
  StoryIndex& operator=(const StoryIndex&) = delete;

  // `now` is the time at which the article was accepted. A time before that of
  // the previous call counts as that one.
  StoryUpdate Add(const StoryArticle& article, absl::Time now);
  // What Add() said of an article and version that came before, with the story
  // as it is now; nothing where it did not come, or its story is closed. Needs
  // no signature.
  std::optional<StoryUpdate> Known(const StoryArticle& article) const;

  size_t live_stories() const { return stories_.size(); }
  uint64_t closed_early() const { return closed_early_; }
  size_t bytes() const;

 private:
  struct Story;
  struct Kept;
  struct Match;
  struct Told {
    Story* story;
    StoryRelation relation;
  };
  struct UrlUse {
    Story* story;
    uint32_t kept;  // The article nearest to the last one with the URL.
    uint16_t title;
    uint16_t titles;  // How often the title differed from the one before.
  };
  using StoryList = std::list<Story>;

  void Prefetch(uint64_t key, const Signature& signature) const;
  void Expire();
  void CloseOldest();
  std::vector<uint32_t> Candidates(const MaskedSignature& article);
  std::vector<Match> Matches(const MaskedSignature& article);
  Match CompareWith(const MaskedSignature& article, uint32_t kept) const;
  Story* Found(const StoryArticle& article, const MaskedSignature& signature);
  StoryId NewId(const MaskedSignature& signature);
  Story* Unite(Story* a, Story* b, std::vector<StoryId>* united);
  uint32_t Keep(const StoryArticle& article, const MaskedSignature& signature,
                Story* story);
  void Forget(uint32_t kept);
  void NoteUrl(const Signature& signature, uint32_t kept, Story* story);
  StoryView View(const Story& story) const;

  const Options options_;
  absl::Time now_ = absl::InfinitePast();
  absl::Time rotate_at_ = absl::InfinitePast();
  FurnitureTable furniture_;
  HashIndex body_index_;
  HashIndex lead_index_;
  absl::flat_hash_map<uint64_t, UrlUse> by_url_;
  std::vector<Kept> kept_;
  std::vector<uint32_t> free_kept_;
  StoryList stories_;  // Ordered by last member, the oldest first.
  // The lower halves of all ids in use, with those of united stories.
  absl::flat_hash_set<uint64_t> ids_;
  absl::flat_hash_map<uint64_t, Told> told_;  // By article and version.
  uint64_t next_serial_ = 0;
  uint64_t closed_early_ = 0;
  size_t story_bytes_ = 0;
  // Scratch.
  std::vector<uint32_t> hits_;
  std::string encoded_;
  Sha256 sha256_;
};

}  // namespace presshawk
