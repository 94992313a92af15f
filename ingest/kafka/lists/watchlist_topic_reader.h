// SPDX-License-Identifier: Apache-2.0
// The watch-list topic: every record from its begin to its end, then what
// comes.
//
//   broker ─► librdkafka ─► reading thread ─► changes ─Take()─► list keeper
//                              │  ▲              └─ on_change()
//                              │  └ topic looked at every `check_interval`
//                              └─ which ids the topic has, and where
//
// LIFE. Reads from Start() to the destructor, on a thread of its own, outside
// of any group and without committing: every instance reads all of it.
// FIRST READING. Each partition up to the end it had when reading began; the
// position decides, as compaction and transactions leave gaps. Batch::complete
// says that this is done.
// READ AGAIN. All of it, from the begin, when the topic was deleted and made
// anew, has other partitions, or gives no records at the reader's position
// (truncated, out of range). At the end of that what was not found any more is
// deleted. While the topic does not exist everything stays as it was. What is
// cut off at a partition's begin is deleted too.
// AN ID IN TWO PARTITIONS (written by different partitioners) counts as its
// record with the later timestamp says, of equal ones that of the higher
// partition; it is logged.
// BOUNDED. Changes that nobody takes: kPendingBytesMax, then no more is read.
// Ids: one entry each for as long as the topic has them.
// ERRORS. What heals by itself is logged and counted (KafkaEvents) and told by
// status(). A record without a key, or with one that is no id, is counted,
// logged, and otherwise ignored.
// THREAD SAFETY. All of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/rebootstrap.h"
#include "ingest/kafka/client/topic_shape.h"
#include "ingest/kafka/consume/topic_reader.h"

namespace presshawk {

// What the topic says of one id now.
struct WatchlistChange {
  std::string id;
  std::optional<std::string> definition;  // Nothing: deleted.
  int32_t partition = 0;
  int64_t offset = 0;  // -1: gone without a record of its own.
};

class WatchlistTopicReader : private TopicReader::Handler {
 public:
  struct Options {
    KafkaClientOptions client;
    std::string topic;
    // How often it is asked whether the topic is still the one that it was.
    absl::Duration check_interval = absl::Seconds(10);
  };
  static constexpr size_t kPendingBytesMax = 16UL << 20;

  // `on_change` is called, on the reading thread, whenever Take() or status()
  // has news; it must not wait. `events` must outlive the reader.
  static std::unique_ptr<WatchlistTopicReader> Start(
      Options options, KafkaEvents* events, std::function<void()> on_change);
  ~WatchlistTopicReader() override;
  WatchlistTopicReader(const WatchlistTopicReader&) = delete;
  WatchlistTopicReader& operator=(const WatchlistTopicReader&) = delete;

  struct Batch {
    std::vector<WatchlistChange> changes;  // In the order to apply them.
    // The topic was read to its end once; all of that is in this batch and
    // those before it.
    bool complete = false;
  };
  // What came since the last call.
  Batch Take() ABSL_LOCKS_EXCLUDED(mutex_);

  struct Status {
    bool complete = false;
    uint64_t records = 0;   // Read since the start, repeated ones again.
    uint64_t rejected = 0;  // Of these: without a key that is an id.
    uint64_t readings = 0;  // From the begin: 1, more where it was read again.
    // Why it is not read at the moment; empty while it is.
    std::string problem;
  };
  Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Where the record of an id stands that counts.
  struct Place {
    int32_t partition = 0;
    int64_t offset = 0;
    int64_t timestamp_millis = 0;
    uint64_t reading = 0;
    bool deleted = false;  // Kept until the reading is complete.
  };

  WatchlistTopicReader(Options options, KafkaEvents* events,
                       std::function<void()> on_change);

  void Run();
  // A new consumer at the begin of every partition.
  absl::Status BeginReading();
  absl::Status Connect();
  // Waits a while for records and takes them.
  void Read();
  void OnRecord(KafkaMessage message) override;
  void OnReadError(const rd_kafka_message_s& message) override;
  // False where another partition has a newer record of the id.
  bool Counts(const std::string& id, const Place& place);
  void Reject(const rd_kafka_message_s& message, std::string_view why);
  void CompleteReading();
  // Compares the topic with what it was.
  absl::Status CheckTopic();
  // Deletes the ids for which `gone` holds.
  void DeleteWhere(const std::function<bool(const Place&)>& gone);

  // Waits while too much is pending.
  void Append(WatchlistChange change) ABSL_LOCKS_EXCLUDED(mutex_);
  void Announce();
  // `status`, with why there is no connection where that is its cause.
  absl::Status WithCause(const absl::Status& status);
  void SetProblem(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  bool stopping() const ABSL_LOCKS_EXCLUDED(mutex_);
  void SleepUnlessStopping(absl::Duration duration) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  KafkaEvents* const events_;
  const std::function<void()> on_change_;

  // The reading thread's.
  std::unique_ptr<TopicReader> reader_;  // Null: to be made anew.
  TopicShape shape_;
  std::vector<int64_t> low_offsets_;  // By partition, as seen last.
  uint64_t reading_ = 0;
  bool reading_done_ = false;
  std::string read_again_;  // Why; empty: not needed.
  Rebootstrap rebootstrap_;
  absl::Time next_check_ = absl::InfiniteFuture();
  absl::flat_hash_map<std::string, Place> places_;
  bool has_news_ = false;
  absl::Time next_reject_log_ = absl::InfinitePast();
  absl::Time next_two_partitions_log_ = absl::InfinitePast();

  mutable Mutex mutex_;
  std::condition_variable changed_;  // Room for changes, or stop.
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<WatchlistChange> pending_ ABSL_GUARDED_BY(mutex_);
  size_t pending_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Status status_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
