// SPDX-License-Identifier: Apache-2.0
// Decider::Digest: what waits is told as one part of a digest.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/str_cat.h"
#include "core/delivery/decider.h"
#include "core/delivery/rows_body.h"

namespace presshawk {

void Decider::Digest(const DigestCut& cut,
                     absl::Span<const EntryRecord> entries,
                     const DigestPlan& plan,
                     absl::Span<const IncomingAlert> shown) {
  const Subscription& subscription = *cut.subscription;
  EventRecord event =
      NextEvent(subscription, kDigestType,
                StrCat(options_.epoch, '\0', cut.slot.name, '\0', cut.part));
  RowsBody body({.slot = &cut.slot,
                 .part = cut.part,
                 .total = plan.rows.size(),
                 .alerts = entries.size(),
                 .more = StrCat("/api/v1/alerts?digest=", subscription.id, ":",
                                event.sequence)},
                FactsOf(subscription, kDigestType, event.sequence), plan,
                shown);
  event.body = body.Seal();
  const size_t bytes = ComposeBody(event.body, kNoDelivery, "").size();
  for (const EntryRecord& waiting : entries) {
    EntryRecord& entry = batch_.entries.emplace_back(waiting);
    entry.state = EntryState::kTold;
    entry.sequence = event.sequence;
    entry.why = kToldInDigest;
  }
  AddEvent(subscription, std::move(event), bytes,
           /*timing=*/{}, [&](std::string_view delivery, uint64_t max_body) {
             return body.Shorter(options_.shorten, delivery, max_body);
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
