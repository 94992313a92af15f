// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/kafka_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLogInterval = absl::Seconds(10);
constexpr absl::Duration kLogIntervalMax = absl::Minutes(10);

}  // namespace

absl::Time KafkaEvents::Now() const {
  return clock_ != nullptr ? clock_() : absl::Now();
}

void KafkaEvents::Log(KafkaLogLevel level, std::string_view text) const {
  if (log_ != nullptr) {
    log_(level, text);
  }
}

void KafkaEvents::Error(std::string_view code, std::string_view text) {
  uint64_t unlogged = 0;
  {
    MutexLock lock(&mutex_);
    auto it = codes_.find(code);
    if (it == codes_.end()) {
      it = codes_.emplace(std::string(code), CodeState()).first;
    }
    CodeState& state = it->second;
    ++state.count;
    const absl::Time now = Now();
    if (now - state.last_logged < state.interval) {
      return;
    }
    unlogged = state.count - state.count_logged - 1;
    // Where none came for a whole interval more, it begins anew.
    state.interval = now - state.last_logged > 2 * state.interval
                         ? kLogInterval
                         : std::min(2 * state.interval, kLogIntervalMax);
    state.count_logged = state.count;
    state.last_logged = now;
  }
  std::string line = StrCat("kafka error: code=", code, " ", text);
  if (unlogged > 0) {
    StrAppend(&line, " (and ", unlogged, " more of this code since the last)");
  }
  Log(KafkaLogLevel::kWarning, line);
}

void KafkaEvents::ClientLog(KafkaLogLevel level, std::string_view facility,
                            std::string_view text) {
  uint64_t held_back = 0;
  {
    MutexLock lock(&mutex_);
    auto it = facilities_.find(facility);
    if (it == facilities_.end()) {
      it = facilities_.emplace(std::string(facility), FacilityState()).first;
    }
    FacilityState& state = it->second;
    const absl::Time now = Now();
    if (now - state.begin >= kLogInterval || now < state.begin) {
      held_back = std::exchange(state.held_back, 0);
      state.begin = now;
      state.logged = 0;
    }
    if (state.logged == kClientLinesMax) {
      ++state.held_back;
      return;
    }
    ++state.logged;
  }
  std::string line = StrCat("librdkafka: ", facility, " ", text);
  if (held_back > 0) {
    StrAppend(&line, " (and ", held_back, " more lines of ", facility,
              " since the last)");
  }
  Log(level, line);
}

void KafkaEvents::SayWhatWasHeldBack() {
  std::vector<std::pair<std::string, uint64_t>> held_back;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = Now();
    for (auto& [facility, state] : facilities_) {
      if (state.held_back > 0 && now - state.begin >= kLogInterval) {
        held_back.emplace_back(facility, std::exchange(state.held_back, 0));
      }
    }
  }
  for (const auto& [facility, lines] : held_back) {
    Log(KafkaLogLevel::kWarning,
        StrCat("librdkafka: ", lines, " more lines of ", facility,
               " were held back"));
  }
}

std::map<std::string, uint64_t> KafkaEvents::error_counts() const {
  MutexLock lock(&mutex_);
  std::map<std::string, uint64_t> counts;
  for (const auto& [code, state] : codes_) {
    counts.emplace(code, state.count);
  }
  return counts;
}

}  // namespace presshawk
