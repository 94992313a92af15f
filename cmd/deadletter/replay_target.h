// SPDX-License-Identifier: Apache-2.0
// Where replayed inputs go: the article topic, or the file of a file source.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/deadletter/dead_letter.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// What was replayed already, as the destination says. Memory: some 100 bytes
// for each replay that is found.
struct Replayed {
  std::unordered_set<std::string> ids;  // DeadLetter::Id().
  // Files, whose lines carry no history: replays by DigestOfValue().
  std::unordered_map<std::string, uint64_t> replays_by_digest;

  // Of a letter, by its own history or the file's.
  uint64_t ReplaysOf(const DeadLetter& letter) const;
};

// 32 hex digits of the value's SHA-256.
std::string DigestOfValue(std::string_view value);

// One thread uses it.
class ReplayTarget {
 public:
  virtual ~ReplayTarget() = default;
  // Where this letter would go: a topic or a file.
  virtual std::string DestinationOf(const DeadLetter& letter) const = 0;
  // Why the destination cannot hold it; empty where it can.
  virtual std::string Refusal(const DeadLetter& letter) const = 0;
  // Adds what was replayed to *replayed, of what died at `since` or later.
  virtual absl::Status FindReplayed(absl::Time since, Replayed* replayed) = 0;
  // Gets ready for Send(): connects, opens.
  virtual absl::Status Open() = 0;
  // Queues or writes the letter's key and bytes. An error: the destination
  // takes no more, give up.
  virtual absl::Status Send(const DeadLetter& letter,
                            const ReplayHistory& headers) = 0;
  // Waits for what is not acknowledged. An error says why it is not.
  virtual absl::Status Finish() = 0;
  virtual uint64_t acknowledged() const = 0;
  // Places of the letters that were not acknowledged, after Finish().
  virtual std::vector<std::string> Unacknowledged() const = 0;
};

struct TopicTargetOptions {
  KafkaClientOptions client;
  // A letter whose input came from one of these goes back there; any other to
  // the first.
  std::vector<std::string> topics;
  // Without an acknowledgement for so long, it gives up.
  absl::Duration timeout = absl::Seconds(30);
};
std::unique_ptr<ReplayTarget> MakeTopicTarget(TopicTargetOptions options,
                                              KafkaEvents* events);

// Appends lines to the first of `files`, or to that where the input came from;
// each is durable (fsync) before it counts as acknowledged. Beside it,
// FILE.presshawk-replays says what was replayed.
std::unique_ptr<ReplayTarget> MakeFileTarget(std::vector<std::string> files);

}  // namespace presshawk
