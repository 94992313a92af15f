// SPDX-License-Identifier: Apache-2.0
// Keeps the running generation up with its feeds.
//
//   SIGHUP, POST /-/reload ─┐                ┌─► GenerationSlot ─► workers
//   feeds (files, topic) ───┼─► LiveLists ───┼─► on_update(), on_published()
//   merges (their thread) ──┘   Apply()      └─► on_generation(), log
//
// START. Every feed starts. While one of them waits for its end (a topic), there
// is no generation, and state() says why: no article is fetched before.
// LATER. What a feed gathers within a few tens of milliseconds is compiled
// together. A compile that fails keeps what runs, is logged, and tried again.
// NO LIST. While none is active, and allow_empty does not allow that,
// on_generation(false) stops the fetching and the slot keeps what was in it: no
// article is ever matched against nothing.
// THREAD SAFETY. Reload(), RequestReload(), state() and working() may be called
// by any thread, also before Start(); all else is the owner's. A thread of the
// keeper does the work from Start() to Stop().
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/matching/lists/list_feed.h"
#include "core/base/mutex.h"
#include "core/base/wake_event.h"
#include "core/matching/generation_slot.h"
#include "matchers/live/live_lists.h"

namespace presshawk {

class ListKeeper {
 public:
  struct Options {
    LiveLists::Options lists = {};
    bool allow_empty = false;
  };
  // All must outlive the keeper. The functions are called by whoever calls
  // Start(), then by the keeper's thread; never after RequestStop(), but for
  // on_reload(), which a compile that was running may still call until Stop().
  struct Parts {
    GenerationSlot* generations = nullptr;
    // One for each source of lists. The order does not matter.
    std::vector<std::unique_ptr<ListFeed>> feeds = {};
    // The lists were read and compiled, or could not be; how long it took.
    std::function<void(bool success, absl::Duration took)> on_reload = {};
    // What became of the lists, just before the generation `id` of them goes to
    // the workers; where update.generation is null, `id` keeps running.
    std::function<void(const LiveLists::Update& update, std::string_view id)>
        on_update = {};
    // The same, once the workers have it.
    std::function<void(const LiveLists::Update& update)> on_published = {};
    // A generation is in the slot (true), or there is no list to work with.
    std::function<absl::Status(bool can_work)> on_generation = {};
    // on_generation() failed on the keeper's thread.
    std::function<void(const absl::Status&)> on_failure = {};
  };

  ListKeeper(Options options, Parts parts);
  ~ListKeeper();  // Stop()s.
  ListKeeper(const ListKeeper&) = delete;
  ListKeeper& operator=(const ListKeeper&) = delete;

  // An error where the lists cannot be compiled, or on_generation() fails.
  absl::Status Start();
  // Ends the work. When it returns, none of the functions of Parts is being
  // called or ever will be. A compile that is running goes on, for nobody.
  void RequestStop() ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // The same, and waits for the compile.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // True until its threads have come to their end.
  bool working() const { return working_ > 0; }
  // Reads every feed again; returns when the result runs. Cancelled where a stop
  // comes first.
  absl::Status Reload() ABSL_LOCKS_EXCLUDED(mutex_);
  // The same without the wait; the log tells the result.
  void RequestReload() ABSL_LOCKS_EXCLUDED(mutex_);

  struct State {
    // Why no article may be fetched at the moment; empty when it may.
    std::string waiting_for;
    // Why the last change of the lists is not in force; empty when it is.
    std::string problem;
    // When the running generation became so; the infinite past before that.
    absl::Time last_change = absl::InfinitePast();
    absl::Duration last_took;
    bool merging = false;
  };
  State state() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  // Sleeps until something happened or is due.
  void WaitForWork();
  // The first of the feeds' times, retries and merges. While a feed waits for
  // its end, nothing but a look is due.
  absl::Time FirstDue() const;
  // Why no generation can be made yet; empty when one can.
  std::string FeedsWaitFor() const;
  bool FeedsAreDue(absl::Time now) const;
  void FinishMerge();
  // Merges at once where the delta is large, else when nothing changed for a
  // while.
  void ScheduleMerge(const LiveLists::Update& update);
  void StartMerge();
  // Loads the feeds, makes a generation and publishes it.
  absl::Status Update(bool reload);
  // The second half of it. `loaded` is what the feeds answered, and `begin` the
  // time when loading began.
  absl::Status Apply(absl::Status loaded, absl::Time begin)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Publish(const LiveLists::Update& update, absl::Time begin)
      ABSL_LOCKS_EXCLUDED(mutex_, publish_mutex_);
  // Gives the workers a generation with `lists` lists in force.
  absl::Status Swap(const std::shared_ptr<const Generation>& generation,
                    size_t lists);
  void Answer(uint64_t up_to, const absl::Status& status)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void SetWaitingFor(std::string reason) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  Parts parts_;
  const WakeEvent wake_;
  std::unique_ptr<LiveLists> lists_;
  absl::Time apply_due_ = absl::InfiniteFuture();  // Again, or a retry.
  absl::Time merge_due_ = absl::InfiniteFuture();
  bool on_thread_ = false;     // Run() has begun.
  std::string load_problem_;   // Of the feeds, as logged last; empty: none.
  std::string generation_id_;  // Of the last generation made; empty: none yet.
  std::unique_ptr<MergeJob> merge_;
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

  std::thread thread_;
};

}  // namespace presshawk
