// SPDX-License-Identifier: Apache-2.0
// Decides who is told what: from an alert and the subscriptions that it matches
// to the rows of one transaction of the ledger.
//
//   Decider decider({.epoch = store->epoch()}, *store->Subscriptions(), notes);
//   decider.Begin(now, known);
//   for (const IncomingAlert& alert : alerts) {
//     decider.Accept(alert, matcher.Match(alert));
//   }
//   LedgerBatch batch = decider.Take();    // Committed, with positions, as one.
//
// A pure state machine: the same calls give the same rows. It reads no clock
// and asks no store. What it keeps is what the ledger has: the next sequence of
// every subscription, and which stories were told. So a batch that cannot be
// committed is tried again as it is, and a decider whose lease was lost is
// thrown away.
//
// THREAD SAFETY. None: one thread's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/delivery/digest.h"
#include "core/delivery/digest_clock.h"
#include "core/delivery/envelope.h"
#include "core/delivery/held_messages.h"
#include "core/delivery/people_gate.h"
#include "core/delivery/receiver.h"
#include "core/delivery/retractions.h"
#include "core/delivery/subscription.h"
#include "core/delivery/told_stories.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// An alert as it comes to the ledger, and what its story is by now.
struct IncomingAlert {
  AlertRecord record = {};
  StoryFacts story = {};  // Its id is empty where the article has no signature.
  // Other stories that its article united with `story`.
  std::vector<std::string> united = {};
  std::string article_version = {};
  // Of its list: what quiet hours may be excepted for.
  std::vector<std::pair<std::string, std::string>> labels = {};
  // Nobody is told before this time (SPEC DELIVERY-5).
  absl::Time embargo = absl::InfinitePast();
};

// A subscription that the alert belongs to.
struct MatchedSubscription {
  const Subscription* subscription = nullptr;
  std::string silence =
      {};  // The id of a silence that hides the alert; or empty.
};

// An article that its publisher took back.
struct RetractedArticle {
  std::string id = {}, version = {};  // Of the canceled article.
  absl::Time detected_at = absl::InfinitePast();
};

// An alert that is in the ledger, and what became of it.
struct AcceptedAlert {
  IncomingAlert alert;
  std::vector<EntryRecord> entries;
};

// An entry that waits, with what is told when it does not any more.
struct WaitingAlert {
  EntryRecord entry;
  IncomingAlert alert;
};

class Decider {
 public:
  struct Options {
    std::string epoch = {};  // Of the ledger.
    // What is told was read from the topic a second time, for a ledger that was
    // lost (SPEC DELIVERY-6).
    bool rebuilt = false;
    // Alerts that no subscription matches are kept, too (`alerts: all`).
    bool keep_all = true;
    // Makes an alert's JSON shorter, without most of its hits and snippets.
    // Null: nothing is shortened.
    std::function<std::string(std::string_view json)> shorten = nullptr;
  };
  // Since the start.
  struct Counts {
    uint64_t accepted = 0;    // Entries.
    uint64_t duplicates = 0;  // Entries that were there already.
    uint64_t unreadable = 0;
    uint64_t folded = 0;
    uint64_t silenced = 0;
    uint64_t retractions = 0;  // Without repeats.
    uint64_t retracted = 0;    // Entries that these cancelled.
  };

  // `notes` are those that this, and the parts it has, wrote before.
  Decider(Options options, const std::vector<SubscriptionRecord>& subscriptions,
          const ToldStories::Notes& notes);

  // The articles that were taken back, as the ledger's notes have them, whose
  // names begin with kRetractionNotes.
  static constexpr std::string_view kRetractionNotes = "retracted/";
  void LoadRetractions(const Retractions::Notes& notes);
  // The receivers of the configuration, by name. Replaces those before.
  void SetReceivers(absl::Span<const ReceiverOptions> receivers);

