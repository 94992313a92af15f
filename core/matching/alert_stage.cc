// SPDX-License-Identifier: Apache-2.0
#include "core/matching/alert_stage.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/cycle_clock.h"
#include "core/model/published_time.h"

namespace presshawk {
namespace {

// Alerts of a batch beyond this are handed over before the rest of it is
// matched: one article may match every list, and have a title of megabytes.
constexpr size_t kHandOverBytes = 16UL << 20;
// A batch that takes longer lets the group hear of this worker meanwhile.
constexpr absl::Duration kKeepAliveInterval = absl::Seconds(1);

AlertOrigin OriginOf(const Message& message) {
  return {.source = message.source,
          .from_kafka = message.from_kafka,
          .partition = message.partition,
          .offset = message.offset,
          .line = message.line};
}

bool AnyCarriesSignatures(const std::vector<AlertSink*>& sinks) {
  return std::any_of(sinks.begin(), sinks.end(), [](const AlertSink* sink) {
    return sink->carries_signatures();
  });
}

uint32_t CountRetractionSinks(const std::vector<AlertSink*>& sinks) {
  return static_cast<uint32_t>(std::count_if(
      sinks.begin(), sinks.end(),
      [](const AlertSink* sink) { return sink->carries_retractions(); }));
}

}  // namespace

AlertStage::AlertStage(std::vector<AlertSink*> sinks, AlertLimits limits,
                       std::function<bool()> may_wait)
    : sinks_(std::move(sinks)),
      makes_signatures_(AnyCarriesSignatures(sinks_)),
      retraction_sinks_(CountRetractionSinks(sinks_)),
      may_wait_(std::move(may_wait)),
      builder_(limits) {}

void AlertStage::Begin(std::shared_ptr<ArticleBatch> batch,
                       const Generation* generation, BatchReport* report) {
  batch_ = std::move(batch);
  generation_ = generation;
  report_ = report;
  detected_at_ = kept_alive_ = absl::Now();
  builder_.BeginBatch(generation->id(), detected_at_);
  alerts_.clear();
  json_.clear();
  retracted_.clear();
  retraction_json_.clear();
  signature_bytes_.clear();
  signature_begin_ = 0;
  delivered_ = true;
}

void AlertStage::Add(const ProcessedArticle& article) {
  NoteAbandoned(article);
  if (IsCanceled(article.article->status)) {
    Retract(article);
  }
  if (article.slots.empty()) {
    return;
  }
  builder_.BeginArticle(*article.article, *article.text,
                        OriginOf(batch_->batch().messages()[article.message]),
                        article.locator);
  HoldBack(article);
  if (kept_.empty()) {
    return;
  }
  Announce(article);
  if (makes_signatures_) {
    BuildSignature(article);
  }
  for (const ListSlot slot : kept_) {
    BuildAlert(article, slot);
    if (json_.size() >= kHandOverBytes) {
      HandOver();
    } else if (absl::Now() - kept_alive_ > kKeepAliveInterval) {
      may_wait_();
      kept_alive_ = absl::Now();
    }
  }
}

void AlertStage::Retract(const ProcessedArticle& article) {
  if (retraction_sinks_ == 0) {
    return;
  }
  ++report_->retractions;
  batch_->AddPending(article.message, retraction_sinks_);
  const size_t begin = retraction_json_.size();
  AppendRetraction(*article.article, detected_at_, &retraction_json_);
  retracted_.push_back({.article_id = std::string(article.article->id),
                        .version = std::string(article.article->version),
                        .json_begin = begin,
                        .json_end = retraction_json_.size(),
                        .message = article.message});
}

absl::Span<const OutboundRetraction> AlertStage::OutboundRetractions() {
  outbound_retractions_.clear();
  const std::string_view json = retraction_json_;
  for (const Retracted& one : retracted_) {
    const Message& message = batch_->batch().messages()[one.message];
    outbound_retractions_.push_back(
        {.article_id = one.article_id,
         .version = one.version,
         .json = json.substr(one.json_begin, one.json_end - one.json_begin),
         .traceparent = message.traceparent,
         .tracestate = message.tracestate,
         .message = one.message});
  }
  return outbound_retractions_;
}

void AlertStage::NoteAbandoned(const ProcessedArticle& article) {
  for (const AbandonedEvaluation& abandoned : article.matcher->abandoned()) {
    report_->abandoned.push_back(
        {std::string(generation_->list(abandoned.slot).id),
         std::string(article.article->id), abandoned.reason});
  }
}

void AlertStage::HoldBack(const ProcessedArticle& article) {
  kept_.clear();
  for (const ListSlot slot : article.slots) {
    const int least = generation_->list(slot).min_relevance;
    if (least != kNoMinRelevance) {
      article.matcher->CollectHits(slot, *article.text, &hits_);
      if (builder_.RelevanceOf(&hits_).score < least) {
        ++report_->held_back;
        continue;
      }
    }
    kept_.push_back(slot);
  }
}

void AlertStage::Announce(const ProcessedArticle& article) {
  const auto count = static_cast<uint32_t>(kept_.size());
  batch_->AddPending(article.message,
                     count * static_cast<uint32_t>(sinks_.size()));
  batch_->SetAlerts(
      article.message, count,
      ParsePublishedTime(article.article->published_at, detected_at_));
  report_->alerts += count;
}

void AlertStage::BuildSignature(const ProcessedArticle& article) {
  signature_builder_.Build(*article.article, *article.text, &signature_);
  EncodeSignature(signature_, &encoded_);
  signature_begin_ = signature_bytes_.size();
  signature_bytes_ += encoded_;
}

void AlertStage::BuildAlert(const ProcessedArticle& article, ListSlot slot) {
  const uint64_t begin = CycleClockNow();
  article.matcher->CollectHits(slot, *article.text, &hits_);
  const WatchListInfo list = generation_->list(slot);
  const AlertBuilder::Appended appended = builder_.Append(list, &hits_, &json_);
  alerts_.push_back({.json_begin = appended.json_begin,
                     .json_end = appended.json_end,
                     .signature_begin = signature_begin_,
                     .signature_end = signature_bytes_.size(),
                     .watchlist_id = list.id,
                     .message = article.message});
  builder_.last_id().copy(alerts_.back().id.data(), kIdDigits);
  report_->hits += appended.hit_count;
  report_->list_costs.push_back({.watchlist_id = list.id,
                                 .alerts = 1,
                                 .hits = appended.hit_count,
                                 .ticks = CycleClockNow() - begin});
}

bool AlertStage::HandOver() {
  if (!alerts_.empty() || !retracted_.empty()) {
    AlertBatch batch = {
        .origin = batch_, .detected_at = detected_at_, .alerts = Outbound()};
    const absl::Span<const OutboundRetraction> retractions =
        OutboundRetractions();
    for (AlertSink* sink : sinks_) {
      batch.retractions = sink->carries_retractions()
                              ? retractions
                              : absl::Span<const OutboundRetraction>();
      delivered_ = delivered_ && sink->Deliver(batch, may_wait_);
    }
    json_trimmer_.AfterUse(&json_);
    alerts_.clear();
    json_.clear();
    retracted_.clear();
    retraction_json_.clear();
  }
  return delivered_;
}

absl::Span<const OutboundAlert> AlertStage::Outbound() {
  outbound_.clear();
  const std::string_view json = json_;
  const std::string_view signatures = signature_bytes_;
  for (const Alert& alert : alerts_) {
    const Message& message = batch_->batch().messages()[alert.message];
    outbound_.push_back({.id = {alert.id.data(), kIdDigits},
                         .watchlist_id = alert.watchlist_id,
                         .json = json.substr(alert.json_begin,
                                             alert.json_end - alert.json_begin),
                         .traceparent = message.traceparent,
                         .tracestate = message.tracestate,
                         .signature = signatures.substr(
                             alert.signature_begin,
                             alert.signature_end - alert.signature_begin),
                         .message = alert.message});
  }
  return outbound_;
}

}  // namespace presshawk
