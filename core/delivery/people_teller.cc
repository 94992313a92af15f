// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/people_teller.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/interval.h"
#include "core/delivery/digest.h"
#include "core/delivery/envelope.h"
#include "core/delivery/retracted_alerts.h"
#include "core/delivery/rows_body.h"
#include "core/ledger/ledger_reads.h"

namespace presshawk {
namespace {

// Messages in one catch-up; the rest is in the next.
constexpr size_t kCatchupMax = 10'000;
constexpr uint32_t kReadMax = 20'000;   // Of one receiver, at once.
constexpr size_t kMessagesMax = 2'000;  // Told in one transaction.
constexpr uint32_t kRowsShown = 50;
constexpr uint32_t kProbesLookedAt = 1000;
constexpr absl::Duration kReload = absl::Minutes(1);

// Messages about messages are told as they are.
bool CanBeCaughtUp(const DeliveryRecord& delivery) {
  return delivery.sequence > 0 && delivery.type != kCatchupType;
}

const ReceiverOptions* FindReceiver(
    const std::vector<ReceiverOptions>& receivers, const std::string& name) {
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

// Also what others did to the ledger: it may have become somebody's to tell.
absl::Status PeopleTeller::Load(absl::Time now) {
  const auto waiting = parts_.store->Waiting();
  if (!waiting.ok()) {
    return waiting.status();
  }
  HeldMessages known = held_;
  absl::flat_hash_set<std::string> receivers;
  for (const WaitingCount& one : *waiting) {
    if (!IsDecidersWait(one.reason) || !receivers.insert(one.receiver).second) {
      continue;
    }
    const auto held = parts_.store->WaitingDeliveries(one.receiver,
                                                      /*held=*/true, kReadMax);
    if (!held.ok()) {
      return held.status();
    }
    for (const DeliveryRecord& delivery : *held) {
      if (!known.HasGroupOf(delivery)) {
        held_.Add(delivery, now);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleTeller::Tick(const std::vector<ReceiverOptions>& receivers,
                                HeldMessages::Find find, absl::Time now) {
  if (IsDue(now, kReload, &next_load_)) {
    if (absl::Status status = Load(now); !status.ok()) {
      return status;
    }
  }
  const bool has_people =
      std::any_of(receivers.begin(), receivers.end(),
                  [](const auto& one) { return IsForPeople(one.kind); });
  if (!has_people && held_.empty()) {
    return absl::OkStatus();
  }
  absl::flat_hash_set<std::string> down;
  absl::Status status = LookAtCircuits(receivers, find, now, &down);
  if (!status.ok()) {
    return status;
  }
  std::vector<HeldGroup> due = held_.Due(find, parts_.decider->gate(), now);
  std::erase_if(due, [&](const HeldGroup& group) {
    return down.contains(group.receiver) ||
           FindReceiver(receivers, group.receiver) == nullptr;
  });
  parts_.decider->SetDown(std::move(down));
  return due.empty() ? status : TellGroups(receivers, find, due, now);
}

// What waits for a receiver of people is held when it works again, or is there
// again, or is seen for the first time: before it is sent one by one, it is
// known whether there are many. What a sender has in its hands is sent.
absl::Status PeopleTeller::LookAtCircuits(
    const std::vector<ReceiverOptions>& receivers, HeldMessages::Find find,
    absl::Time now, absl::flat_hash_set<std::string>* down) {
  const auto circuits = parts_.store->Receivers();
  if (!circuits.ok()) {
    return circuits.status();
  }
  absl::flat_hash_map<std::string, absl::Time> working;
  for (const ReceiverOptions& receiver : receivers) {
    if (!IsForPeople(receiver.kind)) {
      continue;
    }
    const auto circuit = std::find_if(
        circuits->begin(), circuits->end(),
        [&](const auto& one) { return one.name == receiver.name; });
    absl::Time since = absl::InfinitePast();
    if (circuit != circuits->end()) {
      since = circuit->since;
      if (circuit->state != CircuitState::kClosed) {
        down->insert(receiver.name);
        // The others are not probed: an operator ends them.
        const absl::Status status = circuit->state == CircuitState::kOpen
                                        ? LeaveProbe(receiver.name, find, now)
                                        : absl::OkStatus();
        if (!status.ok()) {
          return status;
        }
        continue;
      }
    }
    working[receiver.name] = since;
    const auto seen = working_.find(receiver.name);
    // After a start, what waits may only wait for the receiver's rate.
    const uint32_t at_least = seen == working_.end() ? receiver.burst + 1 : 1;
    if (seen == working_.end() || seen->second != since) {
      if (absl::Status status = HoldBacklog(receiver.name, at_least, find);
          !status.ok()) {
        return status;
      }
    }
  }
  working_ = std::move(working);
  return absl::OkStatus();
}

// A circuit is closed by a delivery that succeeds, so that one must be there for
// the senders to try: the first that quiet hours and `max` let through.
absl::Status PeopleTeller::LeaveProbe(const std::string& receiver,
                                      HeldMessages::Find find, absl::Time now) {
  const auto others =
      parts_.store->WaitingDeliveries(receiver, /*held=*/false, 1);
  if (!others.ok() || !others->empty()) {
    return others.status();
  }
  const auto held =
      parts_.store->WaitingDeliveries(receiver, /*held=*/true, kProbesLookedAt);
  if (!held.ok()) {
    return held.status();
  }
  for (const DeliveryRecord& delivery : *held) {
    const Subscription* const subscription = find(delivery.subscription);
    if (subscription == nullptr || subscription->paused ||
        parts_.decider->gate()
            .HoldOf(*subscription,
                    AddresseeOf(delivery.receiver, delivery.address),
                    /*is_excepted=*/false, now)
            .has_value()) {
      continue;
    }
    LedgerBatch batch;
    batch.deliveries = {delivery};
    batch.deliveries[0].reason = WaitReason::kDue;
    batch.deliveries[0].due = now;
    return parts_.commit(std::move(batch));
  }
  return absl::OkStatus();
}

// Whether quiet hours do not hold it.
absl::StatusOr<bool> PeopleTeller::IsUrgent(const Subscription& subscription,
                                            const DeliveryRecord& delivery) {
  if (!subscription.quiet.has_value() ||
      subscription.quiet->except_labels.empty()) {
    return false;
  }
  const auto event =
      EventAt(parts_.store, delivery.subscription, delivery.sequence);
  if (!event.ok()) {
    return event.status();
  }
  if (!event->has_value() || (*event)->alert.empty()) {
    return false;
  }
  const auto alert = parts_.recall((*event)->alert);
  if (!alert.ok()) {
    return alert.status();
  }
  return IsExcepted(subscription, alert->labels);
}

absl::Status PeopleTeller::HoldBacklog(const std::string& receiver,
                                       uint32_t at_least,
                                       HeldMessages::Find find) {
  while (true) {
    auto waiting =
        parts_.store->WaitingDeliveries(receiver, /*held=*/false, kReadMax);
    if (!waiting.ok()) {
      return waiting.status();
    }
    const bool is_last = waiting->size() < kReadMax;
    LedgerBatch batch;
    for (DeliveryRecord& delivery : *waiting) {
      // What has no subscription any more is nobody's to tell later.
      const Subscription* const subscription = find(delivery.subscription);
      if (!CanBeCaughtUp(delivery) || subscription == nullptr) {
        continue;
      }
      const absl::StatusOr<bool> is_urgent = IsUrgent(*subscription, delivery);
      if (!is_urgent.ok()) {
        return is_urgent.status();
      }
      if (!*is_urgent) {
        delivery.reason = WaitReason::kSchedule;
        delivery.due = absl::InfiniteFuture();
        batch.deliveries.push_back(std::move(delivery));
      }
    }
    if (batch.deliveries.size() < at_least) {
      return absl::OkStatus();
    }
    at_least = 1;
    if (absl::Status status = parts_.commit(std::move(batch)); !status.ok()) {
      return status;
    }
    if (is_last) {
      return absl::OkStatus();
    }
  }
}

// In one transaction, as much as is short; the rest is still due.
absl::Status PeopleTeller::TellGroups(
    const std::vector<ReceiverOptions>& receivers, HeldMessages::Find find,
    const std::vector<HeldGroup>& due, absl::Time now) {
  absl::flat_hash_map<std::string, uint64_t> counts;
  for (const HeldGroup& group : due) {
    counts[AddresseeOf(group.receiver, group.address)] += group.count;
  }
  // Of each receiver, by subscription and address.
  absl::flat_hash_map<std::string, std::vector<DeliveryRecord>> held;
  parts_.decider->Begin(now, {});
  size_t told = 0;
  for (const HeldGroup& group : due) {
    if (told >= kMessagesMax) {
      break;
    }
    const auto [all, is_new] = held.try_emplace(group.receiver);
    if (is_new) {
      auto read = parts_.store->WaitingDeliveries(group.receiver,
                                                  /*held=*/true, kReadMax);
      if (!read.ok()) {
        return read.status();
      }
      if (read->size() == kReadMax) {
        next_load_ = now;  // There is more.
      }
      all->second = *std::move(read);
    }
    const Turn turn = {
        .group = group,
        .subscription = *find(group.subscription),
        .receiver = *FindReceiver(receivers, group.receiver),
        .waiting = counts[AddresseeOf(group.receiver, group.address)],
        .now = now};
    if (absl::Status status = TellGroup(turn, all->second, &told);
        !status.ok()) {
      return status;
    }
  }
  return parts_.commit(parts_.decider->Take());
}

absl::Status PeopleTeller::TellGroup(const Turn& turn,
                                     const std::vector<DeliveryRecord>& all,
                                     size_t* told) {
  // What is held on is added again when it is committed.
  held_.Remove(turn.group);
  std::vector<DeliveryRecord> alone;
  std::vector<DeliveryRecord> together;
  Decider& decider = *parts_.decider;
  const uint64_t passed = decider.gate().CaughtUpTo(
      turn.group.subscription,
      AddresseeOf(turn.group.receiver, turn.group.address));
  for (const DeliveryRecord& delivery : all) {
    if (delivery.subscription != turn.group.subscription ||
        delivery.address != turn.group.address) {
      continue;
    }
    if (together.size() == kCatchupMax || alone.size() == kCatchupMax) {
      next_load_ = turn.now;  // There is more.
      break;
    }
    // What catch-ups have passed is told by itself: their ranges do not overlap.
    const bool is_new = CanBeCaughtUp(delivery) && delivery.sequence > passed;
    (is_new ? together : alone).push_back(delivery);
  }
  *told += alone.size() + together.size();
  absl::Time oldest = turn.now;
  const auto entries = ToldBy(&together, &alone, &oldest);
  if (!entries.ok()) {
    return entries.status();
  }
  const bool is_one =
      IsForPeople(turn.receiver.kind) && !entries->empty() &&
      (parts_.rebuilt ||
       IsCaughtUp(turn.group, turn.receiver, turn.waiting, oldest, turn.now));
  if (!is_one) {
    alone.insert(alone.end(), together.begin(), together.end());
  }
  // Before the catch-up, which would take their place in `max`.
  for (DeliveryRecord& delivery : alone) {
    decider.LetGo(turn.subscription, std::move(delivery));
  }
  if (is_one) {
    const DigestPlan plan =
        PlanDigest(*entries, decider.TellsOnce(turn.subscription), kRowsShown);
    const auto shown = AlertsOfRows(plan, plan.shown, parts_.recall);
    if (!shown.ok()) {
      return shown.status();
    }
    decider.Catchup(turn.subscription, together, entries->size(), plan, *shown);
  }
  return absl::OkStatus();
}

// What the messages tell, as entries of a digest, in their order. Lowers *oldest
// to when the first of them was news: a digest is so when it is told.
absl::StatusOr<std::vector<EntryRecord>> PeopleTeller::ToldBy(
    std::vector<DeliveryRecord>* messages, std::vector<DeliveryRecord>* alone,
    absl::Time* oldest) {
  std::vector<EntryRecord> entries;
  absl::flat_hash_set<uint64_t> apart;  // Sequences.
  const auto add = [&](const AlertRecord& alert) {
    entries.push_back(
        {.alert = alert.id,
         .watchlist = alert.watchlist,
         .story = alert.story.empty() ? alert.article : alert.story});
  };
  for (const DeliveryRecord& message : *messages) {
    const auto found =
        EventAt(parts_.store, message.subscription, message.sequence);
    if (!found.ok()) {
      return found.status();
    }
    if (!found->has_value()) {
      continue;
    }
    const EventRecord& event = **found;
    if (TellsRetraction(event)) {
      alone->push_back(message);
      apart.insert(message.sequence);
    } else if (!event.alert.empty()) {
      const auto alert = parts_.store->FindAlert(event.alert);
      if (!alert.ok()) {
        return alert.status();
      }
      if (alert->has_value()) {
        *oldest = std::min(*oldest, (*alert)->detected_at);
        add(**alert);
      }
    } else {
      *oldest = std::min(*oldest, event.at);
      const auto first = static_cast<ptrdiff_t>(entries.size());
      const absl::Status status = ForEachAlert(
          parts_.store,
          {.subscription = message.subscription, .sequence = message.sequence},
          [&](const AlertRecord& alert) {
            const auto now = parts_.recall(alert.id);
            if (now.ok() && !parts_.decider->IsRetracted(*now)) {
              add(alert);
            }
            return now.status();
          });
      if (!status.ok()) {
        return status;
      }
      std::reverse(entries.begin() + first, entries.end());  // As they came.
    }
  }
  std::erase_if(*messages, [&](const DeliveryRecord& message) {
    return apart.contains(message.sequence);
  });
  return entries;
}

absl::StatusOr<std::vector<uint64_t>> CoveredBy(LedgerStore* store,
                                                const DeliveryRecord& catchup,
                                                size_t limit) {
  std::vector<uint64_t> covered;
  uint64_t before = 0;  // What the catch-up before has told.
  const absl::Status status = ForEachDelivery(
      store,
      {.subscription = catchup.subscription, .receiver = catchup.receiver},
      [&](const DeliveryRecord& one) {
        if (one.address != catchup.address) {
          return absl::OkStatus();
        }
        if (one.type == kCatchupType && one.sequence < catchup.sequence) {
          before = std::max(before, one.sequence);
        } else if (one.state == DeliveryState::kCancelled &&
                   IsDecidersWait(one.reason) &&
                   one.sequence <= catchup.sequence) {
          covered.push_back(one.sequence);
        }
        return absl::OkStatus();
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
