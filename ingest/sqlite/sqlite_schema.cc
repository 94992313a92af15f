// SPDX-License-Identifier: Apache-2.0
#include "ingest/sqlite/sqlite_schema.h"

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Ids are random. Every index on one costs a page of 4 KiB in the log for each
// row, so that there are two: of alerts and of deliveries. Articles and stories,
// which are looked up seldom, are indexed in blocks of 65,536 alerts: a lookup
// asks each block, and only the pages of the last one change. Everything else is
// keyed by `n`, the order of arrival, and grows at its end.
constexpr const char* kFirst = R"(
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- The order of arrival is n. The JSON is apart, so that a scan is short.
CREATE TABLE alerts(n INTEGER PRIMARY KEY, id BLOB NOT NULL,
  watchlist TEXT NOT NULL, article TEXT NOT NULL, site TEXT NOT NULL,
  story BLOB NOT NULL, detected_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL, unreadable TEXT NOT NULL);
CREATE UNIQUE INDEX alerts_id ON alerts(id);
CREATE INDEX alerts_article ON alerts(n >> 16, article);
CREATE INDEX alerts_story ON alerts(n >> 16, story) WHERE story != x'';
CREATE TABLE texts(n INTEGER PRIMARY KEY, json TEXT NOT NULL);

-- alert is the n of alerts, also below.
CREATE TABLE entries(alert INTEGER NOT NULL, subscription TEXT NOT NULL,
  watchlist TEXT NOT NULL, story BLOB NOT NULL, state INTEGER NOT NULL,
  sequence INTEGER NOT NULL, why TEXT NOT NULL, accepted_at INTEGER NOT NULL,
  PRIMARY KEY(alert, subscription)) WITHOUT ROWID;
CREATE INDEX entries_waiting ON entries(subscription, alert) WHERE state = 0;
CREATE INDEX entries_digest ON entries(subscription, sequence, alert)
  WHERE why = 'in a digest';

CREATE TABLE events(n INTEGER PRIMARY KEY, subscription TEXT NOT NULL,
  sequence INTEGER NOT NULL, type TEXT NOT NULL, key BLOB NOT NULL,
  at INTEGER NOT NULL, alert INTEGER, head TEXT NOT NULL, middle TEXT NOT NULL,
  tail TEXT NOT NULL);
