// SPDX-License-Identifier: Apache-2.0
// Dead letters one after the other, from a topic or a file: no group, nothing
// committed, one in memory at a time (and what librdkafka or the line reader
// hold in their buffers, which are bounded).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cmd/deadletter/dead_letter.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// Where dead letters are kept: a file where `file` is not empty, else a topic.
struct LetterPlace {
  std::string file;
  KafkaClientOptions client;
  std::string topic;
  // Longer lines of the file cannot be read.
  uint64_t line_bytes_max = 0;

  std::string Name() const { return file.empty() ? topic : file; }
};

// How far a reading goes, so that a second one ends where the first did.
struct LetterEnd {
  std::vector<int64_t> offsets;  // Topics, by partition.
  uint64_t lines = UINT64_MAX;   // Files.
};

class LetterFeed {
 public:
  // `place` of one letter (DeadLetter::place): reads only that one. `events`
  // must outlive the feed.
  static absl::StatusOr<std::unique_ptr<LetterFeed>> Open(
      const LetterPlace& from, const std::optional<std::string>& place,
      const LetterEnd& end, KafkaEvents* events);
  virtual ~LetterFeed() = default;
  // False at the end.
  virtual absl::StatusOr<bool> Next(DeadLetter* letter) = 0;
  // Of what was read, once Next() has said false.
  virtual LetterEnd end() const = 0;
};

}  // namespace presshawk
