// SPDX-License-Identifier: Apache-2.0
// The messages to people that wait to be told later or together, and when it is
// their turn (SPEC DELIVERY-9). The messages themselves are in the ledger, and
// this keeps a few numbers for each subscription and addressee.
//
//   held.Add(delivery, now);
//   for (const HeldGroup& group : held.Due(find, gate, now)) {
//     ... the messages of the group are read and told ...
//     held.Remove(group);
//   }
//
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "core/delivery/people_gate.h"
#include "core/delivery/receiver.h"
#include "core/delivery/subscription.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// What waits for one receiver of one subscription; for email, for an address.
struct HeldGroup {
  std::string subscription, receiver, address;
  uint64_t count = 0;         // Messages.
  bool is_throttled = false;  // One of them exceeded `max`.
  // When the first and the last of those came that wait for others.
  absl::Time first_late = absl::InfiniteFuture();
  absl::Time last_late = absl::InfinitePast();
};

class HeldMessages {
 public:
  // Late messages are told once none has come for kSettled, or kSettledAtLast
  // after the first.
  static constexpr absl::Duration kSettled = absl::Seconds(10);
  static constexpr absl::Duration kSettledAtLast = absl::Minutes(5);
  // An alert that comes so long after it was detected is late: there was an
  // outage.
  static constexpr absl::Duration kLate = absl::Minutes(5);

  // Null where it is not in force.
  using Find = absl::FunctionRef<const Subscription*(const std::string& id)>;

  // Messages whose IsDecidersWait(); others are left out.
  void Add(const DeliveryRecord& delivery, absl::Time now);
  // Whether something is known that waits for the same.
  bool HasGroupOf(const DeliveryRecord& delivery) const;
  // Whose turn it is at `now`, without those of subscriptions that are paused
  // or not in force.
  std::vector<HeldGroup> Due(Find find, const PeopleGate& gate,
                             absl::Time now) const;
  // When it is the turn of a group that has none at `now`; InfiniteFuture where
  // there is no such group.
  absl::Time NextWake(Find find, const PeopleGate& gate, absl::Time now) const;
  void Remove(const HeldGroup& group);
  void Forget(const std::string& subscription);
  bool empty() const { return groups_.empty(); }

 private:
  static absl::Time TurnOf(const HeldGroup& group,
                           const Subscription& subscription,
                           const PeopleGate& gate, absl::Time now);

  // By subscription and addressee.
  std::map<std::pair<std::string, std::string>, HeldGroup> groups_;
};

// Whether the messages of a group are told as one catch-up, or else each by
// itself. `waiting` is how many wait for its addressee in all groups whose turn
// it is; `oldest` is when the first alert of the group was detected.
bool IsCaughtUp(const HeldGroup& group, const ReceiverOptions& receiver,
                uint64_t waiting, absl::Time oldest, absl::Time now);

}  // namespace presshawk
