// SPDX-License-Identifier: Apache-2.0
// Who would have been told what, and when: subscriptions in virtual time, with
// receivers that take everything at once (SPEC SUB-9).
//
//   Simulation simulation(subscriptions, receivers, [&](SimulatedDelivery d) {…});
//   simulation.Accept(alert, matcher.Match(alert), alert.detected_at);   // …
//   simulation.RunUntil(end);
//
// It decides by the same Decider and DigestClock as the delivery role. Where an
// alert comes at the instant of a slot, the alert is first.
// THREAD SAFETY. None.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/delivery/decider.h"
#include "core/delivery/digest_clock.h"

namespace presshawk {

struct SimulatedDelivery {
  absl::Time at;
  std::string subscription;
  std::string receiver;  // `_feed` for a subscription that has no other.
  std::string type;      // "presshawk.alert.v1"
  std::string slot;      // Of a digest.
  std::vector<std::string> alerts;  // The ids of all that it tells.
  std::string why;                  // For a person: what made it due.
};

class Simulation {
 public:
  // `subscriptions` must outlive it. `tell` gets the deliveries in order.
  Simulation(absl::Span<const Subscription> subscriptions,
             absl::Span<const ReceiverOptions> receivers,
             std::function<void(const SimulatedDelivery&)> tell);

  // An alert that comes at `time`, after what was due before. A time before that
  // of the last call counts as that one. An alert that came before is nothing.
  void Accept(const IncomingAlert& alert,
              absl::Span<const MatchedSubscription> matched, absl::Time time);
  // An article is taken back at `time`: what waits of it is cancelled. Who was
  // told is not told again, as nothing is kept of that.
  void Retract(const RetractedArticle& article, absl::Time time);
  // Lets time pass up to `end`, with what is due then.
  void RunUntil(absl::Time end);

 private:
  // What is due before `end`, or also then.
  void Run(absl::Time end, bool inclusive);
  void CutDigests();
  void ReleaseEmbargoes();
  // Takes over what was decided, and tells the deliveries.
  void Apply(const LedgerBatch& batch, const std::string& slot,
             const std::string& why);
  void KeepWaiting(const EntryRecord& entry);
  const Subscription* Find(const std::string& id) const;
  // Tells people what was held back for them, if its time has come.
  void TellHeld();
  void TellGroup(const HeldGroup& group, uint64_t of_receiver);

  const absl::Span<const Subscription> subscriptions_;
  const std::function<void(const SimulatedDelivery&)> tell_;
  Decider decider_;
  DigestClock digests_;
  absl::Time now_ = absl::InfinitePast();
  // What waits for one subscription.
  struct Queue {
    std::map<uint64_t, EntryRecord> entries;  // In the order of arrival.
    absl::flat_hash_map<std::string, uint64_t> places;  // By alert.
  };
  // Alerts that something waits for, and how many entries.
  struct Kept {
    IncomingAlert alert;
    size_t entries = 0;
  };
  // A message that is held back, and when the first alert was detected that it
  // tells.
  struct HeldBack {
    DeliveryRecord record;
    SimulatedDelivery delivery;
    absl::Time oldest;
  };
  HeldMessages held_;
  // By subscription and receiver, in the order of sequences.
  std::map<std::pair<std::string, std::string>, std::map<uint64_t, HeldBack>>
      held_back_;
  const std::vector<ReceiverOptions> receivers_;
  absl::flat_hash_map<std::string, Kept> alerts_;
  absl::flat_hash_set<std::string> seen_;
  std::map<std::string, Queue> waiting_;  // By subscription.
  uint64_t arrivals_ = 0;
  // Ends of embargoes that something waits for, or waited for: of which
  // subscription and alert.
  std::multimap<absl::Time, std::pair<std::string, std::string>> embargoes_;
};

}  // namespace presshawk
