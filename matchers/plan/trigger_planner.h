// SPDX-License-Identifier: Apache-2.0
// Plans triggers again once it is known what occurs in the stream. At first,
// the length of a word decides how rare it is taken to be. Only the stream can
// tell which names are in the news.
//
//   TriggerSample, one per matcher ──counts──► TriggerPlanner, one per set
//                                                └─► triggers for all matchers
//
// Triggers never change an answer. They only change how many lists are
// evaluated in vain.
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

// THREAD SAFETY. Any thread may call any function.
class TriggerPlanner {
 public:
  // Both must outlive the planner.
  TriggerPlanner(const Program& program, const Triggers& first)
      : program_(program), current_(&first) {}
  // Waits for a plan in progress.
  ~TriggerPlanner();
  TriggerPlanner(const TriggerPlanner&) = delete;
  TriggerPlanner& operator=(const TriggerPlanner&) = delete;

  // Valid as long as the planner lives.
  const Triggers& current() const {
    return *current_.load(std::memory_order_acquire);
  }
  // Plans in a thread of its own, once; later calls do nothing. `articles_with`
  // has, for each pattern, the number of sampled articles in which it occurred.
  void Plan(std::vector<uint16_t> articles_with);
  bool has_planned() const { return begun_.load(std::memory_order_relaxed); }

 private:
  const Program& program_;
  std::atomic<const Triggers*> current_;
  std::atomic<bool> begun_ = false;
  std::unique_ptr<const Triggers> planned_;
  std::thread thread_;
};

// Collects what one matcher sees. It costs a few additions per article. It
// counts patterns only while many lists are evaluated in vain, and stops once
// there is a plan.
//
// THREAD SAFETY. None: each worker has one.
class TriggerSample {
 public:
  // Each sample has this many articles: the first is judged, the second
  // counted. It is large enough for words of one article in a hundred, and
  // takes seconds.
  static constexpr uint32_t kArticles = 1000;
  // Patterns are counted if at least this many lists per article were evaluated
  // in vain. Fewer cost less than the scan of one sentence.
  static constexpr uint32_t kVainListsMin = 8;

  // The planner must outlive the sample.
  TriggerSample(size_t patterns, TriggerPlanner* planner)
      : patterns_(patterns), planner_(*planner) {}

  // Call it after each article; `vain_lists` is the number of evaluated lists
  // that did not hold.
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
  std::vector<uint16_t> articles_with_;  // Empty while it does not count.
};

}  // namespace presshawk
