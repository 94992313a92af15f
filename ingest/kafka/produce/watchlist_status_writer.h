// SPDX-License-Identifier: Apache-2.0
// What became of each watch-list, to the compacted status topic: key = id,
// value = its status, null once it is not defined any more.
//
//   Write(ids) ─► waiting ids ─► writing thread ─► producer
//                 (each once)     status_of(id)    (at most kWindow records)
//
// With the first lists those are written too that the topic still tells of and
// that are no more: they were deleted while no instance ran.
//
// The text is asked for when a record is sent: a list that changes often is
// written as it then is, not as it was each time.
// BOUNDED. Waiting: one id each. The producer is shared with the alerts, which
// therefore meet at most kWindow of these records there; where it is full, this
// waits and nobody else.
// THREAD SAFETY. All of it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

class WatchlistStatusWriter : private RecordOwner {
 public:
  static constexpr size_t kWindow = 256;
  // The status of a list as JSON; nothing where it is not defined any more.
  // Called on the writing thread.
  using StatusOf =
      std::function<std::optional<std::string>(const std::string& id)>;

  // Lists with a status in the topic that are not defined. Called once, on the
  // writing thread, after the first Write(); an error is logged.
  using Forgotten = std::function<absl::StatusOr<std::vector<std::string>>()>;

  // `producer` and `events` must outlive it, and it what the producer holds of
  // it: Flush() the producer, or destroy it, before.
  WatchlistStatusWriter(KafkaProducer* producer, std::string topic,
                        StatusOf status_of, Forgotten forgotten,
                        KafkaEvents* events);
  // Stop()s.
  ~WatchlistStatusWriter() override;

  // Will write the status of these lists. Returns at once.
  void Write(const std::vector<std::string>& ids) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until all was acknowledged, or until `deadline`.
  void Flush(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // Sends no more.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  // Lists whose status is not acknowledged yet.
  size_t pending() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  void WriteForgotten();
  // The next id to write; nothing: stopped.
  std::optional<std::string> Next() ABSL_LOCKS_EXCLUDED(mutex_);
  void Enqueue(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnDelivered(const ProducerRecord& record) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  TooLarge OnTooLarge(ProducerRecord* record) override;
  bool stopping() const ABSL_LOCKS_EXCLUDED(mutex_);

  KafkaProducer* const producer_;
  const std::string topic_;
  const StatusOf status_of_;
  const Forgotten forgotten_;
  KafkaEvents* const events_;

  mutable Mutex mutex_;
  std::condition_variable changed_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> queued_ ABSL_GUARDED_BY(mutex_);
  // With the producer. An id is there once: the order of its records is theirs.
  absl::flat_hash_set<std::string> in_flight_ ABSL_GUARDED_BY(mutex_);
  // Of these, to be written again.
  absl::flat_hash_set<std::string> again_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
