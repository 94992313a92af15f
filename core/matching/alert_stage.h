// SPDX-License-Identifier: Apache-2.0
// The last stage of the hot path: it builds the alerts of matched articles and
// hands them to the sinks.
//
//   stage.Begin(batch, &generation, &report);
//   while (const ProcessedArticle* one = processor.Next()) stage.Add(*one);
//   const bool delivered = stage.HandOver();
//   stage.End();
//
// Anything that decides whether an article's alerts are worth sending belongs
// at the start of Add(), before the first alert is announced.
//
// LIFE. Each worker has one, and reuses its memory.
// THREAD SAFETY. None.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/alerts/alert_builder.h"
#include "core/alerts/retraction.h"
#include "core/base/buffer_trimmer.h"
#include "core/matching/article_batch.h"
#include "core/matching/article_processor.h"
#include "core/matching/batch_report.h"
#include "core/matching/sinks.h"
#include "core/stories/signature.h"

namespace presshawk {

class AlertStage {
 public:
  // The sinks must outlive the stage. Each alert needs the acknowledgement of
  // all of them. `may_wait` is the WhileBlocked of the sinks; it is also called
  // about once a second while a batch takes long.
  AlertStage(std::vector<AlertSink*> sinks, AlertLimits limits,
             std::function<bool()> may_wait);

  // Starts on `batch`. `generation` and `report` must live until End().
  void Begin(std::shared_ptr<ArticleBatch> batch, const Generation* generation,
             BatchReport* report);
  // Builds the alerts of an article, whose `message` is the index in the batch.
  // Hands over what there is when it becomes large. REQUIRES: not a reject.
  void Add(const ProcessedArticle& article);
  // Hands over the alerts that are left. False when a sink gave up in this
  // batch: what was not handed over stays unresolved.
  bool HandOver();
  // Lets go of the batch, which lives as long as its acknowledgements need it.
  void End() { batch_.reset(); }

 private:
  static constexpr size_t kIdDigits = 32;
  struct Alert {
    size_t json_begin, json_end;
    size_t signature_begin, signature_end;  // In signature_bytes_.
    std::string_view watchlist_id;          // Of the generation.
    std::array<char, kIdDigits> id = {};
    uint32_t message;
  };
  struct Retracted {
    std::string article_id, version;
    size_t json_begin, json_end;  // In retraction_json_.
    uint32_t message;
  };

  // Announces the retraction of an article that was taken back.
  void Retract(const ProcessedArticle& article);
  absl::Span<const OutboundRetraction> OutboundRetractions();
  void NoteAbandoned(const ProcessedArticle& article);
  // Fills kept_ with the lists of the article whose alerts are relevant enough.
  void HoldBack(const ProcessedArticle& article);
  void Announce(const ProcessedArticle& article);
  // Appends to signature_bytes_. The alerts that follow are the article's.
  void BuildSignature(const ProcessedArticle& article);
  void BuildAlert(const ProcessedArticle& article, ListSlot slot);
  // Views of alerts_, json_ and signature_bytes_, valid while those stay as
  // they are.
  absl::Span<const OutboundAlert> Outbound();

  const std::vector<AlertSink*> sinks_;
  const bool makes_signatures_;      // A sink carries them.
  const uint32_t retraction_sinks_;  // How many carry retractions.
  const std::function<bool()> may_wait_;
  AlertBuilder builder_;
  std::shared_ptr<ArticleBatch> batch_;
  const Generation* generation_ = nullptr;
  BatchReport* report_ = nullptr;
  absl::Time detected_at_;
  absl::Time kept_alive_;
  bool delivered_ = true;  // No sink has given up in this batch.
  std::vector<Alert> alerts_;
  std::vector<OutboundAlert> outbound_;
  std::vector<Retracted> retracted_;
  std::vector<OutboundRetraction> outbound_retractions_;
  std::string retraction_json_;
  std::string json_;
  BufferTrimmer json_trimmer_;
  SignatureBuilder signature_builder_;
  Signature signature_;
  std::string encoded_;  // signature_.
  // Of the batch's articles that alert, one after the other: an article whose
  // alerts are handed over in parts has one.
  std::string signature_bytes_;
  size_t signature_begin_ = 0;  // Of the last one.
  std::vector<Hit> hits_;
  std::vector<ListSlot> kept_;
};

}  // namespace presshawk
