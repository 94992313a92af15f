// SPDX-License-Identifier: Apache-2.0
// The topic of alerts, all of its partitions read by one process, from positions
// that somebody else keeps.
//
//   auto topic = AlertTopic::Open({.client = ..., .topic = "alerts",
//                                  .group = "presshawk-delivery"}, events);
//   auto found = (*topic)->Look(absl::Seconds(5));   // What the broker has.
//   (*topic)->Begin({42, 7, 0});                     // The ledger's positions.
//   while (…) (*topic)->Read(absl::Milliseconds(100), &records);
//   (*topic)->Tell({48, 7, 3}, epoch);               // For lag only.
//
// ERRORS. What heals by itself is logged and counted (KafkaEvents). Read()
// returns OutOfRange where the topic does not have a position any more, and
// Aborted where the topic has other partitions than when reading began, or was
// made anew: the reader is then opened again.
// THREAD SAFETY. None: one thread calls everything.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/rebootstrap.h"
#include "ingest/kafka/client/topic_shape.h"
#include "ingest/kafka/consume/topic_reader.h"

namespace presshawk {

// A record of the topic. Owns its bytes.
struct AlertTopicRecord {
  int32_t partition = 0;
  int64_t offset = 0;
  bool has_value = false;  // False for a deletion, which says nothing here.
  std::string value;
  std::string signature;  // Of the article (SPEC STORY-8); may be empty.
};

class AlertTopic : private TopicReader::Handler {
 public:
  struct Options {
    KafkaClientOptions client;
    std::string topic;
    std::string group;  // Which is told of the positions.
    // How often it is asked whether the topic is still the one that it was.
    absl::Duration check_interval = absl::Seconds(3);
  };

  // Connects to nothing yet. `events` must outlive it.
  static absl::StatusOr<std::unique_ptr<AlertTopic>> Open(Options options,
                                                          KafkaEvents* events);

  struct Partition {
    int64_t first = 0;       // The offset of the first record that is kept.
    int64_t end = 0;         // Behind the last record.
    int64_t committed = -1;  // By the group; -1: nothing.
  };
  struct Found {
    std::vector<Partition> partitions;
    // The epoch of the ledger that the group was told of last; may be empty.
    std::string ledger;
  };
  // Asks the broker. Unavailable where it does not answer, NotFound where there
  // is no such topic.
  absl::StatusOr<Found> Look(absl::Duration timeout);

  // The offset of each partition's first record at `time` or behind it; the end
  // where there is none. REQUIRES: Look() before.
  absl::StatusOr<std::vector<int64_t>> OffsetsAt(absl::Time time,
                                                 absl::Duration timeout);

  // Reads partition i from next[i]. REQUIRES: as many as Look() has found.
  absl::Status Begin(const std::vector<int64_t>& next);
  // Waits up to `timeout` for records, and replaces *records by them: each
  // partition's in order.
  absl::Status Read(absl::Duration timeout,
                    std::vector<AlertTopicRecord>* records);
  // Commits for the group without waiting. A loss of it does no harm.
  void Tell(const std::vector<int64_t>& next, const std::string& ledger);
  // Why it is not read at the moment; Ok while it is.
  absl::Status Health() const;

 private:
  AlertTopic(Options options, KafkaEvents* events);

  void OnRecord(KafkaMessage message) override;
  void OnReadError(const rd_kafka_message_s& message) override;
  absl::Status CheckShape();

  const Options options_;
  KafkaEvents* const events_;
  Rebootstrap rebootstrap_;
  std::unique_ptr<TopicReader> reader_;
  TopicShape shape_;
  absl::Status error_;  // Ends the reading.
  absl::Time unreachable_since_;
  absl::Status unreachable_;  // Passes by itself.
  absl::Time next_check_ = absl::InfiniteFuture();
  std::vector<AlertTopicRecord>* records_ = nullptr;  // Of this Read().
};

}  // namespace presshawk
