// SPDX-License-Identifier: Apache-2.0
// The port of the ledger: where everything owed and told is kept.
// ingest/sqlite and ingest/postgres implement it, and MemoryStore in
// tests/support, which is the oracle of their contract suite.
//
//   auto lease = store->AcquireLease("host:4711", now);     // the decider
//   store->Commit({.lease = *lease, .alerts = ..., .entries = ...}, now);
//   store->Step({.instance = ..., .finished = ..., .wanted = ...}, now);  // sends
//
// One call is one transaction: all of it is durable when the call returns OK,
// and nothing of it happened when the call returns an error. There is one
// exception: where the connection to a server breaks while it commits, the call
// returns Unavailable and nobody knows. The same call may then be repeated; a
// decider has lost its lease as well and reads anew.
//
// CLOCK. Every call gets `now`; a store never reads the clock.
// ERRORS. Unavailable: the store is away, locked or full, and the call may be
// repeated. Aborted: the lease belongs to somebody else by now, so that the
// caller is not the decider any more. FailedPrecondition: the schema is newer
// than this program. InvalidArgument and AlreadyExists: the caller's rows
// contradict each other or what is there, or another has the lease. The message
// is fit to be shown to an operator.
// THREAD SAFETY. All methods may be called by any thread. Reads do not wait for
// a writer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// Who decides. A lease that was taken over has a higher epoch, and the store
// refuses what comes with an older one.
struct Lease {
  std::string holder = {};
  uint64_t epoch = 0;
};

// What the decider writes in one transaction.
struct LedgerBatch {
  Lease lease = {};
  std::vector<AlertRecord> alerts = {};  // One that is there already stays.
  // Inserted, or replaced. InvalidArgument where the alert is not there.
  std::vector<EntryRecord> entries = {};
  // Inserted. AlreadyExists where the sequence is there.
  std::vector<EventRecord> events = {};
  // Inserted. One that is there is replaced only while it is kWaiting: what a
  // sender has claimed or ended since the decider looked stays as it is.
  std::vector<DeliveryRecord> deliveries = {};
  std::vector<SubscriptionRecord> subscriptions = {};  // Inserted, or replaced.
  std::vector<PositionRecord> positions = {};          // Inserted, or replaced.
  // One that is there stays.
  std::vector<StoryArticleRecord> story_articles = {};
  // Opaque state of the decider by name ("stories/...", "slot/..."): inserted
  // or replaced; an empty value removes it.
  std::vector<std::pair<std::string, std::string>> notes = {};
};

// A delivery that this instance must send now, with its sealed bytes.
struct ClaimedDelivery {
  DeliveryRecord record;
  std::string body = {};
};

// What a sender writes and asks for in one transaction.
struct SenderStep {
  std::string instance = {};
  // Outcomes of what was claimed before: each replaces the delivery's state,
  // reason, due, attempts, last_at, own_body and replay, and logs the attempt.
  // Where another instance has the delivery by now, or it has ended, only the
  // attempt is logged; but kDelivered and kHandedOver are always written.
  std::vector<std::pair<DeliveryRecord, AttemptRecord>> finished = {};
  // Circuits that changed. One that is there stays where its state is younger
  // (`since`), or where it is paused and this one is not: what an operator did
  // meanwhile (PutReceiver) counts.
  std::vector<ReceiverRecord> receivers = {};
  // How many deliveries of each receiver may be claimed: the oldest that are
  // waiting and due, by (due, id). They become kSending under a lease of
  // `lease`.
  std::vector<std::pair<std::string, uint32_t>> wanted = {};
  absl::Duration lease = absl::Seconds(60);
  // Deliveries that are still being sent: their leases are renewed.
  std::vector<std::string> renewed = {};
};

struct SenderStepResult {
  std::vector<ClaimedDelivery> claimed = {};
  // By receiver that was asked for and is not exhausted by `claimed`: when its
  // next delivery is due. Absent where none is ever due.
  std::vector<std::pair<std::string, absl::Time>> next_due = {};
};

