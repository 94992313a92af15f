// SPDX-License-Identifier: Apache-2.0
#include "core/matching/worker.h"

#include "absl/time/clock.h"
#include "core/base/cycle_clock.h"
#include "core/base/str_cat.h"
#include "core/text/byte_order_mark.h"

namespace presshawk {
namespace {

// A worker waits this long for messages before it looks at what else there is.
constexpr absl::Duration kPollTimeout = absl::Milliseconds(100);
// This bounds how late it sees that there are lists again.
constexpr absl::Duration kRestTimeout = absl::Milliseconds(20);
constexpr absl::Duration kFailedSourceWait = absl::Seconds(5);
// Positions that may wait for one that is not acknowledged: some 32 MB.
constexpr size_t kTrackedMax = 1'000'000;

}  // namespace

Worker::Worker(std::unique_ptr<Decoder> decoder, const Parts& parts,
               const Options& options, const Control* control)
    : parts_(parts),
      control_(control),
      processor_(std::move(decoder), options.article_bytes_max),
      alerts_(parts.sinks, options.alert_limits, [this] { return MayWait(); }) {
}

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

void Worker::ProcessBatch(std::unique_ptr<MessageBatch> messages) {
  const auto batch = std::make_shared<ArticleBatch>(
      std::move(messages), parts_.tracker, parts_.dead_letters, parts_.listener,
      control_);
  // What was fetched while the last list went waits for the next one; at a
  // stop it is matched with what was in force when it was fetched.
  while (control_->hold && !control_->stop) {
    Rest();
  }
  // After the poll: what was fetched now meets the newest generation.
  TakeNewGeneration();
  report_.Clear();
  report_.bytes = batch->batch().bytes();
  TakePayloads(batch->batch());
  alerts_.Begin(batch, &processor_.generation(), &report_);
  processor_.Begin(payloads_, &report_.ticks);
  while (const ProcessedArticle* article = processor_.Next()) {
    if (article->reject != nullptr) {
      Reject(article->message, article->reject->reason,
             article->reject->detail);
    } else {
      alerts_.Add(*article);
    }
  }
  HandOver(batch);
  parts_.observer->OnBatch(batch->batch(), report_);
}

void Worker::TakePayloads(const MessageBatch& batch) {
  payloads_.clear();
  const absl::Span<const Message> messages = batch.messages();
  for (uint32_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.truncated) {
      Reject(i, RejectReason::kTooLarge,
             StrCat(message.size_bytes, " bytes are over the limit"));
    } else if (!message.tombstone) {
      // A file source takes the mark off the file's first line itself (A45).
      payloads_.push_back({.text = message.from_kafka
                                       ? WithoutByteOrderMark(message.payload)
                                       : message.payload,
                           .message = i});
    }
  }
}

void Worker::Reject(uint32_t message, RejectReason reason,
                    std::string_view detail) {
  report_.rejected.push_back({message, reason, std::string(detail)});
}

void Worker::HandOver(const std::shared_ptr<ArticleBatch>& batch) {
  const uint64_t begin = CycleClockNow();
  bool handed_over = alerts_.HandOver();
  alerts_.End();
  const size_t count = batch->batch().messages().size();
  std::vector<bool> is_rejected(report_.rejected.empty() ? 0 : count);
  for (const BatchReport::Rejected& reject : report_.rejected) {
    is_rejected[reject.message] = true;
    batch->MarkRejected(reject.message, reject.reason);
    // The acknowledgement of the dead letter takes the place of our own.
    handed_over = handed_over &&
                  parts_.dead_letters->Deliver(batch, reject.message,
                                               reject.reason, reject.detail,
                                               [this] { return MayWait(); });
  }
  settled_.clear();
  for (uint32_t i = 0; i < count; ++i) {
    if (is_rejected.empty() || !is_rejected[i]) {
      settled_.push_back(i);
    }
  }
  batch->ResolveAll(settled_);
  report_.ticks[Stage::kEmit] += CycleClockNow() - begin;
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
  return control_->MayWait();
}

}  // namespace presshawk
