// SPDX-License-Identifier: Apache-2.0
// The LedgerStore in PostgreSQL. Its methods are in postgres_decide.cc, postgres_send.cc,
// postgres_read.cc and postgres_care.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/postgres/postgres_pool.h"
#include "ingest/postgres/postgres_rows.h"
#include "ingest/postgres/postgres_store.h"

namespace presshawk {

class PostgresStore : public LedgerStore {
 public:
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(
      const PostgresOptions& options);

  std::string epoch() const override { return epoch_; }
  std::string name() const override { return pool_.name(); }

  absl::StatusOr<Lease> AcquireLease(const std::string& holder,
                                     absl::Time now) override;
  absl::Status ReleaseLease(const Lease& lease) override;
  absl::Status Commit(const LedgerBatch& batch, absl::Time now) override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> KnownEntries(
      absl::Span<const std::string> alerts) override;
  absl::StatusOr<std::vector<SubscriptionRecord>> Subscriptions() override;
  absl::StatusOr<std::vector<PositionRecord>> Positions() override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Notes(
      const std::string& prefix) override;
  absl::Status ForEachStoryArticle(
      absl::Time since,
      absl::FunctionRef<void(const StoryArticleRecord&)> take) override;
  absl::StatusOr<std::vector<DeliveryRecord>> WaitingDeliveries(
      const std::string& receiver, bool held, uint32_t limit) override;
  absl::StatusOr<std::vector<EntryRecord>> WaitingEntries(
      const std::string& subscription, uint32_t limit) override;
  absl::StatusOr<uint64_t> CancelWaiting(const Lease& lease,
                                         const std::string& subscription,
                                         const std::string& article,
                                         const std::string& why,
                                         absl::Time now) override;

  absl::StatusOr<SenderStepResult> Step(const SenderStep& step,
                                        absl::Time now) override;
  absl::StatusOr<std::vector<ClaimedDelivery>> TakeOrphans(
      const std::string& instance, absl::Time now, uint32_t limit) override;
  absl::StatusOr<std::vector<ReceiverRecord>> Receivers() override;

  absl::StatusOr<std::optional<AlertRecord>> FindAlert(
      const std::string& id) override;
  absl::StatusOr<Page<AlertRecord>> Alerts(const AlertFilter& filter) override;
  absl::StatusOr<std::vector<EntryRecord>> EntriesOf(
      const std::string& alert) override;
  absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>> Events(
      const std::string& subscription, uint64_t after, uint32_t limit) override;
  absl::StatusOr<std::optional<ClaimedDelivery>> FindDelivery(
      const std::string& id) override;
  absl::StatusOr<Page<DeliveryRecord>> Deliveries(
      const DeliveryFilter& filter) override;
  absl::StatusOr<std::vector<AttemptRecord>> Attempts(
      const std::string& delivery) override;
  absl::StatusOr<uint64_t> UpdateDeliveries(
      absl::Span<const DeliveryRecord> deliveries, absl::Time now) override;
  absl::Status AddMessages(absl::Span<const DeliveryRecord> messages) override;
  absl::Status PutReceiver(const ReceiverRecord& receiver) override;
  absl::StatusOr<std::vector<SilenceRecord>> Silences() override;
  absl::Status PutSilence(const SilenceRecord& silence) override;
  absl::StatusOr<std::vector<TokenRecord>> Tokens() override;
  absl::Status PutToken(const TokenRecord& token) override;
  absl::Status UseToken(const std::string& id, absl::Time used_at) override;
  absl::StatusOr<bool> RemoveToken(const std::string& id) override;
  absl::StatusOr<LedgerCounts> Counts() override;
  absl::StatusOr<std::vector<WaitingCount>> Waiting() override;

  absl::StatusOr<uint64_t> Retain(absl::Time before, uint32_t limit) override;
  absl::StatusOr<uint64_t> Forget(const ForgetRequest& request,
                                  absl::Time now) override;
  absl::StatusOr<std::vector<AuditRecord>> Audit(uint32_t limit) override;
  absl::Status Backup(const std::string& path) override;

 private:
  PostgresStore(const std::string& url, const std::string& name)
      : pool_(url, name) {}

  absl::Status Settle(PostgresConnection* db);
  // A transaction of the decider: Aborted unless this object's session has the
  // lease and nobody has taken it over.
  template <typename Work>
  absl::Status Decide(const Lease& lease, Work work);
  absl::StatusOr<Lease> ExtendLease() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Lease> TakeLease(const std::string& holder)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  PostgresPool pool_;
  std::string epoch_;
  int64_t opening_ = 0;  // Tells this object's claims from earlier ones.

  Mutex mutex_;
  // The session that has the lock, while there is a lease.
  std::unique_ptr<PostgresConnection> decider_ ABSL_GUARDED_BY(mutex_);
  Lease lease_ ABSL_GUARDED_BY(mutex_);
  // The number of the next alert: only the decider adds any.
  int64_t next_alert_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace presshawk