// A page of rows, those that came to the ledger last first. `after` is the
// opaque end of the page before. A page looks through a bounded number of rows,
// so that it may have fewer than `limit`, or none, although there is a next
// one; the last page is the one without `next`.
struct DeliveryFilter {
  // Empty: any. `alert`, `article` and `story` find every message that tells
  // such an alert, digests included.
  std::string subscription = {}, receiver = {}, alert = {}, article = {},
              story = {};
  std::optional<DeliveryState> state = {};
  std::optional<absl::Time> from = {},
                            until = {};  // Of created_at: [from, until).
  std::string after = {};
  uint32_t limit = 100;
};
struct AlertFilter {
  std::string watchlist = {}, story = {}, article = {};
  // What one digest told: that of this subscription with this sequence. The
  // three above do not count then.
  std::string subscription = {};
  uint64_t sequence = 0;
  std::string after = {};
  uint32_t limit = 100;
};
template <typename Record>
struct Page {
  std::vector<Record> rows = {};
  std::string next = {};  // Empty at the end.
};

// How many of what there is.
struct LedgerCounts {
  std::vector<std::pair<EntryState, uint64_t>> entries = {};
  std::vector<std::pair<DeliveryState, uint64_t>> deliveries = {};
  uint64_t alerts = 0, unreadable = 0;
  uint64_t bytes = 0;  // On disk.
};

// What of one receiver waits, for metrics and the API.
struct WaitingCount {
  std::string receiver = {};
  WaitReason reason = WaitReason::kDue;
  uint64_t count = 0;
  absl::Time oldest = {};  // Of created_at.
};

struct ForgetRequest {
  std::string article = {}, source = {}, address = {};  // One of them.
  std::string who = {};                                 // For the audit row.
};

class LedgerStore {
 public:
  virtual ~LedgerStore() = default;

  // Eight hex digits, new when the ledger was created or restored.
  virtual std::string epoch() const = 0;
  // "sqlite:/var/lib/presshawk/ledger.db": for messages.
  virtual std::string name() const = 0;

  // --- The decider.
  // Takes the lease, or extends it by its holder: the epoch stays while this
  // object has held it without a break, and grows otherwise. AlreadyExists, with
  // a message that names the holder, while somebody else has it. Leases are of
  // this object: it ends with the object and with the process, also by a kill.
  virtual absl::StatusOr<Lease> AcquireLease(const std::string& holder,
                                             absl::Time now) = 0;
  // Aborted where it is not held.
  virtual absl::Status ReleaseLease(const Lease& lease) = 0;
  // Besides the general errors, Unavailable where the batch has alerts and less
  // disk is free than the reserve; batches without alerts are still taken.
  virtual absl::Status Commit(const LedgerBatch& batch, absl::Time now) = 0;
  // Which (subscription, alert) pairs of these alerts are there.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
  KnownEntries(absl::Span<const std::string> alerts) = 0;
  virtual absl::StatusOr<std::vector<SubscriptionRecord>> Subscriptions() = 0;
  virtual absl::StatusOr<std::vector<PositionRecord>> Positions() = 0;
  // All notes whose names begin with `prefix`, by name.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
  Notes(const std::string& prefix) = 0;
  // Calls `take` with the signatures that were accepted at `since` or later, in
  // the order in which they were accepted.
  virtual absl::Status ForEachStoryArticle(
      absl::Time since,
      absl::FunctionRef<void(const StoryArticleRecord&)> take) = 0;
  // Entries of a subscription that wait, the oldest first, at most `limit`.
  virtual absl::StatusOr<std::vector<EntryRecord>> WaitingEntries(
      const std::string& subscription, uint32_t limit) = 0;
  // Deliveries to a receiver that wait: with `held` those of IsDecidersWait(),
  // else the others; by subscription, address and sequence, at most `limit`.
  virtual absl::StatusOr<std::vector<DeliveryRecord>> WaitingDeliveries(
      const std::string& receiver, bool held, uint32_t limit) = 0;
  // Cancels what waits for the subscription, or of the article, or, where both
  // are given, of the article for the subscription: entries, with `why`, and
  // deliveries, whose reason becomes kDue. Of an article these are the deliveries
  // whose event has an alert of it as its body; digests and catch-ups that list
  // it stay. Returns how many deliveries.
  virtual absl::StatusOr<uint64_t> CancelWaiting(
      const Lease& lease, const std::string& subscription,
      const std::string& article, const std::string& why, absl::Time now) = 0;

