// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/trigger_planner.h"

#include <limits>
#include <utility>

namespace presshawk {

TriggerPlanner::~TriggerPlanner() {
  if (thread_.joinable()) {
    thread_.join();
  }
}

void TriggerPlanner::Plan(std::vector<uint16_t> articles_with) {
  if (begun_.exchange(true)) {
    return;
  }
  thread_ = std::thread([this, counts = std::move(articles_with)] {
    // One more than was seen: what did not occur is not impossible.
    std::vector<double> frequencies(counts.begin(), counts.end());
    for (double& frequency : frequencies) {
      ++frequency;
    }
    planned_ =
        std::make_unique<const Triggers>(program_, std::move(frequencies));
    current_.store(planned_.get(), std::memory_order_release);
  });
}

void TriggerSample::Count(const HitStore& hits, size_t vain_lists) {
  vain_lists_ += vain_lists;
  ++articles_;
  if (!articles_with_.empty()) {
    static_assert(kArticles <= std::numeric_limits<uint16_t>::max());
    for (const HitStore::Occurring& one : hits.occurring()) {
      ++articles_with_[one.pattern];
    }
  }
  if (articles_ < kArticles) {
    return;
  }
  if (!articles_with_.empty()) {
    planner_.Plan(std::exchange(articles_with_, {}));
  } else if (vain_lists_ >= uint64_t{kVainListsMin} * kArticles) {
    articles_with_.assign(patterns_, 0);
  }
  articles_ = 0;
  vain_lists_ = 0;
}

}  // namespace presshawk
