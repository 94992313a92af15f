// SPDX-License-Identifier: Apache-2.0
#include "core/stories/story_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "core/base/str_cat.h"
#include "core/stories/packed_texts.h"
#include "core/stories/token_stream.h"

namespace presshawk {
namespace {

constexpr size_t kCandidatesMax = 16;
constexpr uint32_t kCandidateHitsMin = 2;
constexpr uint32_t kLeadHit =
    2;  // A run of the lead counts as two of the body.
// How many of its hashes an article is found by; it looks for all of its own.
// So a cut text finds the whole one, and the whole one finds it.
constexpr uint32_t kIndexedBody = 8;
constexpr uint32_t kIndexedLead = 4;
constexpr size_t kKeptAStory = 8;
// What is as near as this to a kept signature need not be kept as well; but a
// long text under another title is, as a snippet of it is known by its title.
constexpr double kKeptJaccard = 0.8;
constexpr double kKeptTitle = 0.5;
constexpr uint32_t kLongShingles = 80;
// A text that another one is in may be a roundup; it unites two stories only
// where it is no larger than they, or mostly the same.
constexpr double kUniteJaccard = 0.45;
constexpr double kUniteGrowth = 1.1;
constexpr uint16_t kUrlTitlesMax = 8;
constexpr size_t kStoryIdHashes = 2;

// Of maps and lists, an entry beside its own bytes.
constexpr size_t kNodeBytes = 16;

uint64_t KeyOf(const StoryArticle& article) {
  return absl::HashOf(article.id, article.version);
}

uint32_t HashOfSite(std::string_view site) {
  return static_cast<uint32_t>(absl::HashOf(site));
}

// Part of story ids: the same in every process, unlike absl::HashOf.
uint16_t TitleTag(const Signature& signature) {
  uint32_t tag = signature.title_digits;
  for (const uint16_t hash : signature.title.view()) {
    tag = stories::Mix(tag ^ hash);
  }
  return static_cast<uint16_t>(tag);
}

bool IsMasked(const MaskedSignature& one, uint32_t index) {
  return (one.furniture >> index & 1) != 0;
}

// Calls visit(hash) for the smallest unmasked body hashes, at most `count`.
template <typename Visit>
void ForSmallest(const MaskedSignature& one, uint32_t count, Visit visit) {
  for (uint32_t i = 0; i < one.signature->body.size && count > 0; ++i) {
    if (!IsMasked(one, i)) {
      visit(one.signature->body.hashes[i]);
      --count;
    }
  }
}

std::string_view BytesOf(const uint32_t& hash) {
  return {reinterpret_cast<const char*>(&hash), sizeof hash};
}

}  // namespace

// Most stories have one article: the arrays have room for it inside.
struct StoryIndex::Story {
  StoryId id;
  uint64_t serial = 0;  // Smaller: seen first.
  absl::Time founded, last;
  uint64_t size = 0;
  PackedTexts<3> first;  // Its article, site and time of publication.
  absl::InlinedVector<uint32_t, 4> sites;  // Hashes.
  absl::InlinedVector<uint32_t, 4> kept;
  absl::InlinedVector<uint64_t, 2> told;
  absl::InlinedVector<uint64_t, 2> urls;
  std::vector<StoryId> aliases;
  size_t bytes = 0;  // Of all of it, with what other tables hold for it.
  StoryList::iterator place;
};

struct StoryIndex::Kept {
  PackedTexts<2> texts;  // The encoded signature, the article's id.
  uint64_t furniture = 0;
  Story* story = nullptr;

  std::string_view signature() const { return texts.Get(0); }
  std::string_view article() const { return texts.Get(1); }
};

struct StoryIndex::Match {
  uint32_t kept = 0;
  Comparison comparison;
  Signature signature;
  bool same_url = false;

  bool accepted() const { return same_url || comparison.same != SameText::kNo; }
};

std::string StoryId::ToString() const {
  Sha256Digest bytes = {};
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<uint8_t>(high >> (56 - 8 * i));
    bytes[i + 8] = static_cast<uint8_t>(low >> (56 - 8 * i));
  }
  return HexPrefix(bytes, 16);
}

StoryIndex::StoryIndex(Options options)
    : options_(options),
      furniture_(
          std::bit_floor(std::max(options.bytes_max / 32, size_t{1} << 12))) {}

StoryIndex::~StoryIndex() = default;

size_t StoryIndex::bytes() const {
  return furniture_.bytes() + body_index_.bytes() + lead_index_.bytes() +
         story_bytes_;
}

