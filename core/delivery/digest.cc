// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/digest.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/base/json_writer.h"

namespace presshawk {
namespace {

// The alerts of one story of one list.
struct Group {
  size_t first = 0;  // The place of its first entry.
  uint64_t entries = 0;
};

}  // namespace

DigestPlan PlanDigest(absl::Span<const EntryRecord> entries, bool once,
                      uint32_t top) {
  std::map<std::string_view, Group> lists;
  std::map<std::pair<std::string_view, std::string_view>, Group> stories;
  for (size_t i = 0; i < entries.size(); ++i) {
    const EntryRecord& entry = entries[i];
    for (Group* group :
         {&lists.try_emplace(entry.watchlist, Group{.first = i}).first->second,
          &stories
               .try_emplace({entry.watchlist, entry.story}, Group{.first = i})
               .first->second}) {
      ++group->entries;
    }
  }
  std::vector<size_t> order;  // Places of entries, one for each row.
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!once || stories[{entries[i].watchlist, entries[i].story}].first == i) {
      order.push_back(i);
    }
  }
  const auto place = [&](size_t i) {
    const Group& list = lists[entries[i].watchlist];
    const Group& story = stories[{entries[i].watchlist, entries[i].story}];
    return std::tuple(~list.entries, list.first, ~story.entries, story.first,
                      i);
  };
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return place(a) < place(b); });
  DigestPlan plan;
  plan.rows.reserve(order.size());
  for (const size_t i : order) {
    const EntryRecord& entry = entries[i];
    plan.rows.push_back(
        {.watchlist = entry.watchlist,
         .story = entry.story,
         .alert = entry.alert,
         .copies =
             once ? stories[{entry.watchlist, entry.story}].entries - 1 : 0});
  }
  plan.shown = std::min<size_t>(plan.rows.size(), top);
  return plan;
}

std::string DigestMembers(const DigestFacts& facts,
                          absl::Span<const DigestEntry> shown) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject()
      .Member("slot", facts.slot->name)
      .Key("stands_for")
      .BeginArray();
  for (const std::string& name : facts.slot->stands_for) {
    writer.Value(name);
  }
  writer.EndArray();
  if (facts.slot->more > 0) {
    writer.Member("stands_for_more", facts.slot->more);
  }
  writer.Member("part", facts.part)
      .Member("alerts", facts.alerts)
      .Member("total", facts.total)
      .Member("shown", shown.size())
      .Member("more", facts.more)
      .Key("entries")
      .BeginArray();
  for (const DigestEntry& entry : shown) {
    writer.BeginObject().Member("watchlist", entry.row->watchlist);
    if (!entry.story->id.empty()) {
      std::string story;
      AppendStory(*entry.story, &story);
      writer.Key("story").Raw(story);
    }
    writer.Member("copies", entry.row->copies)
        .Key("alert")
        .Raw(entry.alert_json)
        .EndObject();
  }
  writer.EndArray();
  if (facts.truncated) {
    writer.Member("truncated", true);
  }
  writer.EndObject();
  // The members, without the braces.
  return json.substr(1, json.size() - 2);
}

}  // namespace presshawk
