// Keeps the running generation up with files and topic.
//
//   SIGHUP, POST /-/reload ─┐
//   files (FileWatch) ──────┤                ┌─► GenerationSlot ─► workers
//   topic (reader) ─────────┼─► LiveLists ───┼─► ListBoard ─► API, status topic
//   merges (their thread) ──┘   Apply()      └─► metrics, log, on_generation()
//
// START. Files at once: an error there is an error of Start(). A topic is read
// to its end first; until then there is no generation, and state() says why. No
// article is fetched before.
// LATER. What comes within a few tens of milliseconds is compiled together. A
// compile that fails keeps what runs, is logged, counted and tried again.
// NO LIST. While none is active, and allow_empty does not allow that,
// on_generation(false) stops the fetching and the slot keeps what was in it: no
// article is ever matched against nothing.
// THREAD SAFETY. Reload(), state(): any thread, also before Start(); all else
// the owner's. The work is done by a thread of its own from Start() to Stop().
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/service/list_board.h"
#include "core/base/mutex.h"
#include "core/matching/generation_slot.h"
#include "core/metrics/metrics.h"
#include "ingest/file/file_watch.h"
#include "ingest/kafka/kafka_events.h"
#include "ingest/kafka/watchlist_topic_reader.h"
#include "matchers/live/live_lists.h"

namespace presshawk {

class ListKeeper {
 public:
  struct Options {
    std::vector<std::string> files = {};  // As in the configuration.
    std::optional<WatchlistTopicReader::Options> topic = {};
    LiveLists::Options lists = {};
    bool allow_empty = false;
  };
  // All must outlive the keeper. The functions are called by whoever calls
  // Start(), then by the keeper's thread.
  struct Parts {
    GenerationSlot* generations = nullptr;
    Metrics* metrics = nullptr;
    KafkaEvents* events = nullptr;
    ListBoard* board = nullptr;
    // A generation is in the slot (true), or there is no list to work with.
    std::function<absl::Status(bool can_work)> on_generation = {};
    // Ids whose status changed, and ids that are no longer defined.
    std::function<void(const std::vector<std::string>& changed,
                       const std::vector<std::string>& removed)>
        on_lists = {};
    // on_generation() failed on the keeper's thread.
    std::function<void(const absl::Status&)> on_failure = {};
  };

  ListKeeper(Options options, Parts parts);
  ~ListKeeper();  // Stop()s.
  ListKeeper(const ListKeeper&) = delete;
  ListKeeper& operator=(const ListKeeper&) = delete;

  // An error where files cannot be read, or on_generation() fails.
  absl::Status Start();
  // Takes nothing any more: when it returns, none of the functions of Parts is
  // called or ever will be. What compiles at the moment goes on, for nobody.
  void RequestStop() ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // The same, and waits for what compiles.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // Its threads have not come to their end.
  bool working() const { return working_ > 0; }
  // Reads the files again; returns when the result runs.
  absl::Status Reload() ABSL_LOCKS_EXCLUDED(mutex_);
  // The same without the wait; the log tells the result.
  void RequestReload() ABSL_LOCKS_EXCLUDED(mutex_);

  struct State {
    // Why no article may be fetched at the moment; empty when it may.
    std::string waiting_for;
    // Why the last change of the lists is not in force; empty when it is.
    std::string problem;
    absl::Time last_change;  // Of the running generation; past: none yet.
    absl::Duration last_took;
    bool merging = false;
    std::optional<WatchlistTopicReader::Status> topic;
  };
  State state() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What is to be done, and since when.
  struct Due {
    absl::Time files = absl::InfiniteFuture();
    absl::Time topic = absl::InfiniteFuture();
    absl::Time rescan = absl::InfiniteFuture();
    absl::Time retry = absl::InfiniteFuture();
    absl::Time merge = absl::InfiniteFuture();
    absl::Time First() const;
  };

  void Run();
  // Sleeps until something happened or is due.
  void WaitForWork();
  void LookAtFiles(absl::Time now);
  void TakeTopic(absl::Time now);
  void FinishMerge();
  // At once where the delta is large, else when nothing changed for a while.
  void ScheduleMerge(const LiveLists::Update& update);
  void StartMerge();
  // Reads the files where asked to, makes a generation and publishes it.
  absl::Status Update(bool read_files);
  absl::Status Publish(const LiveLists::Update& update, absl::Time begin)
      ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // Gives the generation of so many lists in force to the workers.
  absl::Status Swap(const std::shared_ptr<const QuerySet>& generation,
                    size_t lists);
  void Answer(uint64_t up_to, const absl::Status& status)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void SetWaitingFor(std::string reason) ABSL_LOCKS_EXCLUDED(mutex_);
  void Wake() const;

  const Options options_;
  const Parts parts_;
  const int wake_fd_;
  std::unique_ptr<LiveLists> lists_;
  std::unique_ptr<FileWatch> watch_;  // Null without files.
  Due due_;
  bool on_thread_ = false;  // Run() has begun.
  bool files_changing_ = false;
  bool topic_complete_ = false;
  bool topic_changed_ = false;
  std::string generation_id_;  // Of the last generation made; empty: none yet.
  std::unique_ptr<LiveLists::MergeJob> merge_;
  std::thread merge_thread_;
  std::atomic<bool> merge_ended_ = false;
  std::atomic<int> working_ = 0;  // Threads.

  // While the functions of Parts are called.
  Mutex publish_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  bool publishes_ ABSL_GUARDED_BY(publish_mutex_) = true;

  mutable Mutex mutex_;
  std::condition_variable answered_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;  // Reloads, by number.
  uint64_t answered_up_to_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status answer_ ABSL_GUARDED_BY(mutex_);
  State state_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<WatchlistTopicReader> reader_;
  std::thread thread_;
};

}  // namespace presshawk
