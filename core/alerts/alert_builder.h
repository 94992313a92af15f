// SPDX-License-Identifier: Apache-2.0
// Writes alerts (SPEC ALERT-1, version 1) as lines of JSON.
//
//   builder.BeginBatch(generation_id, absl::Now());
//   builder.BeginArticle(article, text, {.source = "articles", .line = 7});
//   builder.Append(list, &hits, &json);
//
// LIFE. Each worker reuses one builder. In the steady state, an alert allocates
// nothing except when its output grows.
// THREAD SAFETY. None: each worker has one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/alerts/evidence.h"
#include "core/alerts/placed_hits.h"
#include "core/alerts/snippets.h"
#include "core/base/sha256.h"
#include "core/model/article.h"
#include "core/model/limits.h"
#include "core/model/watchlist_info.h"
#include "core/relevance/relevance.h"
#include "core/text/article_text.h"
#include "core/zones/article_zones.h"

namespace presshawk {

// Where an article came from; the `origin` of its alerts.
struct AlertOrigin {
  std::string_view source;  // The topic or the file.
  bool from_kafka = false;
  int32_t partition = 0;  // For Kafka.
  int64_t offset = 0;     // For Kafka.
  uint64_t line = 0;      // For files, counted from 1.
};

struct AlertLimits {
  size_t hits = kAlertHitsMax;
  size_t snippets = kAlertSnippetsMax;
};

// Formats a time as "2026-01-02T03:04:05.678Z".
std::string FormatAlertTime(absl::Time time);

class AlertBuilder {
 public:
  explicit AlertBuilder(AlertLimits limits) : limits_(limits) {}

  // Sets what all alerts of a batch share. Copies its arguments.
  void BeginBatch(std::string_view generation, absl::Time detected_at);
  // Sets what all alerts of an article share. The article and its text must
  // live until the last Append() for the article, as must the locator; without
  // one, no hit says where it stands in the JSON.
  void BeginArticle(const Article& article, const ArticleText& text,
                    const AlertOrigin& origin, TextLocator* locator = nullptr);

  struct Appended {
    size_t json_begin = 0;  // In *json; the line feed does not belong to it.
    size_t json_end = 0;
    uint64_t hit_count = 0;
    int relevance = 0;  // 0 to 100 (SPEC REL-1).
  };
  // Appends one alert and a line feed to *json. Reorders *hits.
  Appended Append(const WatchListInfo& list, std::vector<Hit>* hits,
                  std::string* json);
  // The relevance of the article for a list with these hits, as Append() would
  // say it. Reorders *hits.
  Relevance RelevanceOf(std::vector<Hit>* hits);
  // The id of the last alert that was appended: 32 hex digits (SPEC ALERT-2).
  std::string_view last_id() const { return id_; }

 private:
  // Fills placed_ and relevance_; returns the number of all hits.
  uint64_t Place(std::vector<Hit>* hits);
  void AppendHits(std::string* json);
  void AppendEvidence(const PlacedHit& hit, std::string* json);
  void AppendRelevance(std::string* json) const;
  void AppendSnippets(std::string* json) const;

  const AlertLimits limits_;
  Sha256 sha256_;
  std::string generation_and_time_;
  // The text that the id is a hash of. Its first bytes are the article's.
  std::string identity_;
  size_t article_identity_bytes_ = 0;
  std::string id_;
  const ArticleText* text_ = nullptr;
  Evidence evidence_;
  ArticleZones zones_;
  std::string article_json_;
  std::string origin_json_;
  std::vector<PlacedHit> placed_;  // At least those that are shown.
  RelevanceScorer scorer_;
  std::vector<RelevanceHit> scored_;
  Relevance relevance_;
  std::vector<Snippet> snippets_;
};

}  // namespace presshawk
