// SPDX-License-Identifier: Apache-2.0
// What a digest or a catch-up says: which stories of which lists, in which
// order, and how much of it is shown (SPEC DELIVERY-8, DELIVERY-9).
//
//   DigestPlan plan = PlanDigest(entries, /*once=*/true, /*top=*/50);
//   ... the alerts of plan.rows are read ...
//   std::string members = DigestMembers(facts, rows, {});
//
// Pure functions. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "core/delivery/schedule.h"
#include "core/ledger/ledger_records.h"
#include "core/stories/story_facts.h"

namespace presshawk {

// A line of a digest: a story of a list, or one alert of it.
struct DigestRow {
  std::string watchlist;
  std::string story;    // As the entries have it.
  std::string alert;    // The id of the alert that is shown: the earliest.
  uint64_t copies = 0;  // Further alerts of the story that this row stands for.
};

struct DigestPlan {
  // All rows: lists by the number of their alerts, and within a list stories by
  // theirs, the largest first; of equals the one that came first.
  std::vector<DigestRow> rows;
  size_t shown = 0;  // How many of them are shown, from the start.
};

// `entries` in the order in which they came. `once`: the alerts of a story are
// one row; else each alert has its own.
DigestPlan PlanDigest(absl::Span<const EntryRecord> entries, bool once,
                      uint32_t top);

// A row with what is shown of it.
struct DigestEntry {
  const DigestRow* row = nullptr;
  const StoryFacts* story = nullptr;  // Its id is empty where there is none.
  std::string_view alert_json;
};

struct DigestFacts {
  const Slot* slot = nullptr;  // Null for a catch-up.
  uint32_t part = 1;
  // Of a catch-up: the first and the last sequence that it tells.
  std::pair<uint64_t, uint64_t> covers = {0, 0};
  uint64_t total = 0;      // Rows.
  uint64_t alerts = 0;     // That are told, shown or not.
  std::string more;        // A path that lists them all.
  bool truncated = false;  // Less is shown than `top` asks for.
};

// The members of `data` that only a digest has, without braces:
//   "slot":"…","stands_for":[],"part":1,"alerts":7,"total":5,"shown":3,
//   "more":"…","entries":[{"watchlist":"…","story":{…},"copies":2,"alert":{…}}]
// A catch-up has "covers":[17,42] in place of the first three.
std::string DigestMembers(const DigestFacts& facts,
                          absl::Span<const DigestEntry> shown);

}  // namespace presshawk
