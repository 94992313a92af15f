// SPDX-License-Identifier: Apache-2.0
// Watch-lists from a compacted topic. It must be read to its end before the
// first generation is made.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "cmd/matching/lists/list_feed.h"
#include "core/base/mutex.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/lists/watchlist_topic_reader.h"

namespace presshawk {

class TopicListFeed : public ListFeed {
 public:
  // `events` must outlive the feed.
  TopicListFeed(WatchlistTopicReader::Options options, KafkaEvents* events);

  absl::Status Start(LiveLists* lists, std::function<void()> wake) override;
  void Look(LiveLists* lists, absl::Time now) override;
  absl::Time due() const override { return due_; }
  absl::Status Load(LiveLists* lists, absl::Time now, bool all) override;
  std::string waiting_for() const override;

  const std::string& topic() const { return options_.topic; }
  // As of the last Look(). Thread-safe.
  WatchlistTopicReader::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const WatchlistTopicReader::Options options_;
  KafkaEvents* const events_;
  absl::Time due_ = absl::InfiniteFuture();
  bool complete_ = false;  // All of the topic is in the lists.
  mutable Mutex mutex_;
  WatchlistTopicReader::Status status_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<WatchlistTopicReader> reader_;  // Last: its thread wakes.
};

}  // namespace presshawk
