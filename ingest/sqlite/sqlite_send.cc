// SPDX-License-Identifier: Apache-2.0
// What senders write, and claim.
#include "core/ledger/batch_rules.h"
#include "ingest/sqlite/sqlite_ledger.h"
#include "ingest/sqlite/sqlite_rows.h"

namespace presshawk {
namespace {

void PutReceiverRow(const ReceiverRecord& row, SqliteConnection* db) {
  db->Run(
      "INSERT OR REPLACE INTO receivers(name, state, since, failures, probes, "
      "slots, not_before, why, configuration) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.name, row.state, row.since, row.failures, row.probes, row.slots,
      row.not_before, row.why, row.configuration);
}

// As a sender sees it: what an operator did meanwhile stays.
void UpdateReceiverRow(const ReceiverRecord& row, SqliteConnection* db) {
  bool stays = false;
  db->Query(
      "SELECT 1 FROM receivers WHERE name = ? AND (since > ? OR (state = ? AND "
      "? <> ?))",
      [&](const SqliteRow&) { stays = true; }, row.name, row.since,
      CircuitState::kPaused, row.state, CircuitState::kPaused);
  if (!stays) {
    PutReceiverRow(row, db);
  }
}

// What a delivery is at the moment that its outcome comes.
struct Standing {
  int64_t number = 0;  // 0: it is not there.
  DeliveryState state = DeliveryState::kWaiting;
  bool is_mine = false;
  bool is_forgotten = false;
};

Standing StandingOf(const std::string& delivery, const std::string& instance,
                    SqliteConnection* db) {
  Standing standing;
  const std::string id = PackId(delivery);
  db->Query(
      "SELECT n, state, owner, forgotten FROM deliveries WHERE id = ?",
      [&](const SqliteRow& row) {
        standing.number = row.Int(0);
        standing.state = row.As<DeliveryState>(1);
        standing.is_mine = standing.state == DeliveryState::kSending &&
                           row.View(2) == instance;
        standing.is_forgotten = row.Int(3) != 0;
      },
      SqliteBlob{id});
  return standing;
}

void LogAttempt(const AttemptRecord& attempt, const Standing& standing,
                SqliteConnection* db) {
  db->Run(
      "INSERT OR REPLACE INTO attempts(delivery, number, at, outcome, status, "
      "took, peer, bytes, sha256, answer, why, next) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      standing.number, attempt.number, attempt.at, attempt.outcome,
      attempt.status, absl::ToInt64Microseconds(attempt.took), attempt.peer,
      attempt.bytes, attempt.sha256,
      standing.is_forgotten ? std::string_view() : attempt.answer, attempt.why,
      attempt.next);
}

void Finish(const std::string& instance, const DeliveryRecord& delivery,
            const AttemptRecord& attempt, SqliteWork* work) {
  const Standing standing = StandingOf(delivery.id, instance, work->db);
  if (standing.number == 0) {
    return;
  }
  LogAttempt(attempt, standing, work->db);
  if (!standing.is_mine && !IsTaken(delivery.state)) {
    return;
  }
  const DeliveryState state =
      standing.is_forgotten && delivery.state == DeliveryState::kWaiting
          ? DeliveryState::kCancelled
          : delivery.state;
  work->db->Run(
      "UPDATE deliveries SET state = ?, reason = ?, due = ?, attempts = ?, "
      "last_at = ?, replay = ?, own_body = ?, owner = NULL, opening = NULL, "
      "lease_until = NULL WHERE n = ?",
      state, delivery.reason, delivery.due, delivery.attempts, delivery.last_at,
      delivery.replay,
      standing.is_forgotten ? std::string_view() : delivery.own_body,
      standing.number);
  work->counts.Add(standing.state, -1);
  work->counts.Add(state, 1);
}

// Who claims, and until when.
struct Claim {
  const std::string& instance;
  int64_t opening;
  absl::Time until;
};

ClaimedDelivery ClaimRow(int64_t number, const Claim& claim,
                         SqliteConnection* db) {
  db->Run(
      "UPDATE deliveries SET state = 1, owner = ?, opening = ?, "
      "lease_until = ? WHERE n = ?",
      claim.instance, claim.opening, claim.until, number);
  ClaimedDelivery claimed;
  db->Query(
      PRESSHAWK_CLAIMED "WHERE d.n = ?",
      [&](const SqliteRow& row) { claimed = ClaimedOf(row); }, number);
  return claimed;
}

void ClaimOf(const std::string& receiver, uint32_t count, absl::Time now,
             const Claim& claim, SqliteWork* work, SenderStepResult* result) {
  std::vector<int64_t> numbers;
  if (count > 0) {
    work->db->Query(
        "SELECT n FROM deliveries INDEXED BY deliveries_waiting "
        "WHERE state = 0 AND receiver = ? AND due <= ? "
        "ORDER BY due, id LIMIT ?",
        [&](const SqliteRow& row) { numbers.push_back(row.Int(0)); }, receiver,
        now, count);
  }
  for (const int64_t number : numbers) {
    result->claimed.push_back(ClaimRow(number, claim, work->db));
  }
  const auto claimed = static_cast<int64_t>(numbers.size());
  work->counts.Add(DeliveryState::kWaiting, -claimed);
  work->counts.Add(DeliveryState::kSending, claimed);
  work->db->Query(
      "SELECT due FROM deliveries INDEXED BY deliveries_waiting "
      "WHERE state = 0 AND receiver = ? AND due < ? ORDER BY due, id LIMIT 1",
      [&](const SqliteRow& row) {
        result->next_due.emplace_back(receiver, row.Time(0));
      },
      receiver, absl::InfiniteFuture());
}

}  // namespace

absl::StatusOr<SenderStepResult> SqliteStore::Step(const SenderStep& step,
                                                   absl::Time now) {
  if (absl::Status status = CheckStep(step); !status.ok()) {
    return status;
  }
  SenderStepResult result;
  const absl::Status status = files_->Write([&](SqliteWork* work) {
    for (const auto& [delivery, attempt] : step.finished) {
      Finish(step.instance, delivery, attempt, work);
    }
    for (const ReceiverRecord& receiver : step.receivers) {
      UpdateReceiverRow(receiver, work->db);
    }
    for (const std::string& delivery : step.renewed) {
      const std::string id = PackId(delivery);
      work->db->Run(
          "UPDATE deliveries SET lease_until = ? "
          "WHERE id = ? AND state = 1 AND owner = ?",
          now + step.lease, SqliteBlob{id}, step.instance);
    }
    const Claim claim{.instance = step.instance,
                      .opening = opening_,
                      .until = now + step.lease};
    for (const auto& [receiver, count] : step.wanted) {
      ClaimOf(receiver, count, now, claim, work, &result);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return result;
}

absl::StatusOr<std::vector<ClaimedDelivery>> SqliteStore::TakeOrphans(
    const std::string& instance, absl::Time now, uint32_t limit) {
  std::vector<ClaimedDelivery> taken;
  const absl::Status status = files_->Write([&](SqliteWork* work) {
    std::vector<int64_t> numbers;
    work->db->Query(
        "SELECT n FROM deliveries INDEXED BY deliveries_sending "
        "WHERE state = 1 AND (lease_until <= ? OR (owner = ? AND opening != "
        "?)) "
        "ORDER BY lease_until, id LIMIT ?",
        [&](const SqliteRow& row) { numbers.push_back(row.Int(0)); }, now,
        instance, opening_, limit);
    const Claim claim{
        .instance = instance, .opening = opening_, .until = now + kOrphanLease};
    for (const int64_t number : numbers) {
      taken.push_back(ClaimRow(number, claim, work->db));
    }
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return taken;
}

absl::StatusOr<std::vector<ReceiverRecord>> SqliteStore::Receivers() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<ReceiverRecord> rows;
    db->Query(
        "SELECT name, state, since, failures, probes, slots, not_before, why, "
        "configuration FROM receivers ORDER BY name",
        [&](const SqliteRow& row) {
          rows.push_back({.name = row.Text(0),
                          .state = row.As<CircuitState>(1),
                          .since = row.Time(2),
                          .failures = row.As<uint32_t>(3),
                          .probes = row.As<uint32_t>(4),
                          .slots = row.As<uint32_t>(5),
                          .not_before = row.Time(6),
                          .why = row.Text(7),
                          .configuration = row.Text(8)});
        });
    return rows;
  });
}

absl::Status SqliteStore::PutReceiver(const ReceiverRecord& receiver) {
  return files_->Write([&](SqliteWork* work) {
    PutReceiverRow(receiver, work->db);
    return absl::OkStatus();
  });
}

absl::Status SqliteStore::AddMessages(
    absl::Span<const DeliveryRecord> messages) {
  if (absl::Status status = CheckUpdate(messages); !status.ok()) {
    return status;
  }
  return files_->Write([&](SqliteWork* work) {
    for (const DeliveryRecord& message : messages) {
      if (InsertDelivery(message, work->db)) {
        work->counts.Add(message.state, 1);
      }
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<uint64_t> SqliteStore::UpdateDeliveries(
    absl::Span<const DeliveryRecord> deliveries, absl::Time) {
  if (absl::Status status = CheckUpdate(deliveries); !status.ok()) {
    return status;
  }
  uint64_t updated = 0;
  const absl::Status status = files_->Write([&](SqliteWork* work) {
    for (const DeliveryRecord& row : deliveries) {
      const Standing standing = StandingOf(row.id, "", work->db);
      const int64_t changed = work->db->Run(
          "UPDATE deliveries SET subscription = ?, sequence = ?, receiver = ?, "
          "address = ?, type = ?, state = ?, reason = ?, created_at = ?, "
          "due = ?, last_at = ?, replay = ?, own_body = ? "
          "WHERE n = ? AND state != 1 AND attempts = ? AND forgotten = 0",
          row.subscription, row.sequence, row.receiver, row.address, row.type,
          row.state, row.reason, row.created_at, row.due, row.last_at,
          row.replay, row.own_body, standing.number, row.attempts);
      work->counts.Add(standing.state, -changed);
      work->counts.Add(row.state, changed);
      updated += static_cast<uint64_t>(changed);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return updated;
}

}  // namespace presshawk
