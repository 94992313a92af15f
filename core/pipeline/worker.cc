#include "core/pipeline/worker.h"

#include <functional>

#include "absl/time/clock.h"
#include "core/base/buffer_trimmer.h"
#include "core/base/cycle_clock.h"
#include "core/base/str_cat.h"
#include "core/model/published_time.h"

namespace presshawk {
namespace {

// How long a worker waits for messages before it looks at what else there is.
constexpr absl::Duration kPollTimeout = absl::Milliseconds(100);
// How soon it sees that there are lists again.
constexpr absl::Duration kRestTimeout = absl::Milliseconds(20);
constexpr absl::Duration kFailedSourceWait = absl::Seconds(5);
// Alerts of a batch beyond this are handed over before the rest of it is
// matched: one article may match every list, and have a title of megabytes.
constexpr size_t kHandOverBytes = 16UL << 20;
// How long a batch may take before the group hears of this worker meanwhile.
constexpr absl::Duration kKeepAliveInterval = absl::Seconds(1);
// Positions that may wait for one that is not acknowledged: some 24 MB.
constexpr size_t kTrackedMax = 1'000'000;

AlertOrigin OriginOf(const Message& message) {
  return {.source = message.source,
          .from_kafka = message.from_kafka,
          .partition = message.partition,
          .offset = message.offset,
          .line = message.line};
}

}  // namespace

// Gathers what a batch becomes. Reused: keeps its memory.
class Worker::BatchHandler : public ArticleHandler {
 public:
  // `may_wait` as WhileBlocked.
  BatchHandler(std::vector<AlertSink*> sinks, AlertLimits limits,
               std::function<bool()> may_wait)
      : sinks_(std::move(sinks)),
        may_wait_(std::move(may_wait)),
        builder_(limits) {}

  void Begin(const std::shared_ptr<InFlightBatch>& in_flight,
             const Generation* generation) {
    in_flight_ = in_flight;
    generation_ = generation;
    detected_at_ = absl::Now();
    builder_.BeginBatch(generation->id(), detected_at_);
    payload_messages_.clear();
    alerts_.clear();
    json_.clear();
    delivered_ = true;
    kept_alive_ = detected_at_;
    report_ = BatchReport();
    report_.bytes = in_flight->batch().bytes();
  }
  // The next payload is that of `message`.
  void AddPayload(uint32_t message) { payload_messages_.push_back(message); }

  void OnReject(uint32_t payload, RejectReason reason,
                std::string_view detail) override {
    Reject(payload_messages_[payload], reason, detail);
  }
  void Reject(uint32_t message, RejectReason reason, std::string_view detail) {
    report_.rejected.push_back({message, reason, std::string(detail)});
  }

  void OnArticle(const MatchedArticle& matched) override {
    for (const AbandonedEvaluation& abandoned : matched.matcher.abandoned()) {
      report_.abandoned.push_back(
          {std::string(generation_->list(abandoned.slot).id),
           std::string(matched.article.id), abandoned.reason});
    }
    if (matched.slots.empty()) {
      return;
    }
    const uint32_t index = payload_messages_[matched.message];
    const auto count = static_cast<uint32_t>(matched.slots.size());
    in_flight_->AddPending(index, count * static_cast<uint32_t>(sinks_.size()));
    in_flight_->SetAlerts(
        index, count,
        ParsePublishedTime(matched.article.published_at, detected_at_));
    builder_.BeginArticle(matched.article, matched.text,
                          OriginOf(in_flight_->batch().messages()[index]));
    for (const ListSlot slot : matched.slots) {
      const uint64_t begin = CycleClockNow();
      matched.matcher.CollectHits(slot, matched.text, &hits_);
      const WatchListInfo list = generation_->list(slot);
      const AlertBuilder::Appended appended =
          builder_.Append(list, &hits_, &json_);
      report_.hits += appended.hit_count;
      alerts_.push_back({.json_begin = appended.json_begin,
                         .json_end = appended.json_end,
                         .watchlist_id = list.id,
                         .message = index});
      builder_.last_id().copy(alerts_.back().id.data(), kIdDigits);
      report_.list_costs.push_back({.watchlist_id = list.id,
                                    .alerts = 1,
                                    .hits = appended.hit_count,
                                    .ticks = CycleClockNow() - begin});
      if (json_.size() >= kHandOverBytes) {
        DeliverAlerts();
      } else if (absl::Now() - kept_alive_ > kKeepAliveInterval) {
        may_wait_();
        kept_alive_ = absl::Now();
      }
    }
    report_.alerts += count;
  }

  // Hands over what alerts there are. False when a sink has given up, in this
  // batch: what was not handed over stays unresolved.
  bool DeliverAlerts() {
    if (!alerts_.empty()) {
      const AlertBatch batch = {.origin = in_flight_,
                                .detected_at = detected_at_,
                                .alerts = Alerts()};
      for (AlertSink* sink : sinks_) {
        delivered_ = delivered_ && sink->Deliver(batch, may_wait_);
      }
      json_trimmer_.AfterUse(&json_);
      alerts_.clear();
      json_.clear();
    }
    return delivered_;
  }

  BatchReport& report() { return report_; }
  // The batch lives as long as its acknowledgements need it, no longer.
  void End() { in_flight_.reset(); }

 private:
  static constexpr size_t kIdDigits = 32;
  struct Alert {
    size_t json_begin, json_end;
    std::string_view watchlist_id;  // Of the generation.
    std::array<char, kIdDigits> id = {};
    uint32_t message;
  };

