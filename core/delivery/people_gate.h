// SPDX-License-Identifier: Apache-2.0
// When people are left alone: the quiet hours of subscriptions and their `max`
// (SPEC SUB-6, DELIVERY-9). Machines are told at once and never ask.
//
//   PeopleGate gate;
//   gate.Load(notes);                              // From the ledger.
//   const std::string to = AddresseeOf("newsroom", "");
//   if (auto hold = gate.HoldOf(one, to, false, now)) {
//     ... the message waits until hold->until ...
//   } else {
//     gate.Count(one, to, now, &changed);          // It is told.
//   }
//
// What is counted, and the message that was counted, are one transaction of the
// ledger. A pure state machine: it reads no clock, and `now` may go back.
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "core/delivery/subscription.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// Who is told one message: a receiver, or for email one of its addresses.
std::string AddresseeOf(const std::string& receiver,
                        const std::string& address);

// Each addressee by itself.
class PeopleGate {
 public:
  using Notes = std::vector<std::pair<std::string, std::string>>;
  static constexpr std::string_view kPrefix = "people/";

  struct Hold {
    WaitReason reason = WaitReason::kQuiet;  // Or kThrottle.
    absl::Time until;
  };

  // Notes that no PeopleGate wrote are left out.
  void Load(const Notes& notes);

  // What holds a message of the subscription to `to` back at `now`; nothing
  // where it is told. `is_excepted`: quiet hours do not hold it.
  std::optional<Hold> HoldOf(const Subscription& subscription,
                             const std::string& to, bool is_excepted,
                             absl::Time now) const;
  // `to` is told one message. Appends to *changed what the ledger keeps.
  void Count(const Subscription& subscription, const std::string& to,
             absl::Time now, Notes* changed);

  // Up to which sequence catch-ups of the subscription have told `to`. Later
  // ones tell of higher sequences only.
  uint64_t CaughtUpTo(const std::string& subscription,
                      const std::string& to) const;
  void SetCaughtUpTo(const std::string& subscription, const std::string& to,
                     uint64_t sequence, Notes* changed);

 private:
  // A period of `max` begins with its first message.
  struct Period {
    absl::Time begin;
    uint32_t count = 0;
  };
  static bool IsIn(const Subscription& subscription, const Period& period,
                   absl::Time now);

  // Both by subscription and `to`.
  absl::flat_hash_map<std::pair<std::string, std::string>, Period> periods_;
  absl::flat_hash_map<std::pair<std::string, std::string>, uint64_t> caught_up_;
};

// Whether alerts of a list with these labels are told in quiet hours.
bool IsExcepted(const Subscription& subscription,
                const std::vector<std::pair<std::string, std::string>>& labels);

}  // namespace presshawk
