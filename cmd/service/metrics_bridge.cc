#include "cmd/service/metrics_bridge.h"

#include <array>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/service/worker_metrics.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Lets one line through every ten seconds, and tells how many it held back.
class LogLimiter {
 public:
  bool MayLog(absl::Time now) {
    if (now < next_) {
      ++held_back_;
      return false;
    }
    next_ = now + absl::Seconds(10);
    return true;
  }
  // ", and 12 more like it"; forgets them.
  std::string HeldBack() {
    const uint64_t held_back = std::exchange(held_back_, 0);
    return held_back == 0 ? "" : StrCat(" (and ", held_back, " more like it)");
  }
  bool holds_back() const { return held_back_ > 0; }
  // How many were held back, once their ten seconds are over; forgets them.
  uint64_t TakeHeldBack(absl::Time now) {
    return now < next_ ? 0 : std::exchange(held_back_, 0);
  }

 private:
  absl::Time next_ = absl::InfinitePast();
  uint64_t held_back_ = 0;
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
      LogLimiter& limiter = rejects_[static_cast<size_t>(reject.reason)];
      if (limiter.MayLog(now)) {
        spdlog::warn("rejected: {}: {}: {}: now a dead letter{}",
                     PlaceOf(batch.messages()[reject.message]),
                     std::string(RejectReasonName(reject.reason)),
                     reject.detail, limiter.HeldBack());
      }
    }
    for (const BatchReport::Abandoned& abandoned : report.abandoned) {
      if (abandoned_.MayLog(now)) {
        spdlog::warn(
            "list {} was given up for article {}: {}: not alerted; make the "
            "query simpler{}",
            abandoned.watchlist_id, abandoned.article_id,
            std::string(abandoned.reason), abandoned_.HeldBack());
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
      if (const uint64_t more = rejects_[reason].TakeHeldBack(now); more > 0) {
        spdlog::warn(
            "rejected: {}: {} more, now dead letters: see `presshawk "
            "deadletter list`",
            std::string(RejectReasonName(static_cast<RejectReason>(reason))),
            more);
      }
      holds_back_ |= rejects_[reason].holds_back();
    }
    if (const uint64_t more = abandoned_.TakeHeldBack(now); more > 0) {
      spdlog::warn("{} more lists were given up for an article", more);
    }
  }

  WorkerMetrics metrics_;
  ListCounters* const counters_;
  std::array<LogLimiter, kRejectReasonCount> rejects_;
  LogLimiter abandoned_;
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
        return spdlog::error("source: {}", news.text);
      case FileNews::Kind::kGap:
        metrics->CountGap(news.lost_bytes);
        return spdlog::error("source: {}", news.text);
    }
  };
}

}  // namespace presshawk
