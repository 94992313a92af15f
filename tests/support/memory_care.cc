// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "tests/support/memory_tables.h"

namespace presshawk {
namespace {

uint64_t RetainDeliveries(absl::Time before, uint32_t limit,
                          MemoryLedger::Tables& t) {
  uint64_t removed = 0;
  for (auto row = t.deliveries.begin();
       row != t.deliveries.end() && removed < limit;) {
    const DeliveryRecord& record = row->second.record;
    if (record.created_at >= before ||
        record.state == DeliveryState::kWaiting ||
        record.state == DeliveryState::kSending) {
      ++row;
      continue;
    }
    std::erase_if(t.attempts, [&](const auto& attempt) {
      return std::get<0>(attempt.first) == record.id;
    });
    t.delivery_numbers.erase(record.id);
    row = t.deliveries.erase(row);
    ++removed;
  }
  return removed;
}

uint64_t RetainEvents(absl::Time before, uint32_t limit,
                      MemoryLedger::Tables& t) {
  uint64_t removed = 0;
  std::string blocked;  // The subscription whose next event stays.
  for (auto row = t.events.begin(); row != t.events.end() && removed < limit;) {
    if (row->first.first == blocked && !blocked.empty()) {
      ++row;
    } else if (row->second.at >= before || t.HasDeliveries(row->first)) {
      blocked = row->first.first;
      ++row;
    } else {
      t.removed_through[row->first.first] = row->first.second;
      row = t.events.erase(row);
      ++removed;
    }
  }
  return removed;
}

uint64_t RetainEntries(absl::Time before, uint32_t limit,
                       MemoryLedger::Tables& t) {
  std::vector<std::tuple<uint64_t, std::string, std::string>> old;
  for (const auto& [key, entry] : t.entries) {
    if (entry.accepted_at < before && entry.state != EntryState::kWaiting &&
        !t.events.contains({entry.subscription, entry.sequence})) {
      old.emplace_back(t.alert_numbers[key.first], key.second, key.first);
    }
  }
  std::sort(old.begin(), old.end());
  old.resize(std::min<size_t>(old.size(), limit));
  for (const auto& [number, subscription, alert] : old) {
    t.entries.erase({alert, subscription});
  }
  return old.size();
}

uint64_t RetainAlerts(absl::Time before, uint32_t limit,
                      MemoryLedger::Tables& t) {
  std::set<std::string> needed;
  for (const auto& [key, entry] : t.entries) {
    needed.insert(key.first);
  }
  for (const auto& [key, event] : t.events) {
    needed.insert(event.alert);
  }
  uint64_t removed = 0;
  for (auto row = t.alerts.begin(); row != t.alerts.end() && removed < limit;) {
    if (row->second.accepted_at >= before || needed.contains(row->second.id)) {
      ++row;
      continue;
    }
    t.alert_numbers.erase(row->second.id);
    row = t.alerts.erase(row);
    ++removed;
  }
  return removed;
}

bool Blank(MemoryDelivery* row, MemoryLedger::Tables& t) {
  if (row->forgotten) {
    return false;
  }
  row->forgotten = true;
  row->record.own_body.clear();
  for (auto& [key, attempt] : t.attempts) {
    if (std::get<0>(key) == row->record.id) {
      attempt.answer.clear();
    }
  }
  if (row->record.state == DeliveryState::kWaiting) {
    row->record.state = DeliveryState::kCancelled;
    row->record.reason = WaitReason::kDue;
  }
  return true;
}

// The catch-ups that told one of these events (SPEC DELIVERY-9): for a receiver
// whose own delivery they replaced, the first that goes as far as the event.
std::set<std::string> CatchupsOf(const std::set<EventKey>& told,
                                 const MemoryLedger::Tables& t) {
  std::set<std::string> found;
  for (const auto& [number, row] : t.deliveries) {
    const DeliveryRecord& covered = row.record;
    if (covered.state != DeliveryState::kCancelled ||
        !IsDecidersWait(covered.reason) ||
        !told.contains({covered.subscription, covered.sequence})) {
      continue;
    }
    uint64_t first = std::numeric_limits<uint64_t>::max();
    const auto is_candidate = [&](const DeliveryRecord& other) {
      return other.type == "presshawk.catchup.v1" &&
             other.subscription == covered.subscription &&
             other.receiver == covered.receiver &&
             other.address == covered.address &&
             other.sequence >= covered.sequence;
    };
    for (const auto& [other_number, other] : t.deliveries) {
      if (is_candidate(other.record)) {
        first = std::min(first, other.record.sequence);
      }
    }
    for (const auto& [other_number, other] : t.deliveries) {
      if (is_candidate(other.record) && other.record.sequence == first) {
        found.insert(other.record.id);
      }
    }
  }
  return found;
}

}  // namespace

uint64_t RetainRows(absl::Time before, uint32_t limit,
                    MemoryLedger::Tables* tables) {
  MemoryLedger::Tables& t = *tables;
  uint64_t removed = RetainDeliveries(before, limit, t);
  removed += RetainEvents(before, limit, t);
  removed += RetainEntries(before, limit, t);
  removed += RetainAlerts(before, limit, t);
  removed += std::erase_if(t.silences, [&](const auto& silence) {
    return silence.second.ends_at < before;
  });
  std::vector<StoryArticleRecord>& articles = t.story_articles;
  for (uint32_t i = 0;
       i < limit && !articles.empty() && articles.front().accepted_at < before;
       ++i) {
    articles.erase(articles.begin());
    ++removed;
  }
  return removed;
}

uint64_t ForgetRows(const ForgetRequest& request, absl::Time now,
                    MemoryLedger::Tables* tables) {
  MemoryLedger::Tables& t = *tables;
  uint64_t alerts = 0;
  uint64_t deliveries = 0;
  std::set<EventKey> told;
  if (request.address.empty()) {
    const std::set<std::string> ids =
        t.AlertsWhere([&](const AlertRecord& alert) {
          return request.source.empty() ? alert.article == request.article
                                        : alert.site == request.source;
        });
    for (const std::string& id : ids) {
      AlertRecord* alert = t.FindAlert(id);
      alerts += alert->json.empty() ? 0 : 1;
      alert->json.clear();
    }
    told = t.EventsThatTell(ids);
    for (auto& [key, entry] : t.entries) {
      if (ids.contains(key.first) && entry.state == EntryState::kWaiting) {
        entry.state = EntryState::kCancelled;
        entry.why = "forgotten";
      }
    }
  }
  for (const EventKey& key : told) {
    const auto event = t.events.find(key);
    if (event != t.events.end()) {
      event->second.body = {};
    }
  }
  const std::set<std::string> caught_up = CatchupsOf(told, t);
  for (auto& [number, row] : t.deliveries) {
    DeliveryRecord& record = row.record;
    const bool by_address =
        !request.address.empty() && record.address == request.address;
    if (by_address || told.contains({record.subscription, record.sequence}) ||
        caught_up.contains(record.id)) {
      deliveries += Blank(&row, t) ? 1 : 0;
    }
    if (by_address) {
      record.address.clear();
    }
  }
  t.audit.push_back(
      {.at = Micros(now),
       .who = request.who,
       .what = StrCat("forgot ", ForgetText(request), ": ", alerts, " alerts, ",
                      deliveries, " deliveries")});
  return alerts + deliveries;
}

}  // namespace presshawk
