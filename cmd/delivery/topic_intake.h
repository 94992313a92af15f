// SPDX-License-Identifier: Apache-2.0
// The alert topic, and the topic of retractions beside it, as an intake of the
// ledger (SPEC DELIVERY-6, RETRACT-3). The second may be missing: it is looked
// for again from time to time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/delivery/alert_intake.h"
#include "core/base/mutex.h"
#include "ingest/kafka/alerts/alert_topic.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

class TopicIntake : public AlertIntake {
 public:
  struct Options {
    AlertTopic::Options topic;
    // The operator has confirmed that the ledger was lost (`deliver --rebuild`):
    // the topic is read again, from `rebuild_from` on.
    bool rebuild = false;
    absl::Time rebuild_from = absl::InfinitePast();
  };

  TopicIntake(Options options, KafkaEvents* events);

  // Unavailable while the broker does not answer. FailedPrecondition where a
  // ledger was lost and nobody has confirmed that. Where the topic has removed
  // alerts that the ledger does not have, it goes on behind them, and lost()
  // says how many.
  absl::Status Begin(const std::vector<PositionRecord>& positions,
                     const std::string& epoch) override;
  absl::Status Poll(absl::Duration timeout,
                    std::vector<IntakeItem>* items) override;
  std::vector<PositionRecord> positions() const override;
  void Accepted() override;
  absl::Status Health() const override;

  uint64_t lost() const override;

 private:
  using Positions = std::map<int32_t, int64_t>;

  absl::StatusOr<std::vector<int64_t>> StartAt(const AlertTopic::Found& found,
                                               const Positions& positions,
                                               const std::string& epoch);
  // Where to read `topic`, in which `found` was found.
  absl::StatusOr<std::vector<int64_t>> Starts(AlertTopic* topic,
                                              const AlertTopic::Found& found,
                                              const Positions& positions);
  // Ok also where there is no such topic.
  absl::Status BeginRetractions();
  void NoteRetractions(const absl::Status& status);
  void ReadRetractions(std::vector<IntakeItem>* items);
  absl::Status SetHealth(absl::Status health);

  const Options options_;
  KafkaEvents* const events_;
  std::unique_ptr<AlertTopic> topic_;
  std::vector<int64_t> next_;  // By partition.
  const AlertTopic::Options retraction_options_;
  std::unique_ptr<AlertTopic> retractions_;  // Null while there is none.
  Positions next_retractions_;
  absl::Time next_look_ = absl::InfinitePast();  // For the topic.
  bool said_missing_ = false;
  std::string epoch_;
  std::vector<AlertTopicRecord> records_;
  bool told_ = false;  // The group knows of next_.
  absl::Time next_tell_ = absl::InfinitePast();

  mutable Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  // Why the topic of retractions cannot be read; empty where it can, or is not
  // there.
  std::string retraction_problem_ ABSL_GUARDED_BY(mutex_);
  bool is_retraction_missed_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t lost_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace presshawk