CREATE UNIQUE INDEX events_sequence ON events(subscription, sequence);
CREATE INDEX events_alert ON events(alert) WHERE alert IS NOT NULL;
-- Up to which sequence retention has removed a feed.
CREATE TABLE feeds(subscription TEXT PRIMARY KEY,
  removed_through INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE deliveries(n INTEGER PRIMARY KEY, id BLOB NOT NULL,
  state INTEGER NOT NULL, reason INTEGER NOT NULL, subscription TEXT NOT NULL,
  sequence INTEGER NOT NULL, receiver TEXT NOT NULL, address TEXT NOT NULL,
  type TEXT NOT NULL, created_at INTEGER NOT NULL, due INTEGER NOT NULL,
  attempts INTEGER NOT NULL, last_at INTEGER NOT NULL, replay INTEGER NOT NULL,
  forgotten INTEGER NOT NULL DEFAULT 0, owner TEXT, opening INTEGER,
  lease_until INTEGER, own_body TEXT NOT NULL);
CREATE UNIQUE INDEX deliveries_id ON deliveries(id);
CREATE INDEX deliveries_event ON deliveries(subscription, sequence);
CREATE INDEX deliveries_waiting
  ON deliveries(receiver, due, id, reason, created_at) WHERE state = 0;
CREATE INDEX deliveries_sending ON deliveries(lease_until, id)
  WHERE state = 1;
-- delivery is the n of deliveries.
CREATE TABLE attempts(delivery INTEGER NOT NULL, number INTEGER NOT NULL,
  at INTEGER NOT NULL, outcome INTEGER NOT NULL, status INTEGER NOT NULL,
  took INTEGER NOT NULL, peer TEXT NOT NULL, bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL, answer TEXT NOT NULL, why TEXT NOT NULL,
  next INTEGER NOT NULL, PRIMARY KEY(delivery, number, at)) WITHOUT ROWID;

CREATE TABLE subscriptions(id TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL,
  vanished_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE positions(topic TEXT NOT NULL, partition INTEGER NOT NULL,
  next INTEGER NOT NULL, PRIMARY KEY(topic, partition)) WITHOUT ROWID;
CREATE TABLE notes(name TEXT PRIMARY KEY, value BLOB NOT NULL);
-- Signatures of articles, for stories.
CREATE TABLE story_articles(n INTEGER PRIMARY KEY, article TEXT NOT NULL,
  version TEXT NOT NULL, site TEXT NOT NULL, published_at TEXT NOT NULL,
  signature BLOB NOT NULL, accepted_at INTEGER NOT NULL);
CREATE UNIQUE INDEX story_articles_article ON story_articles(article, version);
CREATE INDEX story_articles_accepted ON story_articles(accepted_at);
CREATE TABLE receivers(name TEXT PRIMARY KEY, state INTEGER NOT NULL,
  since INTEGER NOT NULL, failures INTEGER NOT NULL, probes INTEGER NOT NULL,
  slots INTEGER NOT NULL, not_before INTEGER NOT NULL, why TEXT NOT NULL,
  configuration TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE silences(id TEXT PRIMARY KEY, matchers TEXT NOT NULL,
  author TEXT NOT NULL, comment TEXT NOT NULL, tell TEXT NOT NULL,
  starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  end_told INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tokens(id TEXT PRIMARY KEY, hash TEXT NOT NULL,
  scope INTEGER NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE audit(n INTEGER PRIMARY KEY, at INTEGER NOT NULL,
  who TEXT NOT NULL, what TEXT NOT NULL);
-- How many rows of a kind have a state, written with them: see SqliteCounts.
CREATE TABLE counts(kind INTEGER NOT NULL, state INTEGER NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY(kind, state)) WITHOUT ROWID;

INSERT INTO meta(name, value) VALUES
  ('schema', 1), ('schema_needed', 1), ('openings', 0),
  ('lease_holder', ''), ('lease_epoch', 0), ('epoch', ''), ('token', '');
)";

// kMigrations[v] takes a ledger of schema v to v + 1. They add tables, indexes
// and columns with a default, and raise 'schema_needed' only when what they add
// must be written by whoever writes.
constexpr const char* kMigrations[] = {kFirst};
static_assert(std::size(kMigrations) == kSqliteSchema);

int64_t Number(SqliteConnection* connection, const char* sql) {
  int64_t number = 0;
  connection->Query(sql, [&](const SqliteRow& row) { number = row.Int(0); });
  return number;
}

}  // namespace

absl::Status MigrateSqlite(const std::string& path,
                           SqliteConnection* connection) {
  SqliteTransaction transaction(connection, SqliteTransaction::Kind::kWrite);
  int64_t schema = 0;
  if (Number(connection,
             "SELECT count(*) FROM sqlite_master WHERE name = 'meta'") > 0) {
    schema = Number(connection, "SELECT value FROM meta WHERE name = 'schema'");
    const int64_t needed = Number(
        connection, "SELECT value FROM meta WHERE name = 'schema_needed'");
    if (needed > kSqliteSchema) {
      return absl::FailedPreconditionError(StrCat(
          "ledger sqlite:", path, ": a newer presshawk has written it (schema ",
          schema, ", which needs a program that knows ", needed,
          "; this one knows ", kSqliteSchema,
          "): use the newer presshawk, or restore a backup of before"));
    }
  }
  for (int64_t version = schema; version < kSqliteSchema; ++version) {
    connection->Script(kMigrations[version]);
    connection->Run("UPDATE meta SET value = ? WHERE name = 'schema'",
                    version + 1);
  }
  return transaction.Commit();
}

}  // namespace presshawk
