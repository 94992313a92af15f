// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/ledger_reads.h"

#include <utility>

namespace presshawk {
namespace {

constexpr uint32_t kPage = 1000;

template <typename Filter, typename Read, typename Take>
absl::Status ForEachRow(Filter filter, Read read, Take take) {
  filter.limit = kPage;
  do {
    auto page = read(filter);
    if (!page.ok()) {
      return page.status();
    }
    for (auto& row : page->rows) {
      if (absl::Status status = take(row); !status.ok()) {
        return status;
      }
    }
    filter.after = page->next;
  } while (!filter.after.empty());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<EventRecord>> EventAt(
    LedgerStore* store, const std::string& subscription, uint64_t sequence) {
  auto events = store->Events(subscription, sequence - 1, 1);
  if (absl::IsOutOfRange(events.status())) {
    return std::nullopt;
  }
  if (!events.ok()) {
    return events.status();
  }
  if (events->empty() || events->front().first.sequence != sequence) {
    return std::nullopt;
  }
  return std::move(events->front().first);
}

absl::Status ForEachAlert(LedgerStore* store, AlertFilter filter,
                          absl::FunctionRef<absl::Status(AlertRecord&)> take) {
  return ForEachRow(
      std::move(filter),
      [&](const AlertFilter& page) { return store->Alerts(page); }, take);
}

absl::Status ForEachDelivery(
    LedgerStore* store, DeliveryFilter filter,
    absl::FunctionRef<absl::Status(DeliveryRecord&)> take) {
  return ForEachRow(
      std::move(filter),
      [&](const DeliveryFilter& page) { return store->Deliveries(page); },
      take);
}

}  // namespace presshawk
