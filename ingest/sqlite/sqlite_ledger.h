// SPDX-License-Identifier: Apache-2.0
// The LedgerStore in SQLite. Its methods are in sqlite_decide.cc, sqlite_send.cc,
// sqlite_read.cc and sqlite_care.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/sqlite/sqlite_files.h"
#include "ingest/sqlite/sqlite_lock.h"

namespace presshawk {

class SqliteStore : public LedgerStore {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const SqliteOptions& options);

  std::string epoch() const override { return epoch_; }
  std::string name() const override {
    return "sqlite:" + files_->options().path;
  }

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
  explicit SqliteStore(std::unique_ptr<SqliteFiles> files)
      : files_(std::move(files)) {}

  absl::Status SettleEpoch();
  absl::Status CountOpening();
  absl::StatusOr<Lease> TakeLease(const std::string& holder);
  std::optional<Lease> HeldLease();
  void SetLock(std::unique_ptr<SqliteLock> lock, Lease lease);
  // Aborted unless this object holds it and nobody has taken it over.
  absl::Status CheckLease(const Lease& lease, SqliteConnection* db);
  absl::Status CheckReserve() const;
  uint64_t ForgetAlerts(const std::vector<int64_t>& alerts,
                        uint64_t* deliveries, SqliteWork* work);

  const std::unique_ptr<SqliteFiles> files_;
  std::string epoch_;
  int64_t opening_ = 0;  // Tells this object's claims from earlier ones.

  Mutex acquire_mutex_;
  Mutex lease_mutex_;
  std::unique_ptr<SqliteLock> lock_ ABSL_GUARDED_BY(lease_mutex_);
  Lease lease_ ABSL_GUARDED_BY(lease_mutex_);  // Where lock_ is held.

  // Where the next Retain() goes on looking, so that it does not look at what
  // stays again and again. Under retain_mutex_.
  Mutex retain_mutex_;
  int64_t retain_deliveries_ ABSL_GUARDED_BY(retain_mutex_) = 0;
  std::pair<int64_t, std::string> retain_entries_
      ABSL_GUARDED_BY(retain_mutex_);
  int64_t retain_alerts_ ABSL_GUARDED_BY(retain_mutex_) = 0;
};

}  // namespace presshawk
