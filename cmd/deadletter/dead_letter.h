// SPDX-License-Identifier: Apache-2.0
// A dead letter as `presshawk deadletter` sees it, wherever it was kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/stream/replay_history.h"

namespace presshawk {

struct DeadLetter {
  // Of the dead letter itself: "PARTITION/OFFSET" of its topic, or the line of
  // its file.
  std::string place;
  // Why it cannot be read; the rest is then empty.
  std::string problem = {};
  // As in the topic (SPEC KAFKA-9); those of a file by the same names.
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool has_key = false;
  std::string key = {};
  bool has_value = false;
  std::string value = {};

  // The last of this name; empty where there is none.
  std::string_view Header(std::string_view name) const;
  std::string_view reason() const { return Header("reason"); }
  bool truncated() const { return Header("truncated") == "true"; }
  // What the input had, also where the value is not whole.
  std::string size() const;
  // Where the input came from: "articles/3/991", "news.ndjson:12".
  std::string Origin() const;
  // When it died; InfinitePast where it does not say.
  absl::Time Time() const;
  // How often the input was replayed before it died this time.
  uint64_t Replays() const;
  // Of the input: 32 hex digits of SHA-256 over its origin, key and value. Two
  // dead letters of one input (at least once) have one id.
  std::string Id() const;
};

// A line of a dead-letter file (ingest/file/file_dead_letter_sink.h).
DeadLetter DeadLetterOfLine(std::string_view json, uint64_t line);

// The headers of the next replay: the history extended by this death, and the
// trace context. `replays_before` counts the replays so far.
ReplayHistory HeadersOfReplay(const DeadLetter& letter, uint64_t replays_before,
                              absl::Time now);

}  // namespace presshawk
