// SPDX-License-Identifier: Apache-2.0
// What senders write, and claim.
#include "absl/container/flat_hash_map.h"
#include "core/ledger/batch_rules.h"
#include "ingest/postgres/postgres_ledger.h"

namespace presshawk {
namespace {

// `overwrites`: also what an operator did meanwhile.
void PutReceivers(const std::vector<ReceiverRecord>& rows, bool overwrites,
                  PostgresConnection* db) {
  if (rows.empty()) {
    return;
  }
  db->Run(
      "INSERT INTO receivers(name, state, since, failures, probes, slots, "
      "not_before, why, configuration) SELECT * FROM unnest($1::bytea[], "
      "$2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], "
      "$7::bigint[], $8::bytea[], $9::bytea[]) ON CONFLICT(name) DO UPDATE SET "
      "state = excluded.state, since = excluded.since, "
      "failures = excluded.failures, probes = excluded.probes, "
      "slots = excluded.slots, not_before = excluded.not_before, "
      "why = excluded.why, configuration = excluded.configuration "
      "WHERE $10::bigint <> 0 OR (receivers.since <= excluded.since AND "
      "NOT (receivers.state = $11::bigint AND excluded.state <> "
      "$11::bigint))",
      Texts(rows, [](const auto& row) { return row.name; }),
      Ints(rows, [](const auto& row) { return row.state; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.since); }),
      Ints(rows, [](const auto& row) { return row.failures; }),
      Ints(rows, [](const auto& row) { return row.probes; }),
      Ints(rows, [](const auto& row) { return row.slots; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.not_before); }),
      Texts(rows, [](const auto& row) { return row.why; }),
      Texts(rows, [](const auto& row) { return row.configuration; }),
      int64_t{overwrites ? 1 : 0}, static_cast<int64_t>(CircuitState::kPaused));
}

// An outcome with the row that it belongs to.
struct Outcome {
  const DeliveryRecord* delivery;
  const AttemptRecord* attempt;
  int64_t number;
  bool is_forgotten;
  DeliveryState state;  // That is written.
};

// Outcomes of deliveries that are there, by id, so that two instances lock rows
// in one order. Those whose state is to be written are in `written`, too.
void FindOutcomes(const SenderStep& step, PostgresConnection* db,
                  std::vector<Outcome>* found, std::vector<Outcome>* written,
                  PostgresCounts* counts) {
  absl::flat_hash_map<std::string, size_t> places;
  for (size_t i = 0; i < step.finished.size(); ++i) {
    places.emplace(PackId(step.finished[i].first.id), i);
  }
  const PostgresResult rows = db->Run(
      "SELECT id, n, state, coalesce(owner, ''), forgotten FROM deliveries "
      "WHERE id = ANY($1) ORDER BY id FOR UPDATE",
      Texts(step.finished,
            [](const auto& row) { return PackId(row.first.id); }));
  for (int row = 0; row < rows.size(); ++row) {
    const auto& [delivery, attempt] = step.finished[places[rows.Text(row, 0)]];
    const auto old = static_cast<DeliveryState>(rows.Int(row, 2));
    Outcome outcome{.delivery = &delivery,
                    .attempt = &attempt,
                    .number = rows.Int(row, 1),
                    .is_forgotten = rows.Int(row, 4) != 0,
                    .state = delivery.state};
    if (outcome.is_forgotten && outcome.state == DeliveryState::kWaiting) {
      outcome.state = DeliveryState::kCancelled;
    }
    found->push_back(outcome);
    const bool is_mine =
        old == DeliveryState::kSending && rows.View(row, 3) == step.instance;
    if (is_mine || IsTaken(delivery.state)) {
      written->push_back(outcome);
      counts->Add(old, -1);
      counts->Add(outcome.state, 1);
    }
  }
}

void LogAttempts(const std::vector<Outcome>& rows, PostgresConnection* db) {
  db->Run(
      "INSERT INTO attempts(delivery, number, at, outcome, status, took, peer, "
      "bytes, sha256, answer, why, next) SELECT * FROM unnest($1::bigint[], "
      "$2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], "
      "$7::bytea[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[], "
      "$12::bigint[]) ON CONFLICT DO NOTHING",
      Ints(rows, [](const Outcome& row) { return row.number; }),
      Ints(rows, [](const Outcome& row) { return row.attempt->number; }),
      Ints(rows,
           [](const Outcome& row) { return StoredTime(row.attempt->at); }),
      Ints(rows, [](const Outcome& row) { return row.attempt->outcome; }),
      Ints(rows, [](const Outcome& row) { return row.attempt->status; }),
      Ints(rows,
           [](const Outcome& row) {
             return absl::ToInt64Microseconds(row.attempt->took);
           }),
      Texts(rows, [](const Outcome& row) { return row.attempt->peer; }),
      Ints(rows, [](const Outcome& row) { return row.attempt->bytes; }),
      Texts(rows, [](const Outcome& row) { return row.attempt->sha256; }),
      Texts(rows,
            [](const Outcome& row) {
              return row.is_forgotten ? std::string() : row.attempt->answer;
            }),
      Texts(rows, [](const Outcome& row) { return row.attempt->why; }),
      Ints(rows,
           [](const Outcome& row) { return StoredTime(row.attempt->next); }));
}

