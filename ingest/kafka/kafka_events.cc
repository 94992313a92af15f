#include "ingest/kafka/kafka_events.h"

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kLogInterval = absl::Seconds(10);

}  // namespace

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
    const absl::Time now = absl::Now();
    if (now - state.last_logged < kLogInterval) {
      return;
    }
    unlogged = state.count - state.count_logged - 1;
    state.count_logged = state.count;
    state.last_logged = now;
  }
  std::string line = StrCat("kafka error: code=", code, " ", text);
  if (unlogged > 0) {
    StrAppend(&line, " (and ", unlogged, " more of this code since the last)");
  }
  Log(KafkaLogLevel::kWarning, line);
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
