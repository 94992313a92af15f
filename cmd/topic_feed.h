// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cmd/article_feed.h"
#include "ingest/kafka/consume/topic_range.h"

namespace presshawk {

// The records of a stretch of a topic; a line's number is its offset.
class TopicFeed : public ArticleFeed {
 public:
  TopicFeed(std::string topic, std::unique_ptr<TopicRange> range)
      : topic_(std::move(topic)), range_(std::move(range)) {}

  bool Next(LineBatch* batch, Ticket* ticket) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status status() const override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::string topic_;
  mutable Mutex mutex_;
  const std::unique_ptr<TopicRange> range_ ABSL_PT_GUARDED_BY(mutex_);
  std::vector<TopicRecord> records_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