void WriteOutcomes(const std::vector<Outcome>& rows, PostgresConnection* db) {
  db->Run(
      "UPDATE deliveries d SET state = r.s, reason = r.r, due = r.u, "
      "attempts = r.a, last_at = r.l, replay = r.p, own_body = r.b, "
      "owner = NULL, opening = NULL, lease_until = NULL FROM unnest("
      "$1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], "
      "$6::bigint[], $7::bigint[], $8::bytea[]) AS r(n, s, r, u, a, l, p, b) "
      "WHERE d.n = r.n",
      Ints(rows, [](const Outcome& row) { return row.number; }),
      Ints(rows, [](const Outcome& row) { return row.state; }),
      Ints(rows, [](const Outcome& row) { return row.delivery->reason; }),
      Ints(rows,
           [](const Outcome& row) { return StoredTime(row.delivery->due); }),
      Ints(rows, [](const Outcome& row) { return row.delivery->attempts; }),
      Ints(
          rows,
          [](const Outcome& row) { return StoredTime(row.delivery->last_at); }),
      Ints(rows, [](const Outcome& row) { return row.delivery->replay; }),
      Texts(rows, [](const Outcome& row) {
        return row.is_forgotten ? std::string() : row.delivery->own_body;
      }));
}

void FinishAll(const SenderStep& step, PostgresCounts* counts,
               PostgresConnection* db) {
  if (step.finished.empty()) {
    return;
  }
  std::vector<Outcome> found;
  std::vector<Outcome> written;
  FindOutcomes(step, db, &found, &written, counts);
  if (!found.empty()) {
    LogAttempts(found, db);
  }
  if (!written.empty()) {
    WriteOutcomes(written, db);
  }
}

// Who claims, and until when.
struct Claim {
  const std::string& instance;
  int64_t opening;
  absl::Time until;
};

// Claims the rows and reads them in the order of `numbers`.
std::vector<ClaimedDelivery> ClaimRows(const std::vector<int64_t>& numbers,
                                       const Claim& claim,
                                       PostgresConnection* db) {
  std::vector<ClaimedDelivery> claimed;
  if (numbers.empty()) {
    return claimed;
  }
  db->Run(
      "UPDATE deliveries SET state = 1, owner = $2, opening = $3, "
      "lease_until = $4 WHERE n = ANY($1)",
      numbers, claim.instance, claim.opening, claim.until);
  const PostgresResult rows =
      db->Run("SELECT " PRESSHAWK_DELIVERY_COLUMNS
              ", e.head, e.middle, t.json, e.tail "
              "FROM unnest($1::bigint[]) WITH ORDINALITY AS k(n, o) "
              "JOIN deliveries d ON d.n = k.n LEFT JOIN events e "
              "ON e.subscription = d.subscription AND e.sequence = d.sequence "
              "LEFT JOIN texts t ON t.n = e.alert ORDER BY k.o",
              numbers);
  claimed.reserve(numbers.size());
  for (int row = 0; row < rows.size(); ++row) {
    claimed.push_back(ClaimedOf(rows, row));
  }
  return claimed;
}

// What other instances are claiming at this moment is skipped.
void ClaimWanted(const SenderStep& step, absl::Time now, const Claim& claim,
                 PostgresCounts* counts, PostgresConnection* db,
                 SenderStepResult* result) {
  if (step.wanted.empty()) {
    return;
  }
  const auto receivers =
      Texts(step.wanted, [](const auto& row) { return row.first; });
  const PostgresResult picked = db->Run(
      "SELECT p.n FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY "
      "AS w(receiver, count, o) CROSS JOIN LATERAL (SELECT n, due, id "
      "FROM deliveries WHERE state = 0 AND receiver = w.receiver AND due <= $3 "
      "ORDER BY due, id LIMIT w.count FOR UPDATE SKIP LOCKED) p "
      "ORDER BY w.o, p.due, p.id",
      receivers, Ints(step.wanted, [](const auto& row) { return row.second; }),
      now);
  std::vector<int64_t> numbers;
  for (int row = 0; row < picked.size(); ++row) {
    numbers.push_back(picked.Int(row, 0));
  }
  result->claimed = ClaimRows(numbers, claim, db);
  counts->Add(DeliveryState::kWaiting, -picked.size());
  counts->Add(DeliveryState::kSending, picked.size());
  const PostgresResult next = db->Run(
      "SELECT w.receiver, p.due FROM unnest($1::bytea[]) WITH ORDINALITY "
      "AS w(receiver, o) CROSS JOIN LATERAL (SELECT due FROM deliveries "
      "WHERE state = 0 AND receiver = w.receiver AND due < $2 "
      "ORDER BY due, id LIMIT 1) p "
      "ORDER BY w.o",
      receivers, absl::InfiniteFuture());
  for (int row = 0; row < next.size(); ++row) {
    result->next_due.emplace_back(next.Text(row, 0), next.Time(row, 1));
  }
}

}  // namespace

