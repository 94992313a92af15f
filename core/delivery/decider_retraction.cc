// SPDX-License-Identifier: Apache-2.0
// Decider::Retract: what waits of an article that was taken back is cancelled,
// and who was told of it is told so (SPEC RETRACT-2).
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/decider.h"
#include "core/delivery/retracted_alerts.h"

namespace presshawk {
namespace {

// What a subscription was told of the article last, and whether a correction
// with the key of this one may have been among it.
struct ToldOf {
  const EntryRecord* entry = nullptr;
  const IncomingAlert* alert = nullptr;
  bool was_corrected = false;
};

// Of an entry that was told or folded: whether a message has its alert alone as
// its body.
bool HasOwnEvent(const EntryRecord& entry) {
  return entry.sequence > 0 && entry.why != kToldInDigest;
}

constexpr std::string_view kBecause = "\"because\":{\"retracted\":true";

std::string BecauseRetracted(std::string_view version) {
  std::string because(kBecause);
  if (!version.empty()) {
    because += ",\"version\":";
    AppendJsonString(version, &because);
  }
  return because + "}";
}

// The note of a delivery that is not settled; its id follows.
constexpr std::string_view kDeliveryNote = "retracted/delivery/";

}  // namespace

bool TellsRetraction(const EventRecord& event) {
  return event.type == kCorrectionType &&
         event.body.middle.find(kBecause) != std::string::npos;
}

void Decider::LoadRetractions(const Retractions::Notes& notes) {
  retractions_.Load(notes);
  for (const auto& [name, value] : notes) {
    if (name.starts_with(kDeliveryNote)) {
      unsettled_.insert(name.substr(kDeliveryNote.size()));
    }
  }
}

std::vector<std::string> Decider::Unsettled() const {
  return {unsettled_.begin(), unsettled_.end()};
}

void Decider::Settle(const std::string& id, const DeliveryRecord* delivery) {
  if (delivery != nullptr && delivery->state == DeliveryState::kWaiting) {
    DeliveryRecord& cancelled = batch_.deliveries.emplace_back(*delivery);
    cancelled.state = DeliveryState::kCancelled;
    cancelled.reason = WaitReason::kDue;  // No catch-up has told it.
  } else if (delivery == nullptr ||
             delivery->state != DeliveryState::kSending) {
    unsettled_.erase(id);
    batch_.notes.emplace_back(StrCat(kDeliveryNote, id), "");
  }
}

bool Decider::IsRetracted(const IncomingAlert& alert) const {
  return retractions_.Covers(alert.record.article, alert.article_version,
                             alert.record.detected_at);
}

bool Decider::NoteRetraction(const RetractedArticle& article) {
  const Retractions::Extent* const extent = retractions_.Find(article.id);
  retracted_before_ = extent == nullptr ? Retractions::Extent() : *extent;
  const bool is_new = retractions_.Add(
      article.id, article.version, article.detected_at, now_, &batch_.notes);
  counts_.retractions += is_new ? 1 : 0;
  return is_new;
}

void Decider::Retract(const RetractedArticle& article,
                      absl::Span<const AcceptedAlert> alerts,
                      absl::Span<const DeliveryRecord> deliveries,
                      FindSubscription find) {
  const bool was_any = retracted_before_.last != absl::InfinitePast();
  std::map<std::string, ToldOf> told;  // By subscription.
  absl::flat_hash_set<std::pair<std::string, uint64_t>> events;
  for (const AcceptedAlert& one : alerts) {
    const IncomingAlert& alert = one.alert;
    if (!IsRetracted(alert) ||
        (was_any && retracted_before_.Covers(alert.article_version,
                                             alert.record.detected_at))) {
      continue;
    }
    for (const EntryRecord& entry : one.entries) {
      if (entry.state == EntryState::kWaiting) {
        Cancel(entry);
        continue;
      }
      if (entry.state != EntryState::kTold &&
          entry.state != EntryState::kFolded) {
        continue;
      }
      if (entry.why != kToldInDigest) {
        batch_.entries.emplace_back(entry).why = kRetracted;
      }
      if (HasOwnEvent(entry)) {
        events.emplace(entry.subscription, entry.sequence);
      }
      if (entry.sequence > 0) {
        ToldOf& of = told[entry.subscription];
        of.was_corrected |= entry.state == EntryState::kFolded &&
                            alert.article_version == article.version;
        if (of.entry == nullptr || entry.sequence > of.entry->sequence) {
          of.entry = &entry;
          of.alert = &alert;
        }
      }
    }
  }
  for (const DeliveryRecord& delivery : deliveries) {
    const bool is_open = delivery.state == DeliveryState::kWaiting ||
                         delivery.state == DeliveryState::kSending;
    // A catch-up has the sequence of the last message that it tells.
    if (is_open && delivery.type != kCatchupType &&
        events.contains({delivery.subscription, delivery.sequence})) {
      unsettled_.insert(delivery.id);
      batch_.notes.emplace_back(StrCat(kDeliveryNote, delivery.id), "1");
      Settle(delivery.id, &delivery);
    }
  }
  for (const auto& [id, of] : told) {
    const Subscription* const subscription = find(id);
    // An alert that was forgotten is not told again.
    if (subscription == nullptr || !subscription->stories.corrections ||
        of.alert->record.json.empty()) {
      continue;
    }
    std::string key = StrCat(options_.epoch, '\0', of.entry->story, '\0',
                             article.id, '\0', article.version);
    if (of.was_corrected) {
      key += std::string_view("\0retracted", 10);
    }
    Tell(*subscription, *of.alert, /*is_late=*/false, kCorrectionType, key,
         BecauseRetracted(article.version));
  }
}

void Decider::Cancel(EntryRecord entry) {
  ++counts_.retracted;
  entry.state = EntryState::kCancelled;
  entry.why = kRetracted;
  batch_.entries.push_back(std::move(entry));
}

}  // namespace presshawk
