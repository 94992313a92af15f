// Triggers planned anew by what occurs in the stream: which of a list's words
// is the rarest is guessed from its length until some articles have been seen,
// and which names are in the news no table knows.
//
//   TriggerSample, one a matcher ──counts──► TriggerPlanner, one a generation
//                                              └─► triggers for all matchers
//
// Answers are the same with any triggers; only how many lists are looked at for
// nothing changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "matchers/plan/hit_store.h"
#include "matchers/plan/program.h"
#include "matchers/plan/triggers.h"

namespace presshawk {

// THREAD SAFETY. All may be called by any thread.
class TriggerPlanner {
 public:
  // Both must outlive the planner.
  TriggerPlanner(const Program& program, const Triggers& first)
      : program_(program), current_(&first) {}
  // Waits for a plan that is being made.
  ~TriggerPlanner();
  TriggerPlanner(const TriggerPlanner&) = delete;
  TriggerPlanner& operator=(const TriggerPlanner&) = delete;

  // Valid as long as the planner.
  const Triggers& current() const {
    return *current_.load(std::memory_order_acquire);
  }
  // Plans in a thread of its own, once: by pattern, in how many articles of a
  // sample it occurred. Later calls do nothing.
  void Plan(std::vector<uint16_t> articles_with);
  bool has_planned() const { return begun_.load(std::memory_order_relaxed); }

 private:
  const Program& program_;
  std::atomic<const Triggers*> current_;
  std::atomic<bool> begun_ = false;
  std::unique_ptr<const Triggers> planned_;
  std::thread thread_;
};

// What one matcher sees. Costs an article some additions; counts patterns only
// where many lists are looked at for nothing, and stops when a plan is made.
//
// THREAD SAFETY. None: one worker's.
class TriggerSample {
 public:
  // Articles are judged, and then counted, by so many. Large enough for words
  // of one article in a hundred, and over in seconds.
  static constexpr uint32_t kArticles = 1000;
  // Lists an article that were looked at and did not hold. Fewer cost less than
  // the scan of a sentence.
  static constexpr uint32_t kVainListsMin = 8;

  // The planner must outlive the sample.
  TriggerSample(size_t patterns, TriggerPlanner* planner)
      : patterns_(patterns), planner_(*planner) {}

  // After an article was evaluated: `vain_lists` did not hold.
  void Add(const HitStore& hits, size_t vain_lists) {
    if (!planner_.has_planned()) {
      Count(hits, vain_lists);
    }
  }

 private:
  void Count(const HitStore& hits, size_t vain_lists);

  const size_t patterns_;
  TriggerPlanner& planner_;
  uint32_t articles_ = 0;
  uint64_t vain_lists_ = 0;
  std::vector<uint16_t> articles_with_;  // Empty where it does not count.
};

}  // namespace presshawk
