// SPDX-License-Identifier: Apache-2.0
// What the Kafka clients have to say: log lines and error counts, shared by all
// clients of a process.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace presshawk {

enum class KafkaLogLevel { kDebug, kInfo, kWarning, kError };

// Thread-safe; librdkafka's own threads call it too. Must outlive every client.
class KafkaEvents {
 public:
  // Called from any thread, never with a lock held that a client needs.
  using LogFunction = std::function<void(KafkaLogLevel, std::string_view)>;

  using Clock = std::function<absl::Time()>;

  explicit KafkaEvents(LogFunction log = nullptr, Clock clock = nullptr)
      : log_(std::move(log)), clock_(std::move(clock)) {}

  void Log(KafkaLogLevel level, std::string_view text) const;
  // Counts an error under librdkafka's name of it ("_TRANSPORT",
  // "TOPIC_AUTHORIZATION_FAILED": a bounded set) and logs it, each code at most
  // once in ten seconds, and while it goes on half as often each time, down to
  // once in ten minutes: what fails for hours is no news.
  void Error(std::string_view code, std::string_view text)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // A line that librdkafka itself has to say, of one of its facilities ("FAIL",
  // "CONNECT": a bounded set). Of each facility kClientLinesMax are logged in
  // ten seconds; how many more there were is said with the next one.
  void ClientLog(KafkaLogLevel level, std::string_view facility,
                 std::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);
  static constexpr uint64_t kClientLinesMax = 5;
  // Says how many were held back of facilities whose ten seconds are over: a
  // burst that has ended has no next line. By clients, as often as they like.
  void SayWhatWasHeldBack() ABSL_LOCKS_EXCLUDED(mutex_);
  // Since construction, by code: presshawk_kafka_errors_total.
  std::map<std::string, uint64_t> error_counts() const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct CodeState {
    uint64_t count = 0;
    uint64_t count_logged = 0;
    absl::Time last_logged = absl::InfinitePast();
    absl::Duration interval;  // Until the next line.
  };
  struct FacilityState {
    absl::Time begin = absl::InfinitePast();  // Of its ten seconds.
    uint64_t logged = 0;                      // Since then.
    uint64_t held_back = 0;
  };

  absl::Time Now() const;

  const LogFunction log_;
  const Clock clock_;
  mutable Mutex mutex_;
  std::map<std::string, CodeState, std::less<>> codes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, FacilityState, std::less<>> facilities_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
