// SPDX-License-Identifier: Apache-2.0
// Asks the brokers again and again whether they answer and have the topics that
// a service needs: it finds a broker that is gone or hangs, and a topic that was
// deleted, within seconds, whatever the other clients wait for.
//
//   auto watch = ClusterWatch::Create(client_options, {"articles"}, &events);
//   for (std::string& problem : (*watch)->Ask(absl::Now())) ...
//
// NOT thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

class ClusterWatch {
 public:
  // How often to ask.
  static constexpr absl::Duration kInterval = absl::Seconds(1);
  // How long an answer is waited for. A client that got none in that time also
  // connects anew, by the next question to another broker.
  static constexpr absl::Duration kTimeout = absl::Milliseconds(1500);
  // So many times in a row a broker must say that it has no such topic, or give
  // no answer while nothing is refused, until it is told: one that is starting
  // may not know all topics yet.
  static constexpr int kMissesMin = 2;

  // REQUIRES: `topics` is not empty, and none of them is a pattern. `events`
  // must outlive it.
  static absl::StatusOr<std::unique_ptr<ClusterWatch>> Create(
      const KafkaClientOptions& options, std::vector<std::string> topics,
      KafkaEvents* events);

  // How long to wait before the next question: a broker that gave no answer is
  // asked again soon.
  absl::Duration wait() const {
    return silences_ > 0 ? absl::Milliseconds(200) : kInterval;
  }
  // One question; waits up to kTimeout. What is wrong at the moment, each a
  // sentence for an operator, or nothing.
  std::vector<std::string> Ask(absl::Time now);

 private:
  ClusterWatch(std::string servers, std::vector<std::string> topics,
               KafkaEvents* events)
      : servers_(std::move(servers)),
        topics_(std::move(topics)),
        callbacks_(events) {}

  // The question for these topics alone, or for all of them, by which a cluster
  // is asked that does not answer the first one: librdkafka's own, of the demo.
  // Why each topic cannot be used, in their order; the status of the whole:
  // there was no answer.
  absl::StatusOr<std::vector<absl::Status>> AskForTopics();
  absl::StatusOr<std::vector<absl::Status>> AskForAll();
  std::vector<std::string> OnNoAnswer(absl::Time asked);

  const std::string servers_;
  const std::vector<std::string> topics_;
  ConnectionErrors callbacks_;
  KafkaHandle handle_;
  bool was_answered_ = false;  // The question for these topics.
  bool asks_for_all_ = false;
  std::optional<absl::Time> silent_since_;
  int silences_ = 0;                   // In a row.
  std::map<std::string, int> misses_;  // By topic, in a row.
  std::vector<std::string> told_;      // By the last answer.
};

}  // namespace presshawk
