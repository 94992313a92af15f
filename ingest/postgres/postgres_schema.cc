// SPDX-License-Identifier: Apache-2.0
#include "ingest/postgres/postgres_schema.h"

#include <iterator>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// The tables are those of SQLite (ingest/sqlite/sqlite_schema.cc). Texts are
// bytea (postgres_connection.h); an index on one that may be long is a hash.
constexpr const char* kFirst = R"(
CREATE TABLE meta(name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE lease(one smallint PRIMARY KEY, holder bytea NOT NULL,
  epoch bigint NOT NULL);
INSERT INTO lease VALUES(1, '', 0);
CREATE SEQUENCE openings;

CREATE TABLE alerts(n bigint PRIMARY KEY, detected_at bigint NOT NULL,
  accepted_at bigint NOT NULL, id bytea NOT NULL, watchlist bytea NOT NULL,
  article bytea NOT NULL, site bytea NOT NULL, story bytea NOT NULL,
  unreadable bytea NOT NULL);
CREATE UNIQUE INDEX alerts_id ON alerts(id);
CREATE INDEX alerts_article ON alerts USING hash(article);
CREATE INDEX alerts_story ON alerts(story) WHERE story != '';
CREATE TABLE texts(n bigint PRIMARY KEY, json bytea NOT NULL);

CREATE TABLE entries(alert bigint NOT NULL, sequence bigint NOT NULL,
  accepted_at bigint NOT NULL, state smallint NOT NULL,
  subscription bytea NOT NULL, watchlist bytea NOT NULL, story bytea NOT NULL,
  why bytea NOT NULL, PRIMARY KEY(alert, subscription));
CREATE INDEX entries_waiting ON entries(subscription, alert) WHERE state = 0;
CREATE INDEX entries_digest ON entries(subscription, sequence, alert)
  WHERE why = 'in a digest';

CREATE TABLE events(sequence bigint NOT NULL, at bigint NOT NULL, alert bigint,
  subscription bytea NOT NULL, type bytea NOT NULL, key bytea NOT NULL,
  head bytea NOT NULL, middle bytea NOT NULL, tail bytea NOT NULL,
  PRIMARY KEY(subscription, sequence));
CREATE INDEX events_alert ON events(alert) WHERE alert IS NOT NULL;
CREATE TABLE feeds(subscription bytea PRIMARY KEY,
  removed_through bigint NOT NULL);

-- Room in each page, so that a changed row stays in its page.
CREATE TABLE deliveries(n bigserial PRIMARY KEY, sequence bigint NOT NULL,
  created_at bigint NOT NULL, due bigint NOT NULL, last_at bigint NOT NULL,
  lease_until bigint, opening bigint, attempts bigint NOT NULL,
  state smallint NOT NULL, reason smallint NOT NULL, replay smallint NOT NULL,
  forgotten smallint NOT NULL DEFAULT 0, id bytea NOT NULL,
  subscription bytea NOT NULL, receiver bytea NOT NULL, address bytea NOT NULL,
  type bytea NOT NULL, owner bytea, own_body bytea NOT NULL)
  WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX deliveries_id ON deliveries(id);
CREATE INDEX deliveries_event ON deliveries(subscription, sequence);
CREATE INDEX deliveries_waiting
  ON deliveries(receiver, due, id) INCLUDE (reason, created_at)
  WHERE state = 0;
CREATE INDEX deliveries_sending ON deliveries(lease_until, id)
  WHERE state = 1;
CREATE TABLE attempts(delivery bigint NOT NULL, number bigint NOT NULL,
  at bigint NOT NULL, took bigint NOT NULL, bytes bigint NOT NULL,
  next bigint NOT NULL, outcome smallint NOT NULL, status integer NOT NULL,
  peer bytea NOT NULL, sha256 bytea NOT NULL, answer bytea NOT NULL,
  why bytea NOT NULL, PRIMARY KEY(delivery, number, at));

CREATE TABLE subscriptions(id bytea PRIMARY KEY, next_sequence bigint NOT NULL,
  vanished_at bigint NOT NULL);
CREATE TABLE positions(topic bytea NOT NULL, partition bigint NOT NULL,
  next bigint NOT NULL, PRIMARY KEY(topic, partition));
CREATE TABLE notes(name bytea PRIMARY KEY, value bytea NOT NULL);
CREATE TABLE story_articles(n bigserial PRIMARY KEY,
  accepted_at bigint NOT NULL, article bytea NOT NULL, version bytea NOT NULL,
  site bytea NOT NULL, published_at bytea NOT NULL, signature bytea NOT NULL);
CREATE UNIQUE INDEX story_articles_article
  ON story_articles(sha256(article), sha256(version));
CREATE INDEX story_articles_accepted ON story_articles(accepted_at, n);
CREATE TABLE receivers(name bytea PRIMARY KEY, state smallint NOT NULL,
  since bigint NOT NULL, failures bigint NOT NULL, probes bigint NOT NULL,
  slots bigint NOT NULL, not_before bigint NOT NULL, why bytea NOT NULL,
  configuration bytea NOT NULL);
CREATE TABLE silences(id bytea PRIMARY KEY, matchers bytea NOT NULL,
  author bytea NOT NULL, comment bytea NOT NULL, tell bytea NOT NULL,
  starts_at bigint NOT NULL, ends_at bigint NOT NULL,
  end_told smallint NOT NULL);
CREATE TABLE tokens(id bytea PRIMARY KEY, hash bytea NOT NULL,
  scope smallint NOT NULL, name bytea NOT NULL, created_at bigint NOT NULL,
  expires_at bigint NOT NULL, used_at bigint NOT NULL);
CREATE TABLE audit(n bigserial PRIMARY KEY, at bigint NOT NULL,
  who bytea NOT NULL, what bytea NOT NULL);
-- Changes of the numbers of rows; their sums are the numbers. One row each
-- would make instances wait for each other.
CREATE TABLE count_changes(kind smallint NOT NULL, state smallint NOT NULL,
  change bigint NOT NULL);

INSERT INTO meta(name, value) VALUES
  ('schema', '1'), ('schema_needed', '1'), ('epoch', ''), ('cluster', '');
)";

