// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/metrics_bridge.h"

#include <array>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/matching/metrics/worker_metrics.h"
#include "core/base/log_limiter.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// One line every ten seconds.
class TenSecondLimiter : public LogLimiter {
 public:
  TenSecondLimiter() : LogLimiter(1, absl::Seconds(10)) {}
  // " (and 12 more like it)" of those held back, which are then told of.
  std::string MoreLikeIt() {
    const uint64_t held_back = TakeHeldBack();
    return held_back == 0 ? "" : StrCat(" (and ", held_back, " more like it)");
  }
};

std::string PlaceOf(const Message& message) {
  return message.from_kafka ? StrCat(message.source, "[", message.partition,
                                     "]@", message.offset)
                            : StrCat(message.source, ":", message.line);
}

class ProbeObserver : public WorkerObserver {
 public:
  ProbeObserver(MetricsRegistry* metrics, ListCounters* counters)
      : metrics_(metrics), counters_(counters) {}

  void OnBatch(const MessageBatch& batch, const BatchReport& report) override {
    metrics_.AddBatch(report);
    counters_->Add(report);
    if (report.rejected.empty() && report.abandoned.empty() && !holds_back_) {
      return;
    }
    const absl::Time now = absl::Now();
    for (const BatchReport::Rejected& reject : report.rejected) {
      TenSecondLimiter& limiter = rejects_[static_cast<size_t>(reject.reason)];
      if (limiter.Take(now)) {
        spdlog::warn("rejected: {}: {}: {}: now a dead letter{}",
                     PlaceOf(batch.messages()[reject.message]),
                     std::string(RejectReasonName(reject.reason)),
                     reject.detail, limiter.MoreLikeIt());
      }
    }
    for (const BatchReport::Abandoned& abandoned : report.abandoned) {
      if (abandoned_.Take(now)) {
        spdlog::warn(
            "list {} was given up for article {}: {}: not alerted; make the "
            "query simpler{}",
            abandoned.watchlist_id, abandoned.article_id,
            std::string(abandoned.reason), abandoned_.MoreLikeIt());
      }
    }
    SayWhatWasHeldBack(now);
  }
  void OnBusy(bool busy) override { metrics_.SetBusy(busy); }

 private:
  // A burst that is over has no next line to be told with.
  void SayWhatWasHeldBack(absl::Time now) {
    holds_back_ = abandoned_.holds_back();
    for (size_t reason = 0; reason < rejects_.size(); ++reason) {
      if (const uint64_t more = rejects_[reason].TakeHeldBackIfOver(now);
          more > 0) {
        spdlog::warn(
            "rejected: {}: {} more, now dead letters: see `presshawk "
            "deadletter list`",
            std::string(RejectReasonName(static_cast<RejectReason>(reason))),
            more);
      }
      holds_back_ |= rejects_[reason].holds_back();
    }
    if (const uint64_t more = abandoned_.TakeHeldBackIfOver(now); more > 0) {
      spdlog::warn("{} more lists were given up for an article", more);
    }
  }

  WorkerMetrics metrics_;
  ListCounters* const counters_;
  std::array<TenSecondLimiter, kRejectReasonCount> rejects_;
  TenSecondLimiter abandoned_;
  bool holds_back_ = false;  // Some limiter does.
};

}  // namespace

std::unique_ptr<WorkerObserver> MakeWorkerObserver(MetricsRegistry* metrics,
                                                   ListCounters* counters) {
  return std::make_unique<ProbeObserver>(metrics, counters);
}

FileNewsHandler MakeFileNewsHandler(SourceFileMetrics* metrics) {
  return [metrics](const FileNews& news) {
    switch (news.kind) {
      case FileNews::Kind::kAwaited:
        return spdlog::warn("source: {}", news.text);
      case FileNews::Kind::kFound:
        return spdlog::info("source: {}", news.text);
      case FileNews::Kind::kCannotRead:
      case FileNews::Kind::kCannotStore:
        return spdlog::error("source: {}", news.text);
      case FileNews::Kind::kGap:
        metrics->CountGap(news.lost_bytes);
        return spdlog::error("source: {}", news.text);
    }
  };
}

}  // namespace presshawk
