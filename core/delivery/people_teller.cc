// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/people_teller.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/delivery/digest.h"
#include "core/delivery/envelope.h"

namespace presshawk {
namespace {

constexpr uint32_t kPage = 1000;
// Messages in one catch-up; what is more is in the next.
constexpr size_t kCatchupMax = 100'000;
constexpr uint32_t kRowsShown = 50;

// Messages about messages are told as they are.
bool CanBeCaughtUp(const DeliveryRecord& delivery) {
  return delivery.sequence > 0 && delivery.type != kCatchupType;
}

// Calls `take` with all deliveries of the filter.
absl::Status ForEach(LedgerStore* store, DeliveryFilter filter,
                     absl::FunctionRef<void(const DeliveryRecord&)> take) {
  filter.limit = kPage;
  while (true) {
    const auto page = store->Deliveries(filter);
    if (!page.ok()) {
      return page.status();
    }
    for (const DeliveryRecord& delivery : page->rows) {
      take(delivery);
    }
    if (page->next.empty()) {
      return absl::OkStatus();
    }
    filter.after = page->next;
  }
}

const ReceiverOptions* Find(const std::vector<ReceiverOptions>& receivers,
                            const std::string& name) {
  const auto found =
      std::find_if(receivers.begin(), receivers.end(),
                   [&](const auto& one) { return one.name == name; });
  return found == receivers.end() ? nullptr : &*found;
}

}  // namespace

void PeopleTeller::NoteCommitted(const LedgerBatch& batch, absl::Time now) {
  for (const DeliveryRecord& delivery : batch.deliveries) {
    held_.Add(delivery, now);
  }
}

absl::Status PeopleTeller::Load(absl::Time now) {
  const auto waiting = parts_.store->Waiting();
  if (!waiting.ok()) {
    return waiting.status();
  }
  absl::flat_hash_set<std::string> receivers;
  for (const WaitingCount& one : *waiting) {
    if (!IsDecidersWait(one.reason) || !receivers.insert(one.receiver).second) {
      continue;
    }
    const absl::Status status = ForEach(
        parts_.store,
        {.receiver = one.receiver, .state = DeliveryState::kWaiting},
        [&](const DeliveryRecord& delivery) { held_.Add(delivery, now); });
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleTeller::Tick(const std::vector<ReceiverOptions>& receivers,
                                HeldMessages::Find find, absl::Time now) {
  if (absl::Status status = NoteOutages(receivers, now);
      !status.ok() || held_.empty()) {
    return status;
  }
  const std::vector<HeldGroup> due =
      held_.Due(find, parts_.decider->gate(), now);
  absl::flat_hash_map<std::string, uint64_t> counts;
  for (const HeldGroup& group : due) {
    counts[AddresseeOf(group.receiver, group.address)] += group.count;
  }
  for (const HeldGroup& group : due) {
    const Turn turn = {
        .group = group,
        .subscription = *find(group.subscription),
        .receiver = Find(receivers, group.receiver),
        .waiting = counts[AddresseeOf(group.receiver, group.address)],
        .now = now};
    if (absl::Status status = TellGroup(turn); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

// A receiver that failed works again: what waited for it meanwhile is held, if
// it is much, before it is sent one by one. What a sender has in its hands
// already is sent.
absl::Status PeopleTeller::NoteOutages(
    const std::vector<ReceiverOptions>& receivers, absl::Time now) {
  if (std::none_of(receivers.begin(), receivers.end(),
                   [](const auto& one) { return IsForPeople(one.kind); })) {
    return absl::OkStatus();
  }
  const auto circuits = parts_.store->Receivers();
  if (!circuits.ok()) {
    return circuits.status();
  }
  for (const ReceiverRecord& circuit : *circuits) {
    const ReceiverOptions* const receiver = Find(receivers, circuit.name);
    const auto seen = outages_.find(circuit.name);
    if (receiver == nullptr || !IsForPeople(receiver->kind) ||
        circuit.state != CircuitState::kClosed ||
        circuit.since == absl::InfinitePast() ||
        (seen != outages_.end() && seen->second == circuit.since)) {
      continue;
    }
    if (absl::Status status = HoldBacklog(*receiver, circuit.since, now);
        !status.ok()) {
      return status;
    }
    outages_[circuit.name] = circuit.since;
  }
  return absl::OkStatus();
}

absl::Status PeopleTeller::HoldBacklog(const ReceiverOptions& receiver,
                                       absl::Time since, absl::Time now) {
  std::vector<DeliveryRecord> backlog;
  absl::Time oldest = now;
  const absl::Status status = ForEach(
      parts_.store,
      {.receiver = receiver.name,
       .state = DeliveryState::kWaiting,
       .until = since},
      [&](const DeliveryRecord& delivery) {
        if (CanBeCaughtUp(delivery) && !IsDecidersWait(delivery.reason)) {
          backlog.push_back(delivery);
          oldest = std::min(oldest, delivery.created_at);
        }
      });
  if (!status.ok() || (backlog.size() <= receiver.burst &&
                       now - oldest <= receiver.stale_after)) {
    return status;
  }
  for (DeliveryRecord& delivery : backlog) {
    delivery.reason = WaitReason::kSchedule;
    delivery.due = now + HeldMessages::kSettled;
  }
  for (size_t at = 0; at < backlog.size(); at += kPage) {
    const auto held = parts_.store->UpdateDeliveries(
        absl::MakeConstSpan(backlog).subspan(at, kPage), now);
    if (!held.ok()) {
      return held.status();
    }
  }
  for (const DeliveryRecord& delivery : backlog) {
    held_.Add(delivery, now);
  }
  return absl::OkStatus();
}

absl::Status PeopleTeller::TellGroup(const Turn& turn) {
  std::vector<DeliveryRecord> held;
  const absl::Status status =
      ForEach(parts_.store,
              {.subscription = turn.group.subscription,
               .receiver = turn.group.receiver,
               .state = DeliveryState::kWaiting},
              [&](const DeliveryRecord& delivery) {
                if (IsDecidersWait(delivery.reason) &&
                    delivery.address == turn.group.address) {
                  held.push_back(delivery);
                }
              });
  if (!status.ok()) {
    return status;
  }
  std::sort(held.begin(), held.end(),
            [](const DeliveryRecord& left, const DeliveryRecord& right) {
              return left.sequence < right.sequence;
            });
  // What is held on is added again when it is committed.
  held_.Remove(turn.group);
  Decider& decider = *parts_.decider;
  decider.Begin(turn.now, {});
  // What catch-ups have passed is told by itself: their ranges do not overlap.
  const uint64_t told =
      decider.gate().CaughtUpTo(turn.group.subscription, turn.group.receiver);
  const auto first = std::stable_partition(
      held.begin(), held.end(), [&](const DeliveryRecord& delivery) {
        return !CanBeCaughtUp(delivery) || delivery.sequence <= told;
      });
  std::vector<DeliveryRecord> together(first, held.end());
  held.erase(first, held.end());
  for (size_t i = kCatchupMax; i < together.size(); ++i) {
    held_.Add(together[i], turn.now);
  }
  together.resize(std::min(together.size(), kCatchupMax));
  absl::Time oldest = turn.now;
  const auto entries = ToldBy(together, &oldest);
  if (!entries.ok()) {
    return entries.status();
  }
  const bool is_one =
      turn.receiver != nullptr && IsForPeople(turn.receiver->kind) &&
      !entries->empty() &&
      (parts_.rebuilt ||
       IsCaughtUp(turn.group, *turn.receiver, turn.waiting, oldest, turn.now));
  if (!is_one) {
    held.insert(held.end(), together.begin(), together.end());
  } else {
    const DigestPlan plan =
        PlanDigest(*entries, decider.TellsOnce(turn.subscription), kRowsShown);
    std::vector<IncomingAlert> shown;
    for (size_t i = 0; i < plan.shown; ++i) {
      auto alert = parts_.recall(plan.rows[i].alert);
      if (!alert.ok()) {
        return alert.status();
      }
      shown.push_back(*std::move(alert));
    }
    decider.Catchup(turn.subscription, together, entries->size(), plan, shown);
  }
  for (DeliveryRecord& delivery : held) {
    decider.LetGo(turn.subscription, std::move(delivery));
  }
  return parts_.commit(decider.Take());
}

// What the messages tell, as entries of a digest, in their order. Lowers *oldest
// to when the first of them was news: a digest is so when it is told.
absl::StatusOr<std::vector<EntryRecord>> PeopleTeller::ToldBy(
    const std::vector<DeliveryRecord>& messages, absl::Time* oldest) {
  std::vector<EntryRecord> entries;
  const auto add = [&](const AlertRecord& alert) {
    entries.push_back(
        {.alert = alert.id,
         .watchlist = alert.watchlist,
         .story = alert.story.empty() ? alert.article : alert.story});
  };
  for (const DeliveryRecord& message : messages) {
    const auto events =
        parts_.store->Events(message.subscription, message.sequence - 1, 1);
    if (absl::IsOutOfRange(events.status())) {
      continue;  // Retention has removed it.
    }
    if (!events.ok()) {
      return events.status();
    }
    if (events->empty() || events->front().first.sequence != message.sequence) {
      continue;
    }
    const EventRecord& event = events->front().first;
    if (!event.alert.empty()) {
      const auto alert = parts_.store->FindAlert(event.alert);
      if (!alert.ok()) {
        return alert.status();
      }
      if (alert->has_value()) {
        *oldest = std::min(*oldest, (*alert)->detected_at);
        add(**alert);
      }
      continue;
    }
    *oldest = std::min(*oldest, event.at);
    AlertFilter filter = {.subscription = message.subscription,
                          .sequence = message.sequence,
                          .limit = kPage};
    do {
      const auto page = parts_.store->Alerts(filter);
      if (!page.ok()) {
        return page.status();
      }
      std::for_each(page->rows.begin(), page->rows.end(), add);
      filter.after = page->next;
    } while (!filter.after.empty());
  }
  return entries;
}

absl::StatusOr<std::vector<uint64_t>> CoveredBy(LedgerStore* store,
                                                const DeliveryRecord& catchup,
                                                size_t limit) {
  std::vector<uint64_t> covered;
  uint64_t before = 0;  // What the catch-up before has told.
  const absl::Status status = ForEach(
      store,
      {.subscription = catchup.subscription, .receiver = catchup.receiver},
      [&](const DeliveryRecord& one) {
        if (one.address != catchup.address) {
          return;
        }
        if (one.type == kCatchupType && one.sequence < catchup.sequence) {
          before = std::max(before, one.sequence);
        } else if (one.state == DeliveryState::kCancelled &&
                   IsDecidersWait(one.reason) &&
                   one.sequence <= catchup.sequence) {
          covered.push_back(one.sequence);
        }
      });
  if (!status.ok()) {
    return status;
  }
  std::erase_if(covered, [&](uint64_t sequence) { return sequence <= before; });
  std::sort(covered.begin(), covered.end());
  covered.resize(std::min(covered.size(), limit));
  return covered;
}

}  // namespace presshawk