void StoryIndex::Expire() {
  while (!stories_.empty() && stories_.front().last + options_.window < now_) {
    CloseOldest();
  }
  // Furniture is remembered for one window to two.
  if (now_ >= rotate_at_) {
    if (rotate_at_ != absl::InfinitePast()) {
      furniture_.Rotate();
    }
    rotate_at_ = now_ + options_.window;
  }
}

void StoryIndex::CloseOldest() {
  Story* const story = &stories_.front();
  for (const uint32_t kept : story->kept) {
    Forget(kept);
  }
  for (const uint64_t key : story->told) {
    told_.erase(key);
  }
  for (const uint64_t url : story->urls) {
    const auto it = by_url_.find(url);
    if (it != by_url_.end() && it->second.story == story) {
      by_url_.erase(it);
    }
  }
  for (const StoryId& alias : story->aliases) {
    ids_.erase(alias.low);
  }
  ids_.erase(story->id.low);
  story_bytes_ -= story->bytes;
  stories_.pop_front();
}

void StoryIndex::Forget(uint32_t kept) {
  const std::optional<Signature> signature =
      DecodeSignature(kept_[kept].signature());
  const MaskedSignature masked = {&*signature, kept_[kept].furniture};
  ForSmallest(masked, kIndexedBody,
              [&](uint32_t hash) { body_index_.Remove(hash, kept); });
  for (uint32_t i = 0; i < std::min(kIndexedLead, signature->lead.size); ++i) {
    lead_index_.Remove(signature->lead.hashes[i], kept);
  }
  kept_[kept] = Kept();
  free_kept_.push_back(kept);
}

uint32_t StoryIndex::Keep(const StoryArticle& article,
                          const MaskedSignature& signature, Story* story) {
  uint32_t kept = static_cast<uint32_t>(kept_.size());
  if (free_kept_.empty()) {
    kept_.emplace_back();
  } else {
    kept = free_kept_.back();
    free_kept_.pop_back();
  }
  EncodeSignature(*signature.signature, &encoded_);
  kept_[kept].texts = PackedTexts<2>({encoded_, article.id});
  kept_[kept].furniture = signature.furniture;
  kept_[kept].story = story;
  ForSmallest(signature, kIndexedBody,
              [&](uint32_t hash) { body_index_.Add(hash, kept); });
  const auto& lead = signature.signature->lead;
  for (uint32_t i = 0; i < std::min(kIndexedLead, lead.size); ++i) {
    lead_index_.Add(lead.hashes[i], kept);
  }
  story->kept.push_back(kept);
  const size_t bytes = sizeof(Kept) + kNodeBytes + kept_[kept].texts.size();
  story->bytes += bytes;
  story_bytes_ += bytes;
  return kept;
}

// PERF: nearly every place that an article looks at is a cache miss. All are
// asked for before the first is read, so that they are waited for at once.
void StoryIndex::Prefetch(uint64_t key, const Signature& signature) const {
  told_.prefetch(key);
  furniture_.Prefetch(signature);
  body_index_.Prefetch(signature.body.view());
  lead_index_.Prefetch(signature.lead.view());
  by_url_.prefetch(signature.url);
}

std::vector<uint32_t> StoryIndex::Candidates(const MaskedSignature& article) {
  std::vector<uint32_t>& hits = hits_;
  hits.clear();
  ForSmallest(article, article.signature->body.kSizeMax, [&](uint32_t hash) {
    body_index_.ForEach(hash, [&](uint32_t kept) { hits.push_back(kept); });
  });
  for (const uint32_t hash : article.signature->lead.view()) {
    lead_index_.ForEach(
        hash, [&](uint32_t kept) { hits.insert(hits.end(), kLeadHit, kept); });
  }
  std::sort(hits.begin(), hits.end());
  std::vector<std::pair<uint32_t, uint32_t>> counted;  // Hits, kept.
  for (size_t i = 0; i < hits.size();) {
    const size_t begin = i;
    while (i < hits.size() && hits[i] == hits[begin]) {
      ++i;
    }
    if (i - begin >= kCandidateHitsMin) {
      counted.emplace_back(static_cast<uint32_t>(i - begin), hits[begin]);
    }
  }
  std::sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<uint32_t> candidates;
  for (size_t i = 0; i < std::min(kCandidatesMax, counted.size()); ++i) {
    candidates.push_back(counted[i].second);
  }
  return candidates;
}

StoryIndex::Match StoryIndex::CompareWith(const MaskedSignature& article,
                                          uint32_t kept) const {
  Match match;
  match.kept = kept;
  match.signature = *DecodeSignature(kept_[kept].signature());
  match.comparison =
      Compare(article, {&match.signature, kept_[kept].furniture});
  return match;
}

