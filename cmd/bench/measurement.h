// SPDX-License-Identifier: Apache-2.0
// What lists cost on articles: the hot path over a sample in memory, one
// thread, several engines in turn, so that a slow spell of the machine hits
// them all.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/stage.h"
#include "ingest/json/mapping.h"
#include "matchers/query_set.h"

namespace presshawk {

// Articles as JSON, in memory.
struct Sample {
  std::vector<std::string> lines;
  std::vector<std::string_view> views;  // Of `lines`.
  uint64_t bytes = 0;
  bool whole = true;  // False: the files go on behind it.
};

// The first `bytes_max` bytes of the files' articles, one at least.
absl::StatusOr<Sample> ReadSample(const std::vector<std::string>& files,
                                  uint64_t bytes_max);

// Seconds of one pass over the sample, by round.
using RoundSeconds = std::vector<double>;

struct EngineMeasurement {
  std::string name;  // "auto", "hyperscan", "tokens"
  std::shared_ptr<const QuerySet> query_set;
  double compile_seconds = 0;  // Reading the files included.
  int64_t resident_bytes = 0;  // That the process grew by.

  RoundSeconds pairs;   // JSON to the lists that hold.
  RoundSeconds alerts;  // JSON to alerts.
  // Of `pairs`. kEmit: what is outside of the stages.
  std::array<RoundSeconds, kStageCount> stages;

  uint64_t alert_count = 0;
  uint64_t alert_bytes = 0;
  uint64_t hit_count = 0;
  uint64_t rejected = 0;
  uint64_t abandoned = 0;
  EvaluationRecord record;  // Of one pass.
};

// Fills in everything but what compiling gave. `rounds` that count, after one
// that warms up; a round is as many passes as give the clock something to read.
void Measure(const Sample& sample, const Mapping& mapping, int rounds,
             std::vector<EngineMeasurement>* engines);

// Bytes of memory that the process has resident.
int64_t ResidentBytes();

}  // namespace presshawk
