// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retracted_alerts.h"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace presshawk {
namespace {

constexpr uint32_t kPage = 1000;

}  // namespace

absl::Status RetractArticle(
    const RetractedArticle& article, LedgerStore* store,
    absl::FunctionRef<IncomingAlert(AlertRecord record)> recall,
    Decider::FindSubscription find, Decider* decider) {
  if (!decider->NoteRetraction(article)) {
    return absl::OkStatus();
  }
  std::vector<AcceptedAlert> alerts;
  AlertFilter filter;
  filter.article = article.id;
  filter.limit = kPage;
  do {
    auto page = store->Alerts(filter);
    if (!page.ok()) {
      return page.status();
    }
    for (AlertRecord& record : page->rows) {
      auto entries = store->EntriesOf(record.id);
      if (!entries.ok()) {
        return entries.status();
      }
      if (!entries->empty()) {
        alerts.push_back({.alert = recall(std::move(record)),
                          .entries = *std::move(entries)});
      }
    }
    filter.after = page->next;
  } while (!filter.after.empty());
  if (alerts.empty()) {
    return absl::OkStatus();
  }
  std::vector<DeliveryRecord> deliveries;
  DeliveryFilter told;
  told.article = article.id;
  told.limit = kPage;
  do {
    auto page = store->Deliveries(told);
    if (!page.ok()) {
      return page.status();
    }
    deliveries.insert(deliveries.end(),
                      std::make_move_iterator(page->rows.begin()),
                      std::make_move_iterator(page->rows.end()));
    told.after = page->next;
  } while (!told.after.empty());
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
