// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retracted_alerts.h"

#include <string>
#include <utility>
#include <vector>

#include "core/ledger/ledger_reads.h"

namespace presshawk {

absl::Status RetractArticle(
    const RetractedArticle& article, LedgerStore* store,
    absl::FunctionRef<IncomingAlert(AlertRecord record)> recall,
    Decider::FindSubscription find, Decider* decider) {
  if (!decider->NoteRetraction(article)) {
    return absl::OkStatus();
  }
  std::vector<AcceptedAlert> alerts;
  absl::Status status =
      ForEachAlert(store, {.article = article.id}, [&](AlertRecord& record) {
        auto entries = store->EntriesOf(record.id);
        if (entries.ok() && !entries->empty()) {
          alerts.push_back({.alert = recall(std::move(record)),
                            .entries = *std::move(entries)});
        }
        return entries.status();
      });
  if (!status.ok() || alerts.empty()) {
    return status;
  }
  std::vector<DeliveryRecord> deliveries;
  status = ForEachDelivery(store, {.article = article.id},
                           [&](DeliveryRecord& delivery) {
                             deliveries.push_back(std::move(delivery));
                             return absl::OkStatus();
                           });
  if (!status.ok()) {
    return status;
  }
  decider->Retract(article, alerts, deliveries, find);
  return absl::OkStatus();
}

absl::Status SettleRetracted(LedgerStore* store, Decider* decider) {
  for (const std::string& id : decider->Unsettled()) {
    const auto found = store->FindDelivery(id);
    if (!found.ok()) {
      return found.status();
    }
    decider->Settle(id, found->has_value() ? &(*found)->record : nullptr);
  }
  return absl::OkStatus();
}

}  // namespace presshawk
