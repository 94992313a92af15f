// SPDX-License-Identifier: Apache-2.0
// One idempotent producer for a process, which never gives a record up.
//
//   Send() ─► unacknowledged, in order ─► librdkafka ─► broker
//                   ▲      │ acknowledged: RecordOwner::OnDelivered
//                   │      │ too large: alone, then OnTooLarge
//                   └──────┘ otherwise: again, with back-off
//
// BOUND. Records and bytes that are not acknowledged count against
// queue.buffering.max.messages and .kbytes; Send() waits while they are full.
// ORDER. As sent, for each partition, as long as the broker refuses nothing.
// THREAD SAFETY. All of it. Reports are served by a thread of the producer, on
// which the RecordOwner is called; there Send() never waits.
// ACKNOWLEDGED. Where a later batch of a partition was written, librdkafka takes
// an earlier one for written as well, and gives no offset. That is right where
// the broker knows the producer, since it then writes no batch out of order; but
// one that does not, of a new partition above all, writes the later one although
// it has refused the earlier (KAFKA-15591). So a report without an offset counts
// only where the partition had acknowledged one with an offset lately, before
// this record was sent. Otherwise it is sent again (PITFALL 21).
// ERRORS. A fatal error of librdkafka (PITFALL 6) makes every further call
// fail: the handle is destroyed and made anew, and everything unacknowledged
// sent again, in order. That can write a record twice; alert ids are
// deterministic, so a receiver sees which.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/stream/in_flight_batch.h"
#include "core/stream/while_blocked.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

class RecordOwner;

// One record on its way. What it views must live as long as it does: either in
// `owned_value`, or in what `origin` keeps alive.
struct ProducerRecord {
  RecordOwner* owner = nullptr;
  std::string topic;
  std::string key;
  bool has_key = true;
  // A null value deletes the key in a compacted topic.
  bool has_value = true;
  std::string owned_value;
  // Of the origin's message, where `owned_value` is not used.
  std::string_view viewed_value;
  std::vector<std::pair<std::string, std::string>> headers;
  // What the record answers for; may be null.
  std::shared_ptr<InFlightBatch> origin;
  uint32_t message = 0;
  bool shortened = false;  // For the owner: what it did in OnTooLarge().
  absl::Time sent_at;      // When Send() took it.

  std::string_view value() const {
    return viewed_value.data() != nullptr ? viewed_value
                                          : std::string_view(owned_value);
  }
  size_t bytes() const;
};

// Must outlive the producer's records. Called on the producer's thread.
class RecordOwner {
 public:
  virtual ~RecordOwner() = default;
  // All in-sync replicas have it.
  virtual void OnDelivered(const ProducerRecord& record) = 0;
  // The destination, or the client for it, refused the record, which is tried
  // again. With the producer's lock held, on any thread: to be counted only.
  virtual void OnRefused(const ProducerRecord& /*record*/) {}
  enum class TooLarge { kSendAgain, kDrop, kRetryLater };
  // The broker refuses it, also alone, for its size. The owner makes it smaller
  // (kSendAgain), has answered for it otherwise (kDrop), or can do neither.
  virtual TooLarge OnTooLarge(ProducerRecord* record) = 0;
};

class KafkaProducer {
 public:
  // `events` must outlive it.
  static absl::StatusOr<std::unique_ptr<KafkaProducer>> Create(
      const KafkaClientOptions& options, KafkaEvents* events);
  // Records that are not acknowledged are dropped, without a call of their
  // owner. Flush() before.
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // False when `while_blocked` ended the wait for room; the record is then
  // gone.
  bool Send(std::unique_ptr<ProducerRecord> record, WhileBlocked while_blocked)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Ok, or why records of a topic are not getting through at the moment:
  // refusals that are retried, or no answer for ten seconds, with the cause
  // where the client knows one. Other topics' troubles are not its own; an
  // empty name asks for all of them.
  absl::Status Health(std::string_view topic = {}) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns when nothing is unacknowledged, or at `deadline`.
  void Flush(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  size_t unacknowledged() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Handles made after a fatal error, for tests and logs.
  uint64_t restarts() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // One librdkafka handle. kBulk carries everything; kSingle the records that
  // were refused as too large: the broker's limit is for a whole batch, so a
  // small record can be refused for its neighbours. There, each is a batch.
  struct Channel;
  enum class ChannelKind { kBulk, kSingle };
  struct Report {
    uint64_t sequence;
    int error;
    bool has_offset;  // The broker has said where it stands.
    int32_t partition;
    ChannelKind kind;
  };
  struct Entry {
    std::unique_ptr<ProducerRecord> record;
    ChannelKind kind = ChannelKind::kBulk;
    bool handed_over = false;  // To librdkafka, and not reported yet.
    absl::Time handed_over_at = absl::InfinitePast();
    bool refused = false;  // At least once, for another reason than size.
  };
  enum class HandOver { kDone, kLater, kTooLarge, kRefused };

  KafkaProducer(const KafkaClientOptions& options, KafkaEvents* events);

  absl::StatusOr<std::unique_ptr<Channel>> Connect(ChannelKind kind);
  Channel* channel(ChannelKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoomFor(const ProducerRecord& record) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Accept(std::unique_ptr<ProducerRecord> record)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives an entry to its channel.
  HandOver TryHandOver(uint64_t sequence, Entry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The thread: reports in, retries out.
  void Serve();
  void HandleReports() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the broker has the record, as far as that can be known.
  bool IsWritten(const Report& report) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HandleRefusal(const Report& report, std::vector<uint64_t>* too_large)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HandleTooLarge(uint64_t sequence) ABSL_LOCKS_EXCLUDED(mutex_);
  void RetryLater(uint64_t sequence, Entry* entry, int error)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteConnectionError(std::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);
  std::unique_ptr<ProducerRecord> Remove(uint64_t sequence)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendReady() ABSL_LOCKS_EXCLUDED(mutex_);
  // Makes a channel that is needed and missing, or that failed for good.
  void RepairChannel(ChannelKind kind) ABSL_LOCKS_EXCLUDED(mutex_);

  const KafkaClientOptions options_;
  KafkaEvents* const events_;
  uint64_t messages_max_ = 0;  // Constant after Create().
  uint64_t bytes_max_ = 0;

  mutable Mutex mutex_;
  std::condition_variable changed_;  // Room, or nothing left.
  std::unique_ptr<Channel> bulk_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Channel> single_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, Entry> entries_ ABSL_GUARDED_BY(mutex_);  // By sequence.
  // Of the entries that are not with librdkafka: to be handed over as soon as
  // it takes them, and to be tried again at retry_at_.
  std::set<uint64_t> ready_ ABSL_GUARDED_BY(mutex_);
  std::set<uint64_t> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::Time retry_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Duration back_off_ ABSL_GUARDED_BY(mutex_);
  struct Refusals {
    uint64_t entries = 0;  // With `refused`.
    std::string last;      // Why.
  };
  // By topic, of which there are some: those of the sinks.
  std::map<std::string, Refusals, std::less<>> refusals_
      ABSL_GUARDED_BY(mutex_);
  // The cause of the last one, while no record is delivered; may be empty.
  std::string connection_error_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t restarts_ ABSL_GUARDED_BY(mutex_) = 0;
  // While owners hear of what is no longer among the entries: Flush() returns
  // after that.
  bool reporting_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<Report> reports_;  // The serving thread's.
  std::thread thread_;           // Last: it uses all of the above.
};

}  // namespace presshawk
