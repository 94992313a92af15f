// SPDX-License-Identifier: Apache-2.0
// What only PostgreSQL does: sessions that end, many senders, restored clusters.
#include "ingest/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/ledger/ledger_world.h"
#include "tests/support/postgres_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

class PostgresStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (PostgresServer::SkippedByEnvironment()) {
      GTEST_SKIP() << "PRESSHAWK_SKIP_POSTGRES=1";
    }
    server_ = PostgresServer::Shared();
    ASSERT_NE(server_, nullptr);
    url_ = *server_->NewDatabase();
  }
  std::unique_ptr<LedgerStore> Open() {
    auto store = OpenPostgresStore({.url = url_}, TestTime());
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  PostgresServer* server_ = nullptr;
  std::string url_;
};

TEST_F(PostgresStoreTest, ADeciderWhoseSessionEndedIsFenced) {
  auto old = Open();
  const Lease lease = *old->AcquireLease("old", TestTime());
  // As when the server loses sight of a paused machine.
  ASSERT_TRUE(server_
                  ->Execute(url_,
                            "SELECT pg_terminate_backend(pid) FROM pg_locks "
                            "WHERE locktype = 'advisory'")
                  .ok());
  auto next = Open();
  absl::StatusOr<Lease> taken = next->AcquireLease("next", TestTime());
  while (absl::IsAlreadyExists(taken.status())) {  // The session is ending.
    taken = next->AcquireLease("next", TestTime());
  }
  ASSERT_TRUE(taken.ok()) << taken.status();
  LedgerBatch batch{.lease = lease, .alerts = {TestAlert(1)}};
  EXPECT_FALSE(old->Commit(batch, TestTime()).ok());  // Its session is gone.
  EXPECT_TRUE(absl::IsAborted(old->Commit(batch, TestTime())));
  EXPECT_FALSE((*next->FindAlert(TestId('a', 1))).has_value());
  EXPECT_TRUE(
      absl::IsAlreadyExists(old->AcquireLease("old", TestTime()).status()));
}

TEST_F(PostgresStoreTest, TheEpochOfTheRowFencesALockThatWasLostUnseen) {
  auto store = Open();
  const Lease lease = *store->AcquireLease("old", TestTime());
  ASSERT_TRUE(
      server_->Execute(url_, "UPDATE presshawk.lease SET epoch = epoch + 1")
          .ok());
  EXPECT_TRUE(absl::IsAborted(store->Commit({.lease = lease}, TestTime())));
}

TEST_F(PostgresStoreTest, ARestoredLedgerHasANewEpoch) {
  const std::string epoch = Open()->epoch();
  EXPECT_EQ(epoch.size(), 8U);
  EXPECT_EQ(Open()->epoch(), epoch);
  ASSERT_TRUE(server_
                  ->Execute(url_,
                            "UPDATE presshawk.meta SET value = 'another/1/2' "
                            "WHERE name = 'cluster'")
                  .ok());
  auto restored = Open();
  EXPECT_NE(restored->epoch(), epoch);
  EXPECT_EQ(Open()->epoch(), restored->epoch());
}

TEST_F(PostgresStoreTest, ANewerSchemaIsRefusedWhereItNeedsANewerProgram) {
  Open();
  ASSERT_TRUE(server_
                  ->Execute(url_,
                            "UPDATE presshawk.meta SET value = '7' "
                            "WHERE name = 'schema'")
                  .ok());
  EXPECT_NE(Open(), nullptr);  // It only adds to what this program knows.
  ASSERT_TRUE(server_
                  ->Execute(url_,
                            "UPDATE presshawk.meta SET value = '7' "
                            "WHERE name = 'schema_needed'")
                  .ok());
  const auto refused = OpenPostgresStore({.url = url_}, TestTime());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("a newer presshawk"));
}

TEST_F(PostgresStoreTest, AServerThatIsAwayIsUnavailableAndNamesNoPassword) {
  const auto store = OpenPostgresStore(
      {.url = "postgres://anna:secret@127.0.0.1:1/db"}, TestTime());
  EXPECT_TRUE(absl::IsUnavailable(store.status()));
  const std::string message(store.status().message());
  EXPECT_THAT(message, HasSubstr("postgres:127.0.0.1:1/db"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace presshawk