void PostgresCounts::Apply(PostgresConnection* db) const {
  std::vector<int64_t> kinds;
  std::vector<int64_t> states;
  std::vector<int64_t> changes;
  for (const auto& [key, change] : changes_) {
    if (change != 0) {
      kinds.push_back(key.first);
      states.push_back(key.second);
      changes.push_back(change);
    }
  }
  if (!kinds.empty()) {
    db->Run(
        "INSERT INTO count_changes(kind, state, change) SELECT * FROM unnest("
        "$1::bigint[], $2::bigint[], $3::bigint[])",
        kinds, states, changes);
  }
}

void InsertDeliveries(absl::Span<const DeliveryRecord> rows, bool replace,
                      PostgresCounts* counts, PostgresConnection* db) {
  if (rows.empty()) {
    return;
  }
#define PRESSHAWK_INSERT_DELIVERIES                                           \
  "INSERT INTO deliveries AS d(id, subscription, sequence, receiver, "        \
  "address, "                                                                 \
  "type, state, reason, created_at, due, attempts, last_at, replay, "         \
  "own_body) "                                                                \
  "SELECT i, s, q, r, a, t, e, w, c, u, x, l, p, b FROM unnest($1::bytea[], " \
  "$2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], "        \
  "$7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], "  \
  "$12::bigint[], $13::bigint[], $14::bytea[]) WITH ORDINALITY "              \
  "AS v(i, s, q, r, a, t, e, w, c, u, x, l, p, b, o) ORDER BY o "             \
  "ON CONFLICT(id) DO "
  const char* sql =
      replace ? PRESSHAWK_INSERT_DELIVERIES
          "UPDATE SET subscription = excluded.subscription, "
          "sequence = excluded.sequence, receiver = excluded.receiver, "
          "address = excluded.address, type = excluded.type, "
          "state = excluded.state, reason = excluded.reason, "
          "created_at = excluded.created_at, due = excluded.due, "
          "attempts = excluded.attempts, last_at = excluded.last_at, "
          "replay = excluded.replay, own_body = excluded.own_body "
          "WHERE d.state = 0 RETURNING d.state, d.xmax = 0"
              : PRESSHAWK_INSERT_DELIVERIES "NOTHING RETURNING d.state, true";
#undef PRESSHAWK_INSERT_DELIVERIES
  const PostgresResult written = db->Run(
      sql, Texts(rows, [](const auto& row) { return PackId(row.id); }),
      Texts(rows, [](const auto& row) { return row.subscription; }),
      Ints(rows, [](const auto& row) { return row.sequence; }),
      Texts(rows, [](const auto& row) { return row.receiver; }),
      Texts(rows, [](const auto& row) { return row.address; }),
      Texts(rows, [](const auto& row) { return row.type; }),
      Ints(rows, [](const auto& row) { return row.state; }),
      Ints(rows, [](const auto& row) { return row.reason; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.created_at); }),
      Ints(rows, [](const auto& row) { return StoredTime(row.due); }),
      Ints(rows, [](const auto& row) { return row.attempts; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.last_at); }),
      Ints(rows, [](const auto& row) { return row.replay; }),
      Texts(rows, [](const auto& row) { return row.own_body; }));
  for (int row = 0; row < written.size(); ++row) {
    counts->Add(static_cast<DeliveryState>(written.Int(row, 0)), 1);
    if (written.Int(row, 1) == 0) {
      counts->Add(DeliveryState::kWaiting, -1);
    }
  }
}

