// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/replay.h"

#include <utility>

#include "core/delivery/delivery_id.h"
#include "core/delivery/envelope.h"
#include "core/messages/people_body.h"

namespace presshawk {
namespace {

constexpr uint32_t kPage = 500;

bool CanReplay(DeliveryState state) {
  return state != DeliveryState::kWaiting && state != DeliveryState::kSending;
}

// Replays what can be of one page.
absl::Status ReplayPage(LedgerStore* store,
                        const std::vector<DeliveryRecord>& page, bool dry_run,
                        absl::Time now, ReplayResult* result) {
  std::vector<DeliveryRecord> changed;
  for (const DeliveryRecord& delivery : page) {
    ++result->matched;
    if (!CanReplay(delivery.state)) {
      continue;
    }
    if (dry_run) {
      ++result->replayed;
      continue;
    }
    auto found = store->FindDelivery(delivery.id);
    if (!found.ok()) {
      return found.status();
    }
    if (!found->has_value() || (*found)->body.empty()) {
      continue;  // It was removed or forgotten meanwhile.
    }
    DeliveryRecord record = std::move((*found)->record);
    record.state = DeliveryState::kWaiting;
    record.reason = WaitReason::kDue;
    record.due = now;
    // `give_up` counts from the time at which somebody asked for it.
    record.created_at = now;
    record.replay = true;
    record.own_body = ReplayBody(std::move((*found)->body));
    changed.push_back(std::move(record));
  }
  if (changed.empty()) {
    return absl::OkStatus();
  }
  const auto updated = store->UpdateDeliveries(changed, now);
  if (!updated.ok()) {
    return updated.status();
  }
  result->replayed += *updated;
  return absl::OkStatus();
}

// After which number the ledger has everything: retention removes what is old.
absl::StatusOr<uint64_t> FirstKept(LedgerStore* store,
                                   const std::string& subscription) {
  const auto records = store->Subscriptions();
  if (!records.ok()) {
    return records.status();
  }
  uint64_t high = 0;  // Kept from here on.
  for (const SubscriptionRecord& record : *records) {
    if (record.id == subscription) {
      high = record.next_sequence;
    }
  }
  uint64_t low = 0;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const auto events = store->Events(subscription, middle, 1);
    if (events.ok()) {
      high = middle;
    } else if (absl::IsOutOfRange(events.status())) {
      low = middle + 1;
    } else {
      return events.status();
    }
  }
  return high;
}

}  // namespace

std::string ReplayBody(std::string body) {
  if (auto marked = MarkedPeopleBody(body, kReplayMark); marked.has_value()) {
    return *std::move(marked);
  }
  // What stands before it in the envelope are ids, which hold no quote.
  constexpr std::string_view kFirst = "\"replay\":false";
  if (const size_t at = body.find(kFirst); at != std::string::npos) {
    body.replace(at, kFirst.size(), "\"replay\":true");
  }
  return body;
}

absl::StatusOr<ReplayResult> ReplayDeliveries(
    LedgerStore* store, const std::vector<std::string>& ids,
    const DeliveryFilter& filter, bool dry_run, absl::Time now) {
  ReplayResult result;
  if (!ids.empty()) {
    std::vector<DeliveryRecord> page;
    for (const std::string& id : ids) {
      auto found = store->FindDelivery(id);
      if (!found.ok()) {
        return found.status();
      }
      if (found->has_value()) {
        page.push_back(std::move((*found)->record));
      }
    }
    if (absl::Status status = ReplayPage(store, page, dry_run, now, &result);
        !status.ok()) {
      return status;
    }
    return result;
  }
  DeliveryFilter next = filter;
  next.after.clear();
  next.limit = kPage;
  // A delivery keeps its place in the ledger, so that none comes twice.
  do {
    const auto page = store->Deliveries(next);
    if (!page.ok()) {
      return page.status();
    }
    if (absl::Status status =
            ReplayPage(store, page->rows, dry_run, now, &result);
        !status.ok()) {
      return status;
    }
    next.after = page->next;
  } while (!next.after.empty());
  return result;
}

absl::StatusOr<ReplayResult> ReplayToReceiver(LedgerStore* store,
                                              const std::string& subscription,
                                              const std::string& receiver,
                                              absl::Time from, bool dry_run,
                                              absl::Time now) {
  ReplayResult result;
  absl::StatusOr<uint64_t> first = FirstKept(store, subscription);
  if (!first.ok()) {
    return first.status();
  }
  uint64_t after = *first;
  while (true) {
    const auto events = store->Events(subscription, after, kPage);
    if (!events.ok()) {
      return events.status();
    }
    if (events->empty()) {
      return result;
    }
    std::vector<DeliveryRecord> messages;
    for (const auto& [event, alert] : *events) {
      after = event.sequence;
      if (event.at < from || event.body.head.empty()) {
        continue;  // Earlier, or forgotten.
      }
      ++result.matched;
      DeliveryRecord& message = messages.emplace_back();
      message.id = DeliveryId({.subscription = subscription,
                               .receiver = receiver,
                               .type = event.type,
                               .key = event.key});
      message.subscription = subscription;
      message.sequence = event.sequence;
      message.receiver = receiver;
      message.type = event.type;
      message.created_at = now;
      message.due = now;
      message.replay = true;
      message.own_body = ReplayBody(ComposeBody(event.body, message.id, alert));
    }
    if (!dry_run) {
      if (absl::Status status = store->AddMessages(messages); !status.ok()) {
        return status;
      }
      result.replayed += messages.size();
    }
  }
}

}  // namespace presshawk