  // Begins a transaction. `known` are pairs of subscription and alert that the
  // ledger has already.
  void Begin(absl::Time now,
             absl::Span<const std::pair<std::string, std::string>> known);
  // An alert, with all subscriptions in force that match it.
  void Accept(const IncomingAlert& alert,
              absl::Span<const MatchedSubscription> matched);
  // An article was taken back: alerts of it that are accepted later, of this
  // version or an older one, are cancelled. False for a repeat, of which
  // nothing more is to be done. Retract() comes next, where there are alerts.
  bool NoteRetraction(const RetractedArticle& article);
  // Cancels what waits of the article's `alerts`, which are all that the ledger
  // has, among the `deliveries` that tell one of them. Tells a correction to each
  // subscription that was told of one, and that `find` finds.
  // REQUIRES: none of the alerts was accepted in this transaction.
  using FindSubscription =
      absl::FunctionRef<const Subscription*(const std::string& id)>;
  void Retract(const RetractedArticle& article,
               absl::Span<const AcceptedAlert> alerts,
               absl::Span<const DeliveryRecord> deliveries,
               FindSubscription find);
  // Deliveries that Retract() cancelled, or left alone because they were being
  // sent, and of which it is not known that they have ended. Each is to be
  // settled from time to time: one that was being sent may wait again.
  std::vector<std::string> Unsettled() const;
  // `delivery` is what the ledger has under the id; null for nothing.
  void Settle(const std::string& id, const DeliveryRecord* delivery);
  // An alert that cannot be read. It is kept whole, and nobody is told.
  void AcceptUnreadable(std::string id, std::string bytes, std::string why);
  // Whether the story of an entry that waits was told meanwhile, by a copy of
  // it: Release() then folds it.
  bool WasTold(const Subscription& subscription,
               const EntryRecord& entry) const;
  // An entry need not wait any longer: a pause, an embargo has ended.
  void Release(const Subscription& subscription, const WaitingAlert& waiting);
  // Tells all of `entries`, of which WasTold() none, as one part of a digest.
  // `plan` is theirs, and `shown` are the alerts of its first rows, of each in
  // turn; those beyond plan.shown only say on how many sites their stories are.
  void Digest(const DigestCut& cut, absl::Span<const EntryRecord> entries,
              const DigestPlan& plan, absl::Span<const IncomingAlert> shown);
  // Receivers that do not work at the moment. Messages to people wait until one
  // does.
  void SetDown(absl::flat_hash_set<std::string> receivers) {
    down_ = std::move(receivers);
  }
  // A message to people has waited long enough: it is told, unless it would be
  // more than `max`, and then it is held on.
  void LetGo(const Subscription& subscription, DeliveryRecord held);
  // Tells `held`, messages to one receiver (for email, to one address) by
  // ascending sequence, as one: their deliveries are cancelled. `plan` and `shown` are of all that they tell, as
  // for Digest(), which are `alerts` alerts.
  void Catchup(const Subscription& subscription,
               absl::Span<const DeliveryRecord> held, size_t alerts,
               const DigestPlan& plan, absl::Span<const IncomingAlert> shown);
  // Whether its article was taken back.
  bool IsRetracted(const IncomingAlert& alert) const;
  // When people are told, and up to which sequence catch-ups have told them.
  const PeopleGate& gate() const { return gate_; }
  // The subscription has vanished from its files, or is there again.
  void SetVanished(const std::string& subscription, absl::Time vanished_at);
  // Forgets stories that closed before.
  void Expire(absl::Time before) { told_.Expire(before, &batch_.notes); }
  // Forgets articles that were taken back before.
  void ExpireRetractions(absl::Time before) {
    retractions_.Expire(before, &batch_.notes);
  }

  // Until when an entry waits for its embargo; InfinitePast where it waits for
  // something else.
  static absl::Time EmbargoOf(const EntryRecord& entry);

  // Ends the transaction: its rows, without lease and positions.
  LedgerBatch Take();

  const Counts& counts() const { return counts_; }
  // The ids of all subscriptions that the ledger knows.
  std::vector<std::string> Known() const;
  // Whether the subscription tells each story once: as it says, or else where
  // one of its receivers is for people.
  bool TellsOnce(const Subscription& subscription) const;

 private:
  // What of an event says when people are told of it.
  struct Timing {
    bool is_excepted = false;  // From quiet hours.
    // There was an outage, or a pause: it is told with others, if there are
    // many (SPEC DELIVERY-9).
    bool is_late = false;
  };

  // Tells an alert as an event; returns its sequence.
  uint64_t Tell(const Subscription& subscription, const IncomingAlert& alert,
                bool is_late, std::string_view type, std::string_view key,
                std::string_view extra);
  // Appends the event, with a delivery for each receiver. `shorter` makes a
  // body of at most so many bytes for a receiver that does not take the event's
  // own, of `bytes`.
  using Shorter = absl::FunctionRef<std::string(std::string_view delivery,
                                                uint64_t max_body)>;
  void AddEvent(const Subscription& subscription, EventRecord event,
                size_t bytes, Timing timing, Shorter shorter);
  // Holds the delivery to a receiver that people read, or counts it.
  void Hold(const Subscription& subscription, Timing timing,
            DeliveryRecord* delivery);
  // The receiver, or null where the configuration has none of that name.
  const ReceiverOptions* FindReceiver(const std::string& name) const;
  // With the next sequence of the subscription.
  EventRecord NextEvent(const Subscription& subscription, std::string_view type,
                        std::string_view key);
  // What all events of the subscription say; views of the arguments.
  EnvelopeFacts FactsOf(const Subscription& subscription, std::string_view type,
                        uint64_t sequence) const;
  void NoteTold(const Subscription& subscription, std::string_view watchlist,
                std::string_view story, uint64_t sites, std::string_view site);
  EntryRecord Entry(const Subscription& subscription,
                    const IncomingAlert& alert) const;
  // Decides about an entry that nothing holds back.
  void Decide(const Subscription& subscription, const IncomingAlert& alert,
              bool is_late, EntryRecord* entry);
  void Fold(const Subscription& subscription, const IncomingAlert& alert,
            bool is_late, const std::string& key, EntryRecord* entry);
  void Cancel(EntryRecord entry);
  void NoteUnited(const IncomingAlert& alert,
                  absl::Span<const MatchedSubscription> matched);
  void Keep(const AlertRecord& alert);
  SubscriptionRecord& Record(const std::string& id);

  const Options options_;
  absl::flat_hash_map<std::string, SubscriptionRecord> records_;
  absl::flat_hash_map<std::string, ReceiverOptions> receivers_;
  ToldStories told_;
  PeopleGate gate_;
  absl::flat_hash_set<std::string> down_;
  Retractions retractions_;
  Retractions::Extent retracted_before_;  // The last NoteRetraction().
  absl::flat_hash_set<std::string> unsettled_;
  Counts counts_;

  // The transaction.
  absl::Time now_ = absl::InfinitePast();
  LedgerBatch batch_;
  absl::flat_hash_set<std::pair<std::string, std::string>> known_;
  absl::flat_hash_set<std::string> kept_;     // Alerts in batch_.
  absl::flat_hash_set<std::string> changed_;  // Subscriptions in batch_.
};

}  // namespace presshawk
