// SPDX-License-Identifier: Apache-2.0
// What the workers of `presshawk match` write, in the order of the input.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "cmd/match/alert_stories.h"
#include "cmd/progress_bar.h"
#include "core/base/mutex.h"

namespace presshawk {

struct MatchTotals {
  uint64_t articles = 0;
  uint64_t rejected = 0;
  uint64_t evaluated = 0;  // Lists, over all articles.
  uint64_t alerts = 0;
  uint64_t held_back = 0;  // Alerts below the min_relevance of their lists.
  uint64_t bytes = 0;
  uint64_t abandoned = 0;

  void Add(const MatchTotals& other) {
    articles += other.articles;
    rejected += other.rejected;
    evaluated += other.evaluated;
    alerts += other.alerts;
    held_back += other.held_back;
    bytes += other.bytes;
    abandoned += other.abandoned;
  }
};

// What a batch becomes; written when its turn comes.
struct MatchOutput {
  std::string alerts;
  // For stories: whose alerts these are; empty where nobody asked.
  std::vector<AlertingArticle> articles;
  std::string reject_lines;  // For standard error.
  std::string rejects_json;  // For --rejects.
  MatchTotals totals;

  void ClearTexts() {
    alerts.clear();
    articles.clear();
    reject_lines.clear();
    rejects_json.clear();
  }
};

// Writes the batches in the order of their tickets. Thread-safe.
class OrderedOutput {
 public:
  // `rejects` and `stories` may be null; all must outlive this.
  OrderedOutput(std::FILE* rejects, AlertStories* stories,
                ProgressBar* progress)
      : rejects_(rejects), progress_(progress), stories_(stories) {}

  // Waits for the ticket's turn; writes; lets the next one have its turn.
  void Write(uint64_t ticket, MatchOutput* output) ABSL_LOCKS_EXCLUDED(mutex_);
  // As Write(), but more of this ticket comes: the turn stays with it. Clears
  // the texts.
  void WritePart(uint64_t ticket, MatchOutput* output)
      ABSL_LOCKS_EXCLUDED(mutex_);

  MatchTotals totals() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return totals_;
  }
  bool failed() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return failed_ || rejects_failed_;
  }
  bool rejects_failed() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return rejects_failed_;
  }

 private:
  void WriteTexts(MutexLock* lock, uint64_t ticket, MatchOutput* output)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::FILE* const rejects_;
  ProgressBar* const progress_;
  mutable Mutex mutex_;
  std::condition_variable turn_changed_;
  AlertStories* const stories_ ABSL_PT_GUARDED_BY(mutex_);
  uint64_t turn_ ABSL_GUARDED_BY(mutex_) = 0;
  MatchTotals totals_ ABSL_GUARDED_BY(mutex_);
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;  // Standard output.
  bool rejects_failed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace presshawk
