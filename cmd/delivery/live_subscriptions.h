// SPDX-License-Identifier: Apache-2.0
// Keeps the subscriptions in force: files, a topic, or both, and the silences of
// the ledger. They are live as watch-lists are (SPEC LIST-9): a bad one keeps
// its last good condition, and an id that is in both is taken from the file.
//
//   files ──┐
//   topic ──┼─► thread: read, judge ─► SubscriptionSet ─► Current()
//   ledger ─┘
//
// THREAD SAFETY. All of it.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/delivery/subscription_set.h"
#include "core/base/mutex.h"
#include "core/delivery/delivery_options.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/lists/watchlist_topic_reader.h"
#include "matchers/diagnostic.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {

// A subscription that is in no file any more is paused for so long, as a file
// may be missing by mistake, and deleted then (SPEC DELIVERY-5).
inline constexpr absl::Duration kVanishedFor = absl::Hours(1);

class LiveSubscriptions : public Component {
 public:
  struct Parts {
    const DeliveryOptions* options = nullptr;
    const KafkaClientOptions* client = nullptr;  // For the topic.
    KafkaEvents* events = nullptr;
    // The silences of the ledger; asked every second.
    std::function<absl::StatusOr<std::vector<SilenceRecord>>()> silences;
  };
  explicit LiveSubscriptions(Parts parts);
  ~LiveSubscriptions() override;

  // Reads the files and the silences. An error where that is not possible.
  absl::Status Start() override;
  void AppendProblems(std::vector<std::string>* problems) const override;
  void Stop(absl::Time deadline) override;

  // Never null.
  std::shared_ptr<const SubscriptionSet> Current() const;
  // False until the topic was read to its end: Current() misses subscriptions
  // until then, so that nothing may be decided yet.
  bool IsComplete() const;
  // Reads the files again, and returns when they are in force. An error where
  // one cannot be read: all stay as they are.
  absl::Status Reload();

  struct Counts {
    size_t active = 0;    // In force, as they are written.
    size_t stale = 0;     // In force as they were before a mistake.
    size_t rejected = 0;  // Bad, and never good before.
    size_t paused = 0;    // Of all in force.
  };
  Counts counts() const;

 private:
  using ById = std::map<std::string, Subscription>;

  void Run();
  absl::Status ReadFiles() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void KeepMissing(const SubscriptionList& list, ById* read)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void DropVanished() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void TakeTopic() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void TakeSilences() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  absl::Status Publish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(work_mutex_);
  void Log(const std::vector<Diagnostic>& diagnostics) const;

  const Parts parts_;
  std::unique_ptr<WatchlistTopicReader> topic_;  // Null without a topic.

  // Reading and publishing, one at a time.
  Mutex work_mutex_;
  ById from_files_ ABSL_GUARDED_BY(work_mutex_);
  ById from_topic_ ABSL_GUARDED_BY(work_mutex_);
  std::set<std::string> topic_rejected_ ABSL_GUARDED_BY(work_mutex_);
  std::vector<std::string> files_rejected_ ABSL_GUARDED_BY(work_mutex_);
  // Those of from_files_ that are in no file any more: since when.
  std::map<std::string, absl::Time> vanished_ ABSL_GUARDED_BY(work_mutex_);
  std::vector<SilenceRecord> silences_ ABSL_GUARDED_BY(work_mutex_);

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const SubscriptionSet> current_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::string problem_ ABSL_GUARDED_BY(mutex_);
  bool topic_changed_ ABSL_GUARDED_BY(mutex_) = false;
  bool topic_complete_ ABSL_GUARDED_BY(mutex_) = true;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace presshawk
