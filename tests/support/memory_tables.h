// SPDX-License-Identifier: Apache-2.0
// The rows of a ledger in memory: of memory_store.cc and memory_care.cc only.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/mutex.h"
#include "core/ledger/stored_form.h"
#include "tests/support/memory_store.h"

namespace presshawk {

struct MemoryDelivery {
  DeliveryRecord record;
  // Of the claim, where record.state is kSending.
  std::string owner;
  uint64_t opening = 0;
  absl::Time lease_until;
  bool forgotten = false;
};

inline absl::Time Micros(absl::Time time) {
  return TimeFromStored(StoredTime(time));
}

inline DeliveryRecord Stored(DeliveryRecord record) {
  record.created_at = Micros(record.created_at);
  record.due = Micros(record.due);
  record.last_at = Micros(record.last_at);
  return record;
}

using EventKey = std::pair<std::string, uint64_t>;

struct MemoryLedger::Tables {
  Mutex mutex;
  std::string lease_holder;
  uint64_t lease_epoch = 0;
  const void* lease_object = nullptr;
  uint64_t openings = 0;  // Of stores.

  uint64_t last_alert = 0;
  std::map<uint64_t, AlertRecord> alerts;  // By arrival.
  std::map<std::string, uint64_t> alert_numbers;
  // By alert and subscription.
  std::map<std::pair<std::string, std::string>, EntryRecord> entries;
  std::map<EventKey, EventRecord> events;
  std::map<std::string, uint64_t> removed_through;  // By subscription.
  uint64_t last_delivery = 0;
  std::map<uint64_t, MemoryDelivery> deliveries;  // By arrival.
  std::map<std::string, uint64_t> delivery_numbers;
  // By delivery, number and time.
  std::map<std::tuple<std::string, uint32_t, absl::Time>, AttemptRecord>
      attempts;
  std::map<std::string, SubscriptionRecord> subscriptions;
  std::map<std::pair<std::string, int32_t>, PositionRecord> positions;
  std::map<std::string, std::string> notes;
  std::map<std::string, ReceiverRecord> receivers;
  std::map<std::string, SilenceRecord> silences;
  std::map<std::string, TokenRecord> tokens;
  std::vector<StoryArticleRecord> story_articles;  // As they were accepted.
  std::vector<AuditRecord> audit;

  AlertRecord* FindAlert(const std::string& id) {
    const auto number = alert_numbers.find(id);
    return number == alert_numbers.end() ? nullptr : &alerts[number->second];
  }
  MemoryDelivery* FindDelivery(const std::string& id) {
    const auto number = delivery_numbers.find(id);
    return number == delivery_numbers.end() ? nullptr
                                            : &deliveries[number->second];
  }
  std::string BodyOf(const DeliveryRecord& delivery) {
    if (!delivery.own_body.empty()) {
      return delivery.own_body;
    }
    const auto event = events.find({delivery.subscription, delivery.sequence});
    if (event == events.end()) {
      return "";
    }
    const SealedBody& body = event->second.body;
    const AlertRecord* alert = FindAlert(event->second.alert);
    return ComposeBody(body.head, delivery.id, body.middle,
                       alert == nullptr ? "" : alert->json, body.tail);
  }
  // The events that tell one of `told`: as their body, or by an entry.
  std::set<EventKey> EventsThatTell(const std::set<std::string>& told) {
    std::set<EventKey> found;
    for (const auto& [key, event] : events) {
      if (told.contains(event.alert)) {
        found.insert(key);
      }
    }
    for (const auto& [key, entry] : entries) {
      if (told.contains(key.first) && entry.sequence > 0) {
        found.insert({entry.subscription, entry.sequence});
      }
    }
    return found;
  }
  template <typename Condition>
  std::set<std::string> AlertsWhere(Condition holds) {
    std::set<std::string> found;
    for (const auto& [number, alert] : alerts) {
      if (holds(alert)) {
        found.insert(alert.id);
      }
    }
    return found;
  }
  bool HasDeliveries(const EventKey& event) {
    return std::any_of(deliveries.begin(), deliveries.end(),
                       [&](const auto& row) {
                         const DeliveryRecord& record = row.second.record;
                         return record.subscription == event.first &&
                                record.sequence == event.second;
                       });
  }
};

// What Retain() and Forget() of the store do.
uint64_t RetainRows(absl::Time before, uint32_t limit,
                    MemoryLedger::Tables* tables);
uint64_t ForgetRows(const ForgetRequest& request, absl::Time now,
                    MemoryLedger::Tables* tables);

}  // namespace presshawk
