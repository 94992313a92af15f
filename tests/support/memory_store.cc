// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_store.h"

#include <algorithm>
#include <charconv>

#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "tests/support/memory_tables.h"

namespace presshawk {
namespace {

uint64_t NumberOf(const std::string& after) {
  uint64_t number = UINT64_MAX;
  std::from_chars(after.data(), after.data() + after.size(), number);
  return number;
}

}  // namespace

MemoryLedger::MemoryLedger() : tables(std::make_unique<Tables>()) {}
MemoryLedger::~MemoryLedger() = default;

namespace {

class MemoryStore : public LedgerStore {
 public:
  explicit MemoryStore(std::shared_ptr<MemoryLedger> ledger)
      : ledger_(std::move(ledger)), t_(*ledger_->tables) {
    const MutexLock lock(&t_.mutex);
    opening_ = ++t_.openings;
  }
  ~MemoryStore() override {
    const MutexLock lock(&t_.mutex);
    if (t_.lease_object == this) {
      t_.lease_object = nullptr;
    }
  }

  std::string epoch() const override { return "00c0ffee"; }
  std::string name() const override { return "memory"; }

  absl::StatusOr<Lease> AcquireLease(const std::string& holder,
                                     absl::Time) override {
    const MutexLock lock(&t_.mutex);
    const bool mine = t_.lease_object == this && t_.lease_holder == holder;
    if (t_.lease_object != nullptr && !mine) {
      return absl::AlreadyExistsError(
          StrCat("memory: ", t_.lease_holder, " has the lease"));
    }
    if (!mine) {
      t_.lease_object = this;
      t_.lease_holder = holder;
      ++t_.lease_epoch;
    }
    return Lease{.holder = holder, .epoch = t_.lease_epoch};
  }
  absl::Status ReleaseLease(const Lease& lease) override {
    const MutexLock lock(&t_.mutex);
    if (absl::Status status = CheckLease(lease); !status.ok()) {
      return status;
    }
    t_.lease_object = nullptr;
    return absl::OkStatus();
  }
  absl::Status Commit(const LedgerBatch& batch, absl::Time now) override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> KnownEntries(
      absl::Span<const std::string> alerts) override {
    const MutexLock lock(&t_.mutex);
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, entry] : t_.entries) {
      if (std::find(alerts.begin(), alerts.end(), key.first) != alerts.end()) {
        found.emplace_back(key.second, key.first);
      }
    }
    return found;
  }
  absl::StatusOr<std::vector<SubscriptionRecord>> Subscriptions() override {
    return Values(t_.subscriptions);
  }
  absl::StatusOr<std::vector<PositionRecord>> Positions() override {
    return Values(t_.positions);
  }
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Notes(
      const std::string& prefix) override {
    const MutexLock lock(&t_.mutex);
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [name, value] : t_.notes) {
      if (name.starts_with(prefix)) {
        found.emplace_back(name, value);
      }
    }
    return found;
  }
  absl::Status ForEachStoryArticle(
      absl::Time since,
      absl::FunctionRef<void(const StoryArticleRecord&)> take) override {
    const MutexLock lock(&t_.mutex);
    for (const StoryArticleRecord& row : t_.story_articles) {
      if (row.accepted_at >= since) {
        take(row);
      }
    }
    return absl::OkStatus();
  }
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
  absl::StatusOr<std::vector<ReceiverRecord>> Receivers() override {
    return Values(t_.receivers);
  }
  absl::StatusOr<std::optional<AlertRecord>> FindAlert(
      const std::string& id) override {
    const MutexLock lock(&t_.mutex);
    const AlertRecord* alert = t_.FindAlert(id);
    return alert == nullptr ? std::nullopt : std::optional<AlertRecord>(*alert);
  }
  absl::StatusOr<Page<AlertRecord>> Alerts(const AlertFilter& filter) override;
  absl::StatusOr<std::vector<EntryRecord>> EntriesOf(
      const std::string& alert) override {
    const MutexLock lock(&t_.mutex);
    std::vector<EntryRecord> found;
    for (const auto& [key, entry] : t_.entries) {
      if (key.first == alert) {
        found.push_back(entry);
      }
    }
    return found;
  }
  absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>> Events(
      const std::string& subscription, uint64_t after, uint32_t limit) override;
  absl::StatusOr<std::optional<ClaimedDelivery>> FindDelivery(
      const std::string& id) override {
    const MutexLock lock(&t_.mutex);
    const MemoryDelivery* row = t_.FindDelivery(id);
    if (row == nullptr) {
      return std::optional<ClaimedDelivery>();
    }
    return std::optional<ClaimedDelivery>(
        {.record = row->record, .body = t_.BodyOf(row->record)});
  }
  absl::StatusOr<Page<DeliveryRecord>> Deliveries(
      const DeliveryFilter& filter) override;
  absl::StatusOr<std::vector<AttemptRecord>> Attempts(
      const std::string& delivery) override {
    const MutexLock lock(&t_.mutex);
    std::vector<AttemptRecord> found;
    for (const auto& [key, attempt] : t_.attempts) {
      if (std::get<0>(key) == delivery) {
        found.push_back(attempt);
      }
    }
    return found;
  }
  absl::StatusOr<uint64_t> UpdateDeliveries(
      absl::Span<const DeliveryRecord> deliveries, absl::Time now) override;
  absl::Status AddMessages(absl::Span<const DeliveryRecord> messages) override {
    if (absl::Status status = CheckUpdate(messages); !status.ok()) {
      return status;
    }
    const MutexLock lock(&t_.mutex);
    for (const DeliveryRecord& message : messages) {
      if (t_.FindDelivery(message.id) == nullptr) {
        Put(message);
      }
    }
    return absl::OkStatus();
  }
  absl::Status PutReceiver(const ReceiverRecord& receiver) override {
    const MutexLock lock(&t_.mutex);
    Put(receiver);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<SilenceRecord>> Silences() override {
    return Values(t_.silences);
  }
  absl::Status PutSilence(const SilenceRecord& silence) override {
    const MutexLock lock(&t_.mutex);
    SilenceRecord& row = t_.silences[silence.id] = silence;
    row.starts_at = Micros(row.starts_at);
    row.ends_at = Micros(row.ends_at);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<TokenRecord>> Tokens() override {
    return Values(t_.tokens);
  }
  absl::Status PutToken(const TokenRecord& token) override {
    const MutexLock lock(&t_.mutex);
    TokenRecord& row = t_.tokens[token.id] = token;
    row.created_at = Micros(row.created_at);
    row.expires_at = Micros(row.expires_at);
    row.used_at = Micros(row.used_at);
    return absl::OkStatus();
  }
  absl::Status UseToken(const std::string& id, absl::Time used_at) override {
    const MutexLock lock(&t_.mutex);
    if (const auto row = t_.tokens.find(id); row != t_.tokens.end()) {
      row->second.used_at = Micros(used_at);
    }
    return absl::OkStatus();
  }
  absl::StatusOr<bool> RemoveToken(const std::string& id) override {
    const MutexLock lock(&t_.mutex);
    return t_.tokens.erase(id) > 0;
  }
  absl::StatusOr<LedgerCounts> Counts() override;
  absl::StatusOr<std::vector<WaitingCount>> Waiting() override;
  absl::StatusOr<uint64_t> Retain(absl::Time before, uint32_t limit) override {
    const MutexLock lock(&t_.mutex);
    return RetainRows(before, limit, &t_);
  }
  absl::StatusOr<uint64_t> Forget(const ForgetRequest& request,
                                  absl::Time now) override {
    if (absl::Status status = CheckForget(request); !status.ok()) {
      return status;
    }
    const MutexLock lock(&t_.mutex);
    return ForgetRows(request, now, &t_);
  }
  absl::StatusOr<std::vector<AuditRecord>> Audit(uint32_t limit) override {
    const MutexLock lock(&t_.mutex);
    std::vector<AuditRecord> rows(t_.audit.rbegin(), t_.audit.rend());
    rows.resize(std::min<size_t>(rows.size(), limit));
    return rows;
  }
  absl::Status Backup(const std::string&) override {
    return absl::UnimplementedError("memory: nothing to copy");
  }

 private:
  bool IsWanted(const AlertRecord& alert, const AlertFilter& filter) const;
  absl::Status CheckLease(const Lease& lease) const {
    if (t_.lease_object != this || t_.lease_holder != lease.holder ||
        t_.lease_epoch != lease.epoch) {
      return absl::AbortedError(
          StrCat("memory: ", lease.holder, " has not the lease any more"));
    }
    return absl::OkStatus();
  }
  template <typename Map>
  std::vector<typename Map::mapped_type> Values(const Map& map) {
    const MutexLock lock(&t_.mutex);
    std::vector<typename Map::mapped_type> rows;
    for (const auto& [key, value] : map) {
      rows.push_back(value);
    }
    return rows;
  }
  absl::Status CheckReferences(const LedgerBatch& batch) const;
  void Put(const ReceiverRecord& receiver) {
    ReceiverRecord& row = t_.receivers[receiver.name] = receiver;
    row.since = Micros(row.since);
    row.not_before = Micros(row.not_before);
  }
  void Put(const AlertRecord& alert);
  void Put(const DeliveryRecord& delivery);
  void Put(const StoryArticleRecord& row);
  void Finish(const std::string& instance, const DeliveryRecord& delivery,
              const AttemptRecord& attempt);
  // What senders may claim of a receiver, in the order of claims.
  std::vector<MemoryDelivery*> WaitingOf(const std::string& receiver);
  ClaimedDelivery Claim(MemoryDelivery* row, const std::string& instance,
                        absl::Time until) {
    row->record.state = DeliveryState::kSending;
    row->owner = instance;
    row->opening = opening_;
    row->lease_until = Micros(until);
    return {.record = row->record, .body = t_.BodyOf(row->record)};
  }
  bool Fits(const DeliveryRecord& row, const DeliveryFilter& filter);

  const std::shared_ptr<MemoryLedger> ledger_;
  MemoryLedger::Tables& t_;
  uint64_t opening_ = 0;  // Tells this object's claims from earlier ones.
};

absl::Status MemoryStore::CheckReferences(const LedgerBatch& batch) const {
  std::set<std::string> fresh;
  for (const AlertRecord& alert : batch.alerts) {
    fresh.insert(alert.id);
  }
  const auto is_there = [&](const std::string& id) {
    return fresh.contains(id) || t_.FindAlert(id) != nullptr;
  };
  for (const EntryRecord& entry : batch.entries) {
    if (!is_there(entry.alert)) {
      return absl::InvalidArgumentError(
          StrCat("an entry names the alert \"", entry.alert,
                 "\", which is not in the ledger"));
    }
  }
  for (const EventRecord& event : batch.events) {
    if (!event.alert.empty() && !is_there(event.alert)) {
      return absl::InvalidArgumentError(
          StrCat("an event names the alert \"", event.alert,
                 "\", which is not in the ledger"));
    }
    if (t_.events.contains({event.subscription, event.sequence})) {
      return absl::AlreadyExistsError(StrCat("the event ", event.sequence,
                                             " of \"", event.subscription,
                                             "\" is there already"));
    }
  }
  return absl::OkStatus();
}

void MemoryStore::Put(const AlertRecord& alert) {
  if (t_.FindAlert(alert.id) != nullptr) {
    return;
  }
  t_.alert_numbers[alert.id] = ++t_.last_alert;
  AlertRecord& row = t_.alerts[t_.last_alert] = alert;
  row.detected_at = Micros(row.detected_at);
  row.accepted_at = Micros(row.accepted_at);
}

void MemoryStore::Put(const DeliveryRecord& delivery) {
  MemoryDelivery* row = t_.FindDelivery(delivery.id);
  if (row == nullptr) {
    t_.delivery_numbers[delivery.id] = ++t_.last_delivery;
    t_.deliveries[t_.last_delivery].record = Stored(delivery);
  } else if (row->record.state == DeliveryState::kWaiting) {
    row->record = Stored(delivery);
  }
}

void MemoryStore::Put(const StoryArticleRecord& row) {
  std::vector<StoryArticleRecord>& rows = t_.story_articles;
  for (const StoryArticleRecord& other : rows) {
    if (other.article == row.article && other.version == row.version) {
      return;
    }
  }
  rows.push_back(row);
  rows.back().accepted_at = Micros(row.accepted_at);
  std::stable_sort(
      rows.begin(), rows.end(),
      [](const StoryArticleRecord& a, const StoryArticleRecord& b) {
        return a.accepted_at < b.accepted_at;
      });
}

absl::Status MemoryStore::Commit(const LedgerBatch& batch, absl::Time) {
  if (absl::Status status = CheckBatch(batch); !status.ok()) {
    return status;
  }
  const MutexLock lock(&t_.mutex);
  if (absl::Status status = CheckLease(batch.lease); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckReferences(batch); !status.ok()) {
    return status;
  }
  for (const AlertRecord& alert : batch.alerts) {
    Put(alert);
  }
  for (const EntryRecord& entry : batch.entries) {
    EntryRecord& row = t_.entries[{entry.alert, entry.subscription}] = entry;
    row.accepted_at = Micros(row.accepted_at);
  }
  for (const EventRecord& event : batch.events) {
    EventRecord& row = t_.events[{event.subscription, event.sequence}] = event;
    row.at = Micros(row.at);
  }
  for (const DeliveryRecord& delivery : batch.deliveries) {
    Put(delivery);
  }
  for (const SubscriptionRecord& subscription : batch.subscriptions) {
    SubscriptionRecord& row = t_.subscriptions[subscription.id] = subscription;
    row.vanished_at = Micros(row.vanished_at);
  }
  for (const PositionRecord& position : batch.positions) {
    t_.positions[{position.topic, position.partition}] = position;
  }
  for (const StoryArticleRecord& article : batch.story_articles) {
    Put(article);
  }
  for (const auto& [name, value] : batch.notes) {
    if (value.empty()) {
      t_.notes.erase(name);
    } else {
      t_.notes[name] = value;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EntryRecord>> MemoryStore::WaitingEntries(
    const std::string& subscription, uint32_t limit) {
  const MutexLock lock(&t_.mutex);
  std::map<uint64_t, EntryRecord> found;  // By the arrival of the alert.
  for (const auto& [key, entry] : t_.entries) {
    if (entry.subscription == subscription &&
        entry.state == EntryState::kWaiting) {
      found[t_.alert_numbers[entry.alert]] = entry;
    }
  }
  std::vector<EntryRecord> rows;
  for (const auto& [number, entry] : found) {
    if (rows.size() < limit) {
      rows.push_back(entry);
    }
  }
  return rows;
}

absl::StatusOr<uint64_t> MemoryStore::CancelWaiting(
    const Lease& lease, const std::string& subscription,
    const std::string& article, const std::string& why, absl::Time) {
  const MutexLock lock(&t_.mutex);
  if (absl::Status status = CheckLease(lease); !status.ok()) {
    return status;
  }
  if (subscription.empty() && article.empty()) {
    return absl::InvalidArgumentError(
        "neither a subscription nor an article was named to be cancelled");
  }
  const auto is_meant = [&](const std::string& its_subscription,
                            const std::string& its_alert) {
    const AlertRecord* alert = t_.FindAlert(its_alert);
    return (subscription.empty() || its_subscription == subscription) &&
           (article.empty() || (alert != nullptr && alert->article == article));
  };
  for (auto& [key, entry] : t_.entries) {
    if (entry.state == EntryState::kWaiting &&
        is_meant(entry.subscription, entry.alert)) {
      entry.state = EntryState::kCancelled;
      entry.why = why;
    }
  }
  uint64_t cancelled = 0;
  for (auto& [number, row] : t_.deliveries) {
    const auto event =
        t_.events.find({row.record.subscription, row.record.sequence});
    const std::string alert =
        event == t_.events.end() ? "" : event->second.alert;
    if (row.record.state == DeliveryState::kWaiting &&
        is_meant(row.record.subscription, alert) &&
        (article.empty() || row.record.type != "presshawk.catchup.v1")) {
      row.record.state = DeliveryState::kCancelled;
      row.record.reason = WaitReason::kDue;
      ++cancelled;
    }
  }
  return cancelled;
}

void MemoryStore::Finish(const std::string& instance,
                         const DeliveryRecord& delivery,
                         const AttemptRecord& attempt) {
  MemoryDelivery* row = t_.FindDelivery(delivery.id);
  if (row == nullptr) {
    return;
  }
  AttemptRecord logged = attempt;
  logged.delivery = delivery.id;
  logged.at = Micros(logged.at);
  logged.took = absl::Microseconds(absl::ToInt64Microseconds(logged.took));
  logged.next = Micros(logged.next);
  if (row->forgotten) {
    logged.answer.clear();
  }
  t_.attempts[{delivery.id, logged.number, logged.at}] = logged;
  const bool mine =
      row->record.state == DeliveryState::kSending && row->owner == instance;
  if (!mine && !IsTaken(delivery.state)) {
    return;
  }
  const DeliveryRecord stored = Stored(delivery);
  row->record.state = stored.state;
  row->record.reason = stored.reason;
  row->record.due = stored.due;
  row->record.attempts = stored.attempts;
  row->record.last_at = stored.last_at;
  row->record.own_body = row->forgotten ? "" : stored.own_body;
  row->record.replay = stored.replay;
  if (row->forgotten && stored.state == DeliveryState::kWaiting) {
    row->record.state = DeliveryState::kCancelled;
  }
}

absl::StatusOr<std::vector<DeliveryRecord>> MemoryStore::WaitingDeliveries(
    const std::string& receiver, bool held, uint32_t limit) {
  std::vector<DeliveryRecord> rows;
  for (const auto& [number, row] : t_.deliveries) {
    if (row.record.state == DeliveryState::kWaiting &&
        row.record.receiver == receiver &&
        IsDecidersWait(row.record.reason) == held &&
        (!held || row.record.due == absl::InfiniteFuture())) {
      rows.push_back(row.record);
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const DeliveryRecord& a, const DeliveryRecord& b) {
                     return std::tie(a.subscription, a.address, a.sequence) <
                            std::tie(b.subscription, b.address, b.sequence);
                   });
  rows.resize(std::min<size_t>(rows.size(), limit));
  return rows;
}

std::vector<MemoryDelivery*> MemoryStore::WaitingOf(
    const std::string& receiver) {
  std::vector<MemoryDelivery*> rows;
  for (auto& [number, row] : t_.deliveries) {
    if (row.record.state == DeliveryState::kWaiting &&
        row.record.receiver == receiver &&
        row.record.due != absl::InfiniteFuture()) {
      rows.push_back(&row);
    }
  }
  std::sort(rows.begin(), rows.end(), [](MemoryDelivery* a, MemoryDelivery* b) {
    return std::tie(a->record.due, a->record.id) <
           std::tie(b->record.due, b->record.id);
  });
  return rows;
}

absl::StatusOr<SenderStepResult> MemoryStore::Step(const SenderStep& step,
                                                   absl::Time now) {
  if (absl::Status status = CheckStep(step); !status.ok()) {
    return status;
  }
  const MutexLock lock(&t_.mutex);
  for (const auto& [delivery, attempt] : step.finished) {
    Finish(step.instance, delivery, attempt);
  }
  for (const ReceiverRecord& receiver : step.receivers) {
    const auto before = t_.receivers.find(receiver.name);
    if (before != t_.receivers.end() &&
        (before->second.since > Micros(receiver.since) ||
         (before->second.state == CircuitState::kPaused &&
          receiver.state != CircuitState::kPaused))) {
      continue;  // An operator was here meanwhile.
    }
    Put(receiver);
  }
  for (const std::string& id : step.renewed) {
    MemoryDelivery* row = t_.FindDelivery(id);
    if (row != nullptr && row->record.state == DeliveryState::kSending &&
        row->owner == step.instance) {
      row->lease_until = Micros(now + step.lease);
    }
  }
  SenderStepResult result;
  for (const auto& [receiver, count] : step.wanted) {
    uint32_t claimed = 0;
    for (MemoryDelivery* row : WaitingOf(receiver)) {
      if (claimed == count || row->record.due > now) {
        result.next_due.emplace_back(receiver, row->record.due);
        break;
      }
      result.claimed.push_back(Claim(row, step.instance, now + step.lease));
      ++claimed;
    }
  }
  return result;
}

absl::StatusOr<std::vector<ClaimedDelivery>> MemoryStore::TakeOrphans(
    const std::string& instance, absl::Time now, uint32_t limit) {
  const MutexLock lock(&t_.mutex);
  std::vector<MemoryDelivery*> rows;
  for (auto& [number, row] : t_.deliveries) {
    if (row.record.state == DeliveryState::kSending &&
        (row.lease_until <= now ||
         (row.owner == instance && row.opening != opening_))) {
      rows.push_back(&row);
    }
  }
  std::sort(rows.begin(), rows.end(), [](MemoryDelivery* a, MemoryDelivery* b) {
    return std::tie(a->lease_until, a->record.id) <
           std::tie(b->lease_until, b->record.id);
  });
  std::vector<ClaimedDelivery> taken;
  for (MemoryDelivery* row : rows) {
    if (taken.size() < limit) {
      taken.push_back(Claim(row, instance, now + kOrphanLease));
    }
  }
  return taken;
}

bool MemoryStore::IsWanted(const AlertRecord& alert,
                           const AlertFilter& filter) const {
  if (filter.sequence > 0) {
    const auto entry = t_.entries.find({alert.id, filter.subscription});
    return entry != t_.entries.end() &&
           entry->second.sequence == filter.sequence &&
           entry->second.why == kToldInDigest;
  }
  return (filter.watchlist.empty() || alert.watchlist == filter.watchlist) &&
         (filter.story.empty() || alert.story == filter.story) &&
         (filter.article.empty() || alert.article == filter.article);
}

absl::StatusOr<Page<AlertRecord>> MemoryStore::Alerts(
    const AlertFilter& filter) {
  const MutexLock lock(&t_.mutex);
  const uint64_t after = NumberOf(filter.after);
  Page<AlertRecord> page;
  for (auto row = t_.alerts.rbegin(); row != t_.alerts.rend(); ++row) {
    const AlertRecord& alert = row->second;
    if (row->first >= after || !IsWanted(alert, filter)) {
      continue;
    }
    if (page.rows.size() == filter.limit) {
      page.next = StrCat(t_.alert_numbers[page.rows.back().id]);
      break;
    }
    page.rows.push_back(alert);
  }
  return page;
}

absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>>
MemoryStore::Events(const std::string& subscription, uint64_t after,
                    uint32_t limit) {
  const MutexLock lock(&t_.mutex);
  const auto removed = t_.removed_through.find(subscription);
  if (removed != t_.removed_through.end() && after < removed->second) {
    return absl::OutOfRangeError(StrCat("the first event of \"", subscription,
                                        "\" that is kept is ",
                                        removed->second + 1));
  }
  std::vector<std::pair<EventRecord, std::string>> rows;
  for (auto row = t_.events.upper_bound({subscription, after});
       row != t_.events.end() && row->first.first == subscription &&
       rows.size() < limit;
       ++row) {
    const AlertRecord* alert = t_.FindAlert(row->second.alert);
    rows.emplace_back(row->second, alert == nullptr ? "" : alert->json);
  }
  return rows;
}

bool MemoryStore::Fits(const DeliveryRecord& row,
                       const DeliveryFilter& filter) {
  const auto is = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return is(filter.subscription, row.subscription) &&
         is(filter.receiver, row.receiver) &&
         (!filter.state || *filter.state == row.state) &&
         (!filter.from || row.created_at >= *filter.from) &&
         (!filter.until || row.created_at < *filter.until);
}

absl::StatusOr<Page<DeliveryRecord>> MemoryStore::Deliveries(
    const DeliveryFilter& filter) {
  const MutexLock lock(&t_.mutex);
  const bool by_alert =
      !filter.alert.empty() || !filter.article.empty() || !filter.story.empty();
  const std::set<EventKey> told =
      t_.EventsThatTell(t_.AlertsWhere([&](const AlertRecord& alert) {
        return (filter.alert.empty() || alert.id == filter.alert) &&
               (filter.article.empty() || alert.article == filter.article) &&
               (filter.story.empty() || alert.story == filter.story);
      }));
  const uint64_t after = NumberOf(filter.after);
  Page<DeliveryRecord> page;
  for (auto row = t_.deliveries.rbegin(); row != t_.deliveries.rend(); ++row) {
    const DeliveryRecord& delivery = row->second.record;
    if (row->first >= after || !Fits(delivery, filter) ||
        (by_alert &&
         !told.contains({delivery.subscription, delivery.sequence}))) {
      continue;
    }
    if (page.rows.size() == filter.limit) {
      page.next = StrCat(t_.delivery_numbers[page.rows.back().id]);
      break;
    }
    page.rows.push_back(delivery);
  }
  return page;
}

absl::StatusOr<uint64_t> MemoryStore::UpdateDeliveries(
    absl::Span<const DeliveryRecord> deliveries, absl::Time) {
  if (absl::Status status = CheckUpdate(deliveries); !status.ok()) {
    return status;
  }
  const MutexLock lock(&t_.mutex);
  uint64_t updated = 0;
  for (const DeliveryRecord& delivery : deliveries) {
    MemoryDelivery* row = t_.FindDelivery(delivery.id);
    if (row != nullptr && row->record.state != DeliveryState::kSending &&
        row->record.attempts == delivery.attempts && !row->forgotten) {
      row->record = Stored(delivery);
      ++updated;
    }
  }
  return updated;
}

absl::StatusOr<LedgerCounts> MemoryStore::Counts() {
  const MutexLock lock(&t_.mutex);
  std::map<EntryState, uint64_t> entries;
  for (const auto& [key, entry] : t_.entries) {
    ++entries[entry.state];
  }
  std::map<DeliveryState, uint64_t> deliveries;
  for (const auto& [number, row] : t_.deliveries) {
    ++deliveries[row.record.state];
  }
  LedgerCounts counts;
  counts.entries.assign(entries.begin(), entries.end());
  counts.deliveries.assign(deliveries.begin(), deliveries.end());
  counts.alerts = t_.alerts.size();
  for (const auto& [number, alert] : t_.alerts) {
    counts.unreadable += alert.unreadable.empty() ? 0 : 1;
  }
  return counts;
}

absl::StatusOr<std::vector<WaitingCount>> MemoryStore::Waiting() {
  const MutexLock lock(&t_.mutex);
  std::map<std::pair<std::string, WaitReason>, WaitingCount> found;
  for (const auto& [number, row] : t_.deliveries) {
    const DeliveryRecord& record = row.record;
    if (record.state == DeliveryState::kWaiting) {
      WaitingCount& count = found[{record.receiver, record.reason}];
      count.receiver = record.receiver;
      count.reason = record.reason;
      count.oldest = count.count == 0
                         ? record.created_at
                         : std::min(count.oldest, record.created_at);
      ++count.count;
    }
  }
  std::vector<WaitingCount> counts;
  for (const auto& [key, count] : found) {
    counts.push_back(count);
  }
  return counts;
}

}  // namespace

std::unique_ptr<LedgerStore> OpenMemoryStore(
    std::shared_ptr<MemoryLedger> ledger) {
  return std::make_unique<MemoryStore>(std::move(ledger));
}

}  // namespace presshawk