constexpr const char* kMigrations[] = {kFirst};
static_assert(std::size(kMigrations) == kPostgresSchema);

// Any number that only presshawk locks.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(7020393947362981)";

}  // namespace

absl::Status MigratePostgres(const std::string& name,
                             PostgresConnection* connection) {
  PostgresTransaction transaction(connection);
  connection->Run(kLock);
  const PostgresResult tables = connection->Run(
      "SELECT 1 WHERE to_regclass('presshawk.meta') IS NOT NULL");
  int64_t schema = 0;
  if (connection->ok() && tables.size() > 0) {
    const PostgresResult known = connection->Run(
        "SELECT value::bigint FROM meta "
        "WHERE name IN ('schema', 'schema_needed') ORDER BY name");
    if (!connection->ok()) {
      return connection->TakeStatus();
    }
    schema = known.Int(0, 0);
    if (known.Int(1, 0) > kPostgresSchema) {
      return absl::FailedPreconditionError(
          StrCat("ledger ", name, ": a newer presshawk has written it (schema ",
                 schema, ", which needs a program that knows ", known.Int(1, 0),
                 "; this one knows ", kPostgresSchema,
                 "): use the newer presshawk, or restore a backup of before"));
    }
  } else {
    connection->Script("CREATE SCHEMA IF NOT EXISTS presshawk");
  }
  for (int64_t version = schema; version < kPostgresSchema; ++version) {
    connection->Script(kMigrations[version]);
    connection->Run(
        "UPDATE meta SET value = ($1::bigint)::text WHERE name = 'schema'",
        version + 1);
  }
  return transaction.Commit();
}

}  // namespace presshawk
