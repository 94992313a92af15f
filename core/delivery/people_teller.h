// SPDX-License-Identifier: Apache-2.0
// Tells people what was held back for them: after quiet hours, at the end of a
// period of `max`, after an outage; each message by itself, or all of them as
// one catch-up (SPEC DELIVERY-9).
//
//   PeopleTeller people({.store = …, .decider = …, .recall = …, .commit = …});
//   people.Load(now);                        // When the lease was taken.
//   … after each commit of the decider: people.NoteCommitted(batch, now);
//   people.Tick(receivers, find, now);       // Once a second.
//
// What is held is in the ledger, and senders leave it alone; so that a crash at
// any point loses nothing and tells nothing twice.
// ERRORS. Those of the store and of `commit`; the same call may be repeated.
// THREAD SAFETY. None: it is the decider's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/delivery/decider.h"
#include "core/delivery/held_messages.h"
#include "core/delivery/receiver.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

class PeopleTeller {
 public:
  struct Parts {
    LedgerStore* store = nullptr;
    Decider* decider = nullptr;
    // All that is held back is told as one, however little (SPEC DELIVERY-6).
    bool rebuilt = false;
    // An alert of the ledger, with its story as it is now. Without a text where
    // it was forgotten.
    std::function<absl::StatusOr<IncomingAlert>(const std::string& alert)>
        recall;
    // Writes what was decided. It calls NoteCommitted().
    std::function<absl::Status(LedgerBatch batch)> commit;
  };

  explicit PeopleTeller(Parts parts) : parts_(std::move(parts)) {}

  absl::Status Load(absl::Time now);
  void NoteCommitted(const LedgerBatch& batch, absl::Time now);
  // Tells what is due. `find` gives the subscriptions in force.
  absl::Status Tick(const std::vector<ReceiverOptions>& receivers,
                    HeldMessages::Find find, absl::Time now);
  // The subscription was deleted, and what waited for it is cancelled.
  void Forget(const std::string& subscription) { held_.Forget(subscription); }

 private:
  struct Turn {
    const HeldGroup& group;
    const Subscription& subscription;
    const ReceiverOptions& receiver;
    uint64_t waiting;  // Messages to the addressee, of all groups of this tick.
    absl::Time now;
  };

  absl::Status LookAtCircuits(const std::vector<ReceiverOptions>& receivers,
                              HeldMessages::Find find, absl::Time now,
                              absl::flat_hash_set<std::string>* down);
  absl::Status LeaveProbe(const std::string& receiver, HeldMessages::Find find,
                          absl::Time now);
  absl::StatusOr<bool> IsUrgent(const Subscription& subscription,
                                const DeliveryRecord& delivery);
  // Nothing where fewer than `at_least` wait.
  absl::Status HoldBacklog(const std::string& receiver, uint32_t at_least,
                           HeldMessages::Find find);
  absl::Status TellGroups(const std::vector<ReceiverOptions>& receivers,
                          HeldMessages::Find find,
                          const std::vector<HeldGroup>& due, absl::Time now);
  // Adds to *told how many messages it told. `all` are those to the receiver.
  absl::Status TellGroup(const Turn& turn,
                         const std::vector<DeliveryRecord>& all, size_t* told);
  // Moves the messages that say that an article was taken back from *messages
  // to *alone: a catch-up would show the article as news.
  absl::StatusOr<std::vector<EntryRecord>> ToldBy(
      std::vector<DeliveryRecord>* messages, std::vector<DeliveryRecord>* alone,
      absl::Time* oldest);

  const Parts parts_;
  HeldMessages held_;
  absl::Time next_load_ = absl::InfinitePast();
  // The receivers of people that work, and since when.
  absl::flat_hash_map<std::string, absl::Time> working_;
};

// The sequences that a catch-up has told, ascending, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> CoveredBy(LedgerStore* store,
                                                const DeliveryRecord& catchup,
                                                size_t limit);

}  // namespace presshawk