// Those of live stories that the article is the same text as, nearest first.
std::vector<StoryIndex::Match> StoryIndex::Matches(
    const MaskedSignature& article) {
  std::vector<Match> matches;
  const auto is_open = [&](uint32_t kept) {
    return kept_[kept].story->founded + options_.age_max >= now_;
  };
  for (const uint32_t kept : Candidates(article)) {
    if (is_open(kept)) {
      matches.push_back(CompareWith(article, kept));
    }
  }
  const uint64_t url = article.signature->url;
  const auto use = url == 0 ? by_url_.end() : by_url_.find(url);
  if (use != by_url_.end() && is_open(use->second.kept)) {
    auto it = std::find_if(
        matches.begin(), matches.end(),
        [&](const Match& match) { return match.kept == use->second.kept; });
    if (it == matches.end()) {
      it = matches.insert(it, CompareWith(article, use->second.kept));
    }
    it->same_url = article.signature->has(Signature::kUrlNamesArticle) &&
                   use->second.titles < kUrlTitlesMax;
  }
  std::erase_if(matches, [](const Match& match) { return !match.accepted(); });
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    const TextOverlap& left = a.comparison.overlap;
    const TextOverlap& right = b.comparison.overlap;
    return left.common != right.common     ? left.common > right.common
           : left.jaccard != right.jaccard ? left.jaccard > right.jaccard
                                           : a.kept < b.kept;
  });
  return matches;
}

// From the text and the time at which the story begins: the same text founds
// another story when this one has ended.
StoryId StoryIndex::NewId(const MaskedSignature& signature) {
  std::vector<uint32_t> hashes;
  hashes.reserve(signature.signature->body.size);
  ForSmallest(signature, signature.signature->body.kSizeMax,
              [&](uint32_t hash) { hashes.push_back(hash); });
  if (hashes.empty()) {
    hashes = {signature.signature->source, TitleTag(*signature.signature)};
  }
  // Where that is taken: by more of the text, then by the order of coming.
  hashes.push_back(static_cast<uint32_t>(next_serial_));
  for (size_t count = std::min(kStoryIdHashes, hashes.size());; ++count) {
    sha256_.AddTerminated("story").AddTerminated(
        StrCat(absl::ToUnixSeconds(now_)));
    for (size_t i = 0; i < count; ++i) {
      sha256_.Add(BytesOf(hashes[std::min(i, hashes.size() - 1)]));
    }
    const Sha256Digest digest = sha256_.Finish();
    StoryId id;
    for (size_t i = 0; i < 8; ++i) {
      id.high = id.high << 8 | digest[i];
      id.low = id.low << 8 | digest[i + 8];
    }
    if (!ids_.contains(id.low)) {
      return id;
    }
  }
}

StoryIndex::Story* StoryIndex::Found(const StoryArticle& article,
                                     const MaskedSignature& signature) {
  const auto place = stories_.emplace(stories_.end());
  Story* const story = &*place;
  story->place = place;
  story->id = NewId(signature);
  story->serial = next_serial_++;
  story->founded = now_;
  story->first =
      PackedTexts<3>({article.id, article.site, article.published_at});
  ids_.insert(story->id.low);
  story->bytes = sizeof(Story) + 2 * sizeof(void*) + 2 * kNodeBytes +
                 2 * sizeof(uint64_t) + story->first.size();
  story_bytes_ += story->bytes;
  return story;
}

// The one seen first stays; returns it.
StoryIndex::Story* StoryIndex::Unite(Story* a, Story* b,
                                     std::vector<StoryId>* united) {
  if (a == b) {
    return a;
  }
  if (b->serial < a->serial) {
    std::swap(a, b);
  }
  united->push_back(b->id);
  a->aliases.push_back(b->id);
  a->aliases.insert(a->aliases.end(), b->aliases.begin(), b->aliases.end());
  for (const uint32_t kept : b->kept) {
    kept_[kept].story = a;
  }
  for (const uint64_t key : b->told) {
    told_.find(key)->second.story = a;
  }
  for (const uint64_t url : b->urls) {
    const auto it = by_url_.find(url);
    if (it != by_url_.end() && it->second.story == b) {
      it->second.story = a;
    }
  }
  a->kept.insert(a->kept.end(), b->kept.begin(), b->kept.end());
  a->told.insert(a->told.end(), b->told.begin(), b->told.end());
  a->urls.insert(a->urls.end(), b->urls.begin(), b->urls.end());
  for (const uint32_t site : b->sites) {
    if (a->sites.size() < kSitesMax &&
        std::find(a->sites.begin(), a->sites.end(), site) == a->sites.end()) {
      a->sites.push_back(site);
    }
  }
  a->size += b->size;
  a->last = std::max(a->last, b->last);
  a->bytes += b->bytes;
  stories_.erase(b->place);
  return a;
}

