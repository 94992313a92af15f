// SPDX-License-Identifier: Apache-2.0
// Decider::Digest: what waits is told as one part of a digest.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/str_cat.h"
#include "core/delivery/decider.h"

namespace presshawk {

void Decider::Digest(const DigestCut& cut,
                     absl::Span<const EntryRecord> entries,
                     const DigestPlan& plan,
                     absl::Span<const IncomingAlert> shown) {
  const Subscription& subscription = *cut.subscription;
  EventRecord event =
      NextEvent(subscription, kDigestType,
                StrCat(options_.epoch, '\0', cut.slot.name, '\0', cut.part));
  DigestFacts facts = {.slot = &cut.slot,
                       .part = cut.part,
                       .total = plan.rows.size(),
                       .alerts = entries.size(),
                       .more = StrCat("/api/v1/alerts?digest=", subscription.id,
                                      ":", event.sequence)};
  std::vector<DigestEntry> rows;
  for (size_t i = 0; i < std::min(shown.size(), plan.shown); ++i) {
    if (!shown[i].record.json.empty()) {
      rows.push_back({.row = &plan.rows[i],
                      .story = &shown[i].story,
                      .alert_json = shown[i].record.json});
    }
  }
  EnvelopeFacts envelope = FactsOf(subscription, kDigestType, event.sequence);
  const auto seal = [&](absl::Span<const DigestEntry> what) {
    const std::string members = DigestMembers(facts, what);
    envelope.extra = members;
    return SealOther(envelope);
  };
  event.body = seal(rows);
  const size_t bytes = ComposeBody(event.body, kNoDelivery, "").size();
  for (const EntryRecord& waiting : entries) {
    EntryRecord& entry = batch_.entries.emplace_back(waiting);
    entry.state = EntryState::kTold;
    entry.sequence = event.sequence;
    entry.why = kToldInDigest;
  }
  AddEvent(subscription, std::move(event), bytes,
           [&](std::string_view delivery, uint64_t max_body) {
             // Hits and snippets go first, and then whole rows from the end.
             facts.truncated = true;
             std::vector<std::string> shortened;
             std::vector<DigestEntry> fewer = rows;
             for (DigestEntry& row : fewer) {
               shortened.push_back(options_.shorten(row.alert_json));
             }
             for (size_t i = 0; i < fewer.size(); ++i) {
               if (!shortened[i].empty()) {
                 fewer[i].alert_json = shortened[i];
               }
             }
             std::string body = ComposeBody(seal(fewer), delivery, "");
             while (body.size() > max_body && !fewer.empty()) {
               fewer.resize(fewer.size() / 2);
               body = ComposeBody(seal(fewer), delivery, "");
             }
             return body;
           });
  if (!TellsOnce(subscription)) {
    return;
  }
  for (size_t i = 0; i < plan.rows.size(); ++i) {
    const DigestRow& row = plan.rows[i];
    // Without its alert it is not known on how many sites a story stands.
    const bool is_known = i < shown.size();
    NoteTold(subscription, row.watchlist, row.story,
             is_known ? shown[i].story.sites : 1,
             is_known ? shown[i].record.site : "");
  }
}

}  // namespace presshawk
