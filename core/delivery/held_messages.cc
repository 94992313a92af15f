// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/held_messages.h"

#include <algorithm>

namespace presshawk {

void HeldMessages::Add(const DeliveryRecord& delivery, absl::Time now) {
  if (delivery.state != DeliveryState::kWaiting ||
      !IsDecidersWait(delivery.reason)) {
    return;
  }
  HeldGroup& group = groups_[{
      delivery.subscription, AddresseeOf(delivery.receiver, delivery.address)}];
  group.subscription = delivery.subscription;
  group.receiver = delivery.receiver;
  group.address = delivery.address;
  ++group.count;
  if (delivery.reason == WaitReason::kThrottle) {
    group.is_throttled = true;
  } else if (delivery.reason == WaitReason::kSchedule) {
    group.first_late = std::min(group.first_late, now);
    group.last_late = now;
  }
}

bool HeldMessages::HasGroupOf(const DeliveryRecord& delivery) const {
  return groups_.contains({delivery.subscription,
                           AddresseeOf(delivery.receiver, delivery.address)});
}

absl::Time HeldMessages::TurnOf(const HeldGroup& group,
                                const Subscription& subscription,
                                const PeopleGate& gate, absl::Time now) {
  const auto hold =
      gate.HoldOf(subscription, AddresseeOf(group.receiver, group.address),
                  /*is_excepted=*/false, now);
  const absl::Time settled =
      std::min(group.last_late + kSettled, group.first_late + kSettledAtLast);
  return std::max(hold.has_value() ? hold->until : absl::InfinitePast(),
                  // Where the clock went back, nothing waits for it.
                  settled - now > kSettled ? absl::InfinitePast() : settled);
}

std::vector<HeldGroup> HeldMessages::Due(Find find, const PeopleGate& gate,
                                         absl::Time now) const {
  std::vector<HeldGroup> due;
  for (const auto& [key, group] : groups_) {
    const Subscription* const subscription = find(group.subscription);
    if (subscription != nullptr && !subscription->paused &&
        TurnOf(group, *subscription, gate, now) <= now) {
      due.push_back(group);
    }
  }
  return due;
}

absl::Time HeldMessages::NextWake(Find find, const PeopleGate& gate,
                                  absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [key, group] : groups_) {
    const Subscription* const subscription = find(group.subscription);
    if (subscription != nullptr && !subscription->paused) {
      next = std::min(next, TurnOf(group, *subscription, gate, now));
    }
  }
  return next;
}

void HeldMessages::Remove(const HeldGroup& group) {
  groups_.erase(
      {group.subscription, AddresseeOf(group.receiver, group.address)});
}

void HeldMessages::Forget(const std::string& subscription) {
  std::erase_if(groups_, [&](const auto& group) {
    return group.first.first == subscription;
  });
}

bool IsCaughtUp(const HeldGroup& group, const ReceiverOptions& receiver,
                uint64_t waiting, absl::Time oldest, absl::Time now) {
  return group.is_throttled || now - oldest > receiver.stale_after ||
         (waiting > receiver.burst && group.count > 1);
}

}  // namespace presshawk