void StoryIndex::NoteUrl(const Signature& signature, uint32_t kept,
                         Story* story) {
  if (signature.url == 0) {
    return;
  }
  const uint16_t title = TitleTag(signature);
  const auto [it, is_new] =
      by_url_.try_emplace(signature.url, UrlUse{story, kept, title, 1});
  UrlUse& use = it->second;
  if (is_new || use.story != story) {
    story->urls.push_back(signature.url);
    const size_t bytes = 2 * sizeof(uint64_t) + sizeof(UrlUse) + kNodeBytes;
    story->bytes += bytes;
    story_bytes_ += bytes;
  }
  use.titles = static_cast<uint16_t>(
      std::min<uint32_t>(use.titles + (use.title != title ? 1U : 0U), 1000));
  use.story = story;
  use.kept = kept;
  use.title = title;
}

StoryView StoryIndex::View(const Story& story) const {
  return {.id = story.id,
          .size = story.size,
          .sites = story.sites.size(),
          .first_article = story.first.Get(0),
          .first_site = story.first.Get(1),
          .first_published_at = story.first.Get(2)};
}

std::optional<StoryUpdate> StoryIndex::Known(
    const StoryArticle& article) const {
  const auto told = told_.find(KeyOf(article));
  if (told == told_.end()) {
    return std::nullopt;
  }
  StoryUpdate update;
  update.story = View(*told->second.story);
  update.relation = told->second.relation;
  update.repeated = true;
  return update;
}

StoryUpdate StoryIndex::Add(const StoryArticle& article, absl::Time now) {
  now_ = std::max(now_, now);
  Expire();
  StoryUpdate update;
  const uint64_t key = KeyOf(article);
  Prefetch(key, *article.signature);
  if (std::optional<StoryUpdate> known = Known(article); known.has_value()) {
    return *std::move(known);
  }
  const MaskedSignature masked = {article.signature,
                                  furniture_.Count(*article.signature)};
  const std::vector<Match> matches = Matches(masked);
  Story* story = nullptr;
  uint32_t kept = 0;
  if (matches.empty()) {
    story = Found(article, masked);
    kept = Keep(article, masked, story);
  } else {
    const Match* nearest = &matches[0];
    story = kept_[nearest->kept].story;
    for (const Match& match : matches) {
      Story* const other = kept_[match.kept].story;
      const bool unites = match.comparison.overlap.jaccard >= kUniteJaccard ||
                          article.signature->shingles <=
                              kUniteGrowth * match.signature.shingles;
      if (other != story && unites) {
        story = Unite(story, other, &update.united);
      }
      if (other == story && match.comparison.overlap.jaccard >
                                nearest->comparison.overlap.jaccard) {
        nearest = &match;
      }
    }
    update.relation =
        Relate(*article.signature, nearest->signature, nearest->comparison);
    update.nearest = kept_[nearest->kept].article();
    kept = nearest->kept;
    const bool is_known =
        std::any_of(matches.begin(), matches.end(), [&](const Match& match) {
          return match.comparison.overlap.jaccard >= kKeptJaccard &&
                 (match.comparison.title >= kKeptTitle ||
                  article.signature->shingles < kLongShingles);
        });
    if (!is_known && story->kept.size() < kKeptAStory) {
      kept = Keep(article, masked, story);
    }
  }
  NoteUrl(*article.signature, kept, story);
  told_[key] = {story, update.relation};
  story->told.push_back(key);
  ++story->size;
  story->last = now_;
  size_t bytes = 2 * sizeof(uint64_t) + sizeof(Told) + kNodeBytes;
  const uint32_t site = HashOfSite(article.site);
  if (story->sites.size() < kSitesMax &&
      std::find(story->sites.begin(), story->sites.end(), site) ==
          story->sites.end()) {
    story->sites.push_back(site);
    bytes += sizeof(uint32_t);
  }
  story->bytes += bytes;
  story_bytes_ += bytes;
  stories_.splice(stories_.end(), stories_, story->place);
  while (this->bytes() > options_.bytes_max && stories_.size() > 1) {
    CloseOldest();
    ++closed_early_;
  }
  update.story = View(*story);
  return update;
}

}  // namespace presshawk