absl::StatusOr<SenderStepResult> PostgresStore::Step(const SenderStep& step,
                                                     absl::Time now) {
  if (absl::Status status = CheckStep(step); !status.ok()) {
    return status;
  }
  SenderStepResult result;
  const absl::Status status = pool_.Write([&](PostgresConnection* db) {
    PostgresCounts counts;
    FinishAll(step, &counts, db);
    PutReceivers(step.receivers, /*overwrites=*/false, db);
    if (!step.renewed.empty()) {
      db->Run(
          "UPDATE deliveries SET lease_until = $2 WHERE n IN (SELECT n "
          "FROM deliveries WHERE id = ANY($1) ORDER BY id FOR UPDATE) "
          "AND state = 1 AND owner = $3",
          Texts(step.renewed, [](const auto& id) { return PackId(id); }),
          now + step.lease, step.instance);
    }
    const Claim claim{.instance = step.instance,
                      .opening = opening_,
                      .until = now + step.lease};
    ClaimWanted(step, now, claim, &counts, db, &result);
    counts.Apply(db);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return result;
}

absl::StatusOr<std::vector<ClaimedDelivery>> PostgresStore::TakeOrphans(
    const std::string& instance, absl::Time now, uint32_t limit) {
  std::vector<ClaimedDelivery> taken;
  const absl::Status status = pool_.Write([&](PostgresConnection* db) {
    const PostgresResult rows = db->Run(
        "SELECT n FROM deliveries WHERE state = 1 "
        "AND (lease_until <= $1 OR (owner = $2 AND opening != $3)) "
        "ORDER BY lease_until, id LIMIT $4 FOR UPDATE SKIP LOCKED",
        now, instance, opening_, limit);
    std::vector<int64_t> numbers;
    for (int row = 0; row < rows.size(); ++row) {
      numbers.push_back(rows.Int(row, 0));
    }
    const Claim claim{
        .instance = instance, .opening = opening_, .until = now + kOrphanLease};
    taken = ClaimRows(numbers, claim, db);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return taken;
}

absl::StatusOr<std::vector<ReceiverRecord>> PostgresStore::Receivers() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<ReceiverRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT name, state, since, failures, probes, slots, not_before, why, "
        "configuration FROM receivers ORDER BY name");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.name = rows.Text(row, 0),
                       .state = static_cast<CircuitState>(rows.Int(row, 1)),
                       .since = rows.Time(row, 2),
                       .failures = static_cast<uint32_t>(rows.Int(row, 3)),
                       .probes = static_cast<uint32_t>(rows.Int(row, 4)),
                       .slots = static_cast<uint32_t>(rows.Int(row, 5)),
                       .not_before = rows.Time(row, 6),
                       .why = rows.Text(row, 7),
                       .configuration = rows.Text(row, 8)});
    }
    return found;
  });
}

absl::Status PostgresStore::PutReceiver(const ReceiverRecord& receiver) {
  return pool_.Write([&](PostgresConnection* db) {
    PutReceivers({receiver}, /*overwrites=*/true, db);
    return absl::OkStatus();
  });
}

absl::Status PostgresStore::AddMessages(
    absl::Span<const DeliveryRecord> messages) {
  if (absl::Status status = CheckUpdate(messages); !status.ok()) {
    return status;
  }
  return pool_.Write([&](PostgresConnection* db) {
    PostgresCounts counts;
    InsertDeliveries(messages, false, &counts, db);
    counts.Apply(db);
    return absl::OkStatus();
  });
}

absl::StatusOr<uint64_t> PostgresStore::UpdateDeliveries(
    absl::Span<const DeliveryRecord> deliveries, absl::Time) {
  if (absl::Status status = CheckUpdate(deliveries); !status.ok()) {
    return status;
  }
  uint64_t updated = 0;
  const absl::Status status = pool_.Write([&](PostgresConnection* db) {
    PostgresCounts counts;
    for (const DeliveryRecord& row : deliveries) {
      const PostgresResult old = db->Run(
          "SELECT n, state FROM deliveries WHERE id = $1 AND state != 1 "
          "AND attempts = $2 AND forgotten = 0 FOR UPDATE",
          PackId(row.id), row.attempts);
      if (old.size() == 0) {
        continue;
      }
      db->Run(
          "UPDATE deliveries SET subscription = $2, sequence = $3, "
          "receiver = $4, address = $5, type = $6, state = $7, reason = $8, "
          "created_at = $9, due = $10, last_at = $11, replay = $12, "
          "own_body = $13 WHERE n = $1",
          old.Int(0, 0), row.subscription, row.sequence, row.receiver,
          row.address, row.type, row.state, row.reason, row.created_at, row.due,
          row.last_at, row.replay, row.own_body);
      counts.Add(static_cast<DeliveryState>(old.Int(0, 1)), -1);
      counts.Add(row.state, 1);
      ++updated;
    }
    counts.Apply(db);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return updated;
}

}  // namespace presshawk
