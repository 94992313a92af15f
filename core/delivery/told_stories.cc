// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/told_stories.h"

#include <algorithm>
#include <charconv>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// The parts of keys and of values; no id and no site contains it.
constexpr char kSeparator = '\x1f';

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(kSeparator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

template <typename Number>
bool Read(std::string_view text, Number* number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string ToldStories::Key(std::string_view subscription,
                             std::string_view watchlist,
                             std::string_view story) {
  return StrCat(kPrefix, subscription, kSeparator, watchlist, kSeparator,
                story);
}

void ToldStories::Load(const Notes& notes) {
  for (const auto& [key, value] : notes) {
    const std::vector<std::string_view> parts = Split(value);
    Story story;
    int64_t last = 0;
    if (parts.size() < 2 || !Read(parts[0], &story.sites) ||
        !Read(parts[1], &last)) {
      continue;
    }
    story.last = absl::FromUnixSeconds(last);
    story.said.assign(parts.begin() + 2, parts.end());
    stories_[key] = std::move(story);
  }
}

void ToldStories::Write(const std::string& key, const Story& story,
                        Notes* changed) {
  std::string value =
      StrCat(story.sites, kSeparator, absl::ToUnixSeconds(story.last));
  for (const std::string& site : story.said) {
    StrAppend(&value, kSeparator, site);
  }
  changed->emplace_back(key, std::move(value));
}

void ToldStories::Tell(const std::string& key, uint64_t sites,
                       std::string_view site, absl::Time now, Notes* changed) {
  Story& story = stories_[key];
  story.sites = std::max(story.sites, sites);
  story.last = now;
  if (!site.empty()) {
    story.said.emplace_back(site);
  }
  Write(key, story, changed);
}

std::optional<ToldStories::Growth> ToldStories::Grow(
    const std::string& key, uint64_t sites, std::string_view site,
    absl::Span<const uint32_t> thresholds, absl::Span<const std::string> tier1,
    absl::Time now, Notes* changed) {
  const auto found = stories_.find(key);
  if (found == stories_.end()) {
    return std::nullopt;
  }
  Story& story = found->second;
  Growth growth;
  for (const uint32_t threshold : thresholds) {
    if (threshold > story.sites && threshold <= sites) {
      growth.sites = std::max(growth.sites, threshold);
    }
  }
  const auto contains = [&](const auto& list) {
    return std::find(list.begin(), list.end(), site) != list.end();
  };
  if (contains(tier1) && !contains(story.said)) {
    growth.site = site;
    story.said.emplace_back(site);
  }
  story.sites = std::max(story.sites, sites);
  story.last = now;
  Write(key, story, changed);
  if (growth.sites == 0 && growth.site.empty()) {
    return std::nullopt;
  }
  return growth;
}

bool ToldStories::Say(const std::string& key, std::string_view what,
                      absl::Time now, Notes* changed) {
  Story& story = stories_[key];
  if (std::find(story.said.begin(), story.said.end(), what) !=
      story.said.end()) {
    return false;
  }
  story.said.emplace_back(what);
  story.last = now;
  Write(key, story, changed);
  return true;
}

void ToldStories::Unite(const std::string& from, const std::string& into,
                        uint64_t sites, absl::Time now, Notes* changed) {
  const auto found = stories_.find(from);
  if (found == stories_.end()) {
    if (const auto other = stories_.find(into); other != stories_.end()) {
      other->second.sites = std::max(other->second.sites, sites);
      other->second.last = now;
      Write(into, other->second, changed);
    }
    return;
  }
  const Story old = std::move(found->second);
  stories_.erase(found);
  changed->emplace_back(from, "");
  Story& story = stories_[into];
  story.sites = std::max({story.sites, old.sites, sites});
  story.last = now;
  for (const std::string& site : old.said) {
    if (std::find(story.said.begin(), story.said.end(), site) ==
        story.said.end()) {
      story.said.push_back(site);
    }
  }
  Write(into, story, changed);
}

void ToldStories::Expire(absl::Time before, Notes* changed) {
  absl::erase_if(stories_, [&](const auto& entry) {
    if (entry.second.last >= before) {
      return false;
    }
    changed->emplace_back(entry.first, "");
    return true;
  });
}

}  // namespace presshawk
