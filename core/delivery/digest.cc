// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/digest.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/base/json_writer.h"

namespace presshawk {
namespace {

// Of a body that must be short.
constexpr size_t kNamedSlots = 20;

// The alerts of one story of one list.
struct Group {
  size_t first = 0;  // The place of its first entry.
  uint64_t entries = 0;
};

void AddSlot(const DigestFacts& facts, JsonWriter* writer) {
  writer->Member("slot", facts.slot->name).Key("stands_for").BeginArray();
  const size_t slots = facts.slot->stands_for.size();
  const size_t named = facts.truncated ? std::min(slots, kNamedSlots) : slots;
  for (size_t i = 0; i < named; ++i) {
    writer->Value(facts.slot->stands_for[i]);
  }
  writer->EndArray();
  if (const uint64_t more = facts.slot->more + slots - named; more > 0) {
    writer->Member("stands_for_more", more);
  }
  writer->Member("part", facts.part);
}

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
  // Where each row stands: the largest list, then its largest story.
  using Place = std::tuple<uint64_t, size_t, uint64_t, size_t, size_t>;
  std::vector<Place> order;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Group& list = lists[entries[i].watchlist];
    const Group& story = stories[{entries[i].watchlist, entries[i].story}];
    if (!once || story.first == i) {
      order.emplace_back(~list.entries, list.first, ~story.entries, story.first,
                         i);
    }
  }
  std::sort(order.begin(), order.end());
  DigestPlan plan;
  plan.rows.reserve(order.size());
  for (const Place& place : order) {
    const EntryRecord& entry = entries[std::get<4>(place)];
    plan.rows.push_back({.watchlist = entry.watchlist,
                         .story = entry.story,
                         .alert = entry.alert,
                         .copies = once ? ~std::get<2>(place) - 1 : 0});
  }
  plan.shown = std::min<size_t>(plan.rows.size(), top);
  return plan;
}

std::string DigestMembers(const DigestFacts& facts,
                          absl::Span<const DigestEntry> shown) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  if (facts.slot != nullptr) {
    AddSlot(facts, &writer);
  } else {
    writer.Key("covers")
        .BeginArray()
        .Value(facts.covers.first)
        .Value(facts.covers.second)
        .EndArray();
  }
  writer.Member("alerts", facts.alerts)
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
