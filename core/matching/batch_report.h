// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/reject_reason.h"
#include "core/model/stage.h"

namespace presshawk {

// What a worker tells about one batch.
struct BatchReport {
  // A list that was given up for an article.
  struct Abandoned {
    std::string watchlist_id;
    std::string article_id;
    std::string_view reason;  // Static storage.
  };
  // What the hits and the text of one alert cost.
  struct ListCost {
    std::string_view watchlist_id;  // Of the generation: valid in OnBatch().
    uint32_t alerts = 0;
    uint64_t hits = 0;
    uint64_t ticks = 0;  // Of CycleClockNow().
  };
  struct Rejected {
    uint32_t message = 0;  // The index in the batch.
    RejectReason reason = RejectReason::kNotJson;
    std::string detail;
  };

  uint64_t bytes = 0;  // The sum of the payload sizes.
  uint64_t alerts = 0;
  uint64_t hits = 0;         // The sum of the alerts' hit_count.
  uint64_t held_back = 0;    // Alerts below the min_relevance of their lists.
  uint64_t retractions = 0;  // Articles that their publishers took back.
  StageTicks ticks;
  std::vector<Abandoned> abandoned;
  std::vector<ListCost> list_costs;
  std::vector<Rejected> rejected;  // Rising by message within a group.

  // Starts a new batch and keeps the memory of the last one.
  void Clear() {
    bytes = alerts = hits = held_back = retractions = 0;
    ticks = {};
    abandoned.clear();
    list_costs.clear();
    rejected.clear();
  }
};

}  // namespace presshawk