  // --- Senders, of any instance.
  virtual absl::StatusOr<SenderStepResult> Step(const SenderStep& step,
                                                absl::Time now) = 0;
  // Deliveries that are kSending and whose lease has ended, or that `instance`
  // claimed through another object than this one (its own, before a restart):
  // their senders died, and what became of them is unknown. They are claimed by
  // `instance` anew for 60 s, those first whose leases ended first. What this
  // object has claimed and renews is never among them.
  virtual absl::StatusOr<std::vector<ClaimedDelivery>> TakeOrphans(
      const std::string& instance, absl::Time now, uint32_t limit) = 0;
  virtual absl::StatusOr<std::vector<ReceiverRecord>> Receivers() = 0;

  // --- Reading and steering, by API and command line.
  virtual absl::StatusOr<std::optional<AlertRecord>> FindAlert(
      const std::string& id) = 0;
  virtual absl::StatusOr<Page<AlertRecord>> Alerts(
      const AlertFilter& filter) = 0;
  virtual absl::StatusOr<std::vector<EntryRecord>> EntriesOf(
      const std::string& alert) = 0;
  // Events of a subscription with sequences above `after`, ascending, each with
  // the JSON of its alert. OutOfRange, naming the first that is kept, where
  // retention has removed what comes after `after`.
  virtual absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>>
  Events(const std::string& subscription, uint64_t after, uint32_t limit) = 0;
  virtual absl::StatusOr<std::optional<ClaimedDelivery>> FindDelivery(
      const std::string& id) = 0;
  virtual absl::StatusOr<Page<DeliveryRecord>> Deliveries(
      const DeliveryFilter& filter) = 0;
  virtual absl::StatusOr<std::vector<AttemptRecord>> Attempts(
      const std::string& delivery) = 0;
  // Replaces deliveries that are there, are not kSending and have as many
  // attempts as the record, so that nothing is replaced that changed since it
  // was read: replays, cancellations. What was forgotten stays. Returns how
  // many were.
  virtual absl::StatusOr<uint64_t> UpdateDeliveries(
      absl::Span<const DeliveryRecord> deliveries, absl::Time now) = 0;
  // Inserts deliveries that nobody decided about, with their own bodies: tests
  // and messages to the operator, which belong to no event (sequence 0), and
  // events that are told once more to a receiver that is new. One that is there
  // stays.
  virtual absl::Status AddMessages(
      absl::Span<const DeliveryRecord> messages) = 0;
  virtual absl::Status PutReceiver(const ReceiverRecord& receiver) = 0;
  virtual absl::StatusOr<std::vector<SilenceRecord>> Silences() = 0;
  virtual absl::Status PutSilence(const SilenceRecord& silence) = 0;
  virtual absl::StatusOr<std::vector<TokenRecord>> Tokens() = 0;
  virtual absl::Status PutToken(const TokenRecord& token) = 0;
  // Marks a token as used; nothing where there is none (any more).
  virtual absl::Status UseToken(const std::string& id, absl::Time used_at) = 0;
  // False where there was none.
  virtual absl::StatusOr<bool> RemoveToken(const std::string& id) = 0;
  virtual absl::StatusOr<LedgerCounts> Counts() = 0;
  virtual absl::StatusOr<std::vector<WaitingCount>> Waiting() = 0;

  // --- Care.
  // Removes what is older than `before` and not owed any more, at most `limit`
  // rows of a kind, and gives space back; returns how many rows went. Call it
  // until it returns 0. Deliveries go first that are neither kWaiting nor
  // kSending, with their attempts; then events from the start of each feed up
  // to the first that is young or has a delivery; then entries that do not wait
  // and whose event is gone; then alerts without entries and events; then
  // silences that have ended, and signatures of articles.
  virtual absl::StatusOr<uint64_t> Retain(absl::Time before,
                                          uint32_t limit) = 0;
  // Blanks stored text, bodies and answers; keeps ids and hashes, and writes an
  // audit row. What waits with a blanked body is cancelled, and what is being
  // sent is not tried again. Returns how many alerts and deliveries were
  // blanked that were not before. It works in steps, so that after an error a
  // part may be blanked: call it again.
  virtual absl::StatusOr<uint64_t> Forget(const ForgetRequest& request,
                                          absl::Time now) = 0;
  // What was forgotten when and by whom, the last first, at most `limit`.
  virtual absl::StatusOr<std::vector<AuditRecord>> Audit(uint32_t limit) = 0;
  // Copies the ledger to a new file while it is in use. The copy, once it is
  // opened, has another epoch. Unimplemented, naming the tool, for a store that
  // has its own.
  virtual absl::Status Backup(const std::string& path) = 0;
};

}  // namespace presshawk