  // Views into this handler, while alerts_ and json_ stay as they are.
  absl::Span<const OutboundAlert> Alerts() {
    outbound_.clear();
    const std::string_view json = json_;
    for (const Alert& alert : alerts_) {
      const Message& message = in_flight_->batch().messages()[alert.message];
      outbound_.push_back(
          {.id = {alert.id.data(), kIdDigits},
           .watchlist_id = alert.watchlist_id,
           .json =
               json.substr(alert.json_begin, alert.json_end - alert.json_begin),
           .traceparent = message.traceparent,
           .tracestate = message.tracestate,
           .message = alert.message});
    }
    return outbound_;
  }

  const std::vector<AlertSink*> sinks_;
  const std::function<bool()> may_wait_;
  AlertBuilder builder_;
  std::shared_ptr<InFlightBatch> in_flight_;
  const Generation* generation_ = nullptr;
  absl::Time detected_at_;
  absl::Time kept_alive_;
  bool delivered_ = true;  // No sink has given up in this batch.
  std::vector<uint32_t> payload_messages_;  // Index in the batch, by payload.
  std::vector<Alert> alerts_;
  std::vector<OutboundAlert> outbound_;
  std::string json_;
  BufferTrimmer json_trimmer_;
  std::vector<Hit> hits_;
  BatchReport report_;
};

Worker::Worker(std::unique_ptr<Decoder> decoder, const Parts& parts,
               const Options& options, const Control* control)
    : parts_(parts),
      control_(control),
      processor_(std::move(decoder), options.article_bytes_max),
      handler_(std::make_unique<BatchHandler>(parts.sinks, options.alert_limits,
                                              [this] { return MayWait(); })) {}

Worker::~Worker() = default;

absl::Status Worker::Run() {
  while (!control_->stop && !parts_.source->exhausted()) {
    if (control_->hold) {
      Rest();
      continue;
    }
    if (parts_.tracker->tracked() >= kTrackedMax) {
      MayWait();
      parts_.tracker->WaitAllResolved(absl::Now() + kPollTimeout);
      continue;
    }
    absl::StatusOr<std::unique_ptr<MessageBatch>> batch =
        parts_.source->Poll(kPollTimeout);
    if (!batch.ok()) {
      // What is in flight may still be acknowledged; the rest is read again.
      parts_.tracker->WaitAllResolved(absl::Now() + kFailedSourceWait);
      parts_.source->Close().IgnoreError();
      return batch.status();
    }
    if (*batch != nullptr) {
      parts_.observer->OnBusy(true);
      ProcessBatch(*std::move(batch));
      parts_.observer->OnBusy(false);
    } else {
      TakeNewGeneration();  // Idle workers let go of the old one.
    }
  }
  return DrainAndClose();
}

void Worker::TakeNewGeneration() {
  const uint64_t swaps = parts_.generations->swaps();
  if (swaps != generation_swaps_) {
    generation_swaps_ = swaps;
    processor_.UseGeneration(parts_.generations->Get());
  }
}

void Worker::ProcessBatch(std::unique_ptr<MessageBatch> batch) {
  const auto in_flight = std::make_shared<InFlightBatch>(
      std::move(batch), parts_.tracker, parts_.dead_letters, parts_.listener);
  // What was fetched while the last list went waits for the next one; at a
  // stop it is matched with what was in force when it was fetched.
  while (control_->hold && !control_->stop) {
    Rest();
  }
  // After the poll: what was fetched now meets the newest generation.
  TakeNewGeneration();
  handler_->Begin(in_flight, &processor_.generation());
  const absl::Span<const Message> messages = in_flight->batch().messages();
  payloads_.clear();
  for (uint32_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.truncated) {
      handler_->Reject(i, RejectReason::kTooLarge,
                       StrCat(message.size_bytes, " bytes are over the limit"));
    } else if (!message.tombstone) {
      // Of a file, the source takes the mark off the first line only (A45).
      payloads_.push_back(message.from_kafka
                              ? WithoutByteOrderMark(message.payload)
                              : message.payload);
      handler_->AddPayload(i);
    }
  }
  processor_.Process(payloads_, handler_.get(), &handler_->report().ticks);
  HandOver(in_flight);
  parts_.observer->OnBatch(in_flight->batch(), handler_->report());
  handler_->End();
}

void Worker::HandOver(const std::shared_ptr<InFlightBatch>& in_flight) {
  const uint64_t begin = CycleClockNow();
  const auto may_wait = [this] { return MayWait(); };
  bool handed_over = handler_->DeliverAlerts();
  std::vector<bool> is_rejected;
  for (const BatchReport::Rejected& reject : handler_->report().rejected) {
    is_rejected.resize(in_flight->batch().messages().size());
    is_rejected[reject.message] = true;
    in_flight->MarkRejected(reject.message, reject.reason);
    // Its acknowledgement takes the place of the worker's own.
    handed_over = handed_over && parts_.dead_letters->Deliver(
                                     in_flight, reject.message, reject.reason,
                                     reject.detail, may_wait);
  }
  for (uint32_t i = 0; i < in_flight->batch().messages().size(); ++i) {
    if (is_rejected.empty() || !is_rejected[i]) {
      in_flight->Resolve(i);
    }
  }
  handler_->report().ticks[Stage::kEmit] += CycleClockNow() - begin;
}

absl::Status Worker::DrainAndClose() {
  // Until all is acknowledged, or until the end of a stop's patience.
  while (!parts_.tracker->WaitAllResolved(absl::Now() + kPollTimeout) &&
         MayWait()) {
  }
  return parts_.source->Close();
}

void Worker::Rest() {
  parts_.source->KeepAlive();
  absl::SleepFor(kRestTimeout);
}

bool Worker::MayWait() {
  parts_.source->KeepAlive();
  return !control_->stop ||
         absl::ToUnixMillis(absl::Now()) < control_->deadline_unix_millis;
}

}  // namespace presshawk
