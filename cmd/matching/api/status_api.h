// SPDX-License-Identifier: Apache-2.0
// The answers of /api/v1, as JSON on one line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "cmd/app/logging.h"
#include "cmd/matching/lists/list_board.h"
#include "cmd/matching/lists/list_counters.h"
#include "cmd/matching/lists/list_keeper.h"
#include "cmd/matching/lists/list_rates.h"
#include "core/http/problem.h"
#include "core/model/article_counts.h"
#include "ingest/kafka/lists/watchlist_topic_reader.h"

namespace presshawk {

// What a running instance says of itself.
struct ServiceStatus {
  struct Assigned {
    uint32_t worker = 0;
    std::string topic;
    int32_t partition = 0;
    int64_t lag = -1;  // -1: not known yet.
    std::optional<absl::Duration> oldest_age = std::nullopt;
  };
  std::string version;
  std::string instance;
  absl::Time started;
  std::vector<std::string> not_ready;
  std::string generation;
  ListKeeper::State lists;
  std::string topic;  // Of watch-lists; empty: none.
  std::optional<WatchlistTopicReader::Status> topic_status;
  size_t active = 0;
  size_t stale = 0;
  size_t rejected = 0;
  std::vector<ListRates::Rate> noisiest;
  ListRates::Silent silent;
  uint32_t workers = 0;
  std::vector<Assigned> assignment;
  ArticleCounts articles;
  std::map<std::string, uint64_t> kafka_errors;
  std::vector<LogLine> last_errors;
};

// /api/v1/status.
std::string StatusJson(const ServiceStatus& status, absl::Time now);

// What is known of the watch-lists.
struct ListTables {
  const ListBoard* board = nullptr;
  std::vector<const ListCounters*> counters = {};
  absl::Time since;        // From when the counts are.
  std::string topic = "";  // Of watch-lists; empty: none.
};

// /api/v1/watchlists. Parameters, all optional: `id`, which stands alone;
// `state` (active, stale, rejected); `limit` (1 to 1000, default 100); `sort`
// (alerts, hits, nanoseconds, abandoned); `after`, which is `next` of the page
// before. A problem for others, and for an id that there is not.
//
// ORDER. By id, in byte order; with `sort` those that have any of it, the most
// first and equal ones by id. PAGES. `next` is null on the last one. With
// `sort` it names the last row by its number: rows that grow meanwhile never
// come twice, and one that grows past the pages read already is on none.
// `since` of the answer says from when the counts are: a restart forgets them.
JsonAnswer WatchListsJson(const std::map<std::string, std::string>& parameters,
                          const ListTables& tables);

// /api/v1/watchlists/{id}: one of those rows by itself, or a problem (404).
JsonAnswer WatchListJson(const std::string& id, const ListTables& tables);

}  // namespace presshawk
