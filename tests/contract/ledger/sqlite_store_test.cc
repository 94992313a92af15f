// SPDX-License-Identifier: Apache-2.0
// What only SQLite does: files, locks, the log, copies, and a full disk.
#include "ingest/sqlite/sqlite_store.h"

#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "absl/strings/match.h"
#include "core/base/str_cat.h"
#include "tests/contract/ledger/ledger_world.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() : path_((folder_.path() / "ledger.db").string()) {}

  std::unique_ptr<LedgerStore> Open(SqliteOptions options = {}) {
    if (options.path.empty()) {
      options.path = path_;
    }
    auto store = OpenSqliteStore(options, TestTime());
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  void Execute(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  static LedgerBatch BatchOf(const Lease& lease, int number) {
    const auto sequence = static_cast<uint64_t>(number) + 1;
    return {.lease = lease,
            .alerts = {TestAlert(number)},
            .entries = {TestEntry("s", number, EntryState::kTold, sequence)},
            .events = {TestEvent("s", sequence, number)},
            .deliveries = {TestDelivery(number, "s", sequence)}};
  }

  TemporaryFolder folder_;
  const std::string path_;
};

TEST_F(SqliteStoreTest, TheEpochStaysUntilTheFileIsRestored) {
  auto store = Open();
  const std::string epoch = store->epoch();
  EXPECT_EQ(epoch.size(), 8U);
  const Lease lease = *store->AcquireLease("a", TestTime());
  ASSERT_EQ(store->Commit(BatchOf(lease, 1), TestTime()), absl::OkStatus());
  EXPECT_EQ(Open()->epoch(), epoch);  // While it is led.
  store = nullptr;
  fs::copy_file(path_, path_ + ".old");
  store = Open();
  EXPECT_EQ(store->epoch(), epoch);
  ASSERT_TRUE(store->AcquireLease("a", TestTime()).ok());
  store = nullptr;
  fs::copy_file(path_ + ".old", path_, fs::copy_options::overwrite_existing);
  store = Open();
  EXPECT_NE(store->epoch(), epoch);
  const std::string restored = store->epoch();
  store = nullptr;
  EXPECT_EQ(Open()->epoch(), restored);
}

TEST_F(SqliteStoreTest, ABackupIsWholeAndHasAnotherEpoch) {
  auto store = Open();
  const Lease lease = *store->AcquireLease("a", TestTime());
  ASSERT_EQ(store->Commit(BatchOf(lease, 1), TestTime()), absl::OkStatus());
  const std::string copy = path_ + ".copy";
  ASSERT_EQ(store->Backup(copy), absl::OkStatus());
  EXPECT_TRUE(absl::IsAlreadyExists(store->Backup(copy)));
  ASSERT_EQ(store->Commit(BatchOf(lease, 2), TestTime()), absl::OkStatus());
  EXPECT_FALSE(store->Backup("/nowhere/x").ok());
  auto restored = Open({.path = copy});
  EXPECT_NE(restored->epoch(), store->epoch());
  EXPECT_TRUE(restored->FindAlert(TestId('a', 1))->has_value());
  EXPECT_FALSE(restored->FindAlert(TestId('a', 2))->has_value());
  // Put in place of the ledger, beside the ledger's own token.
  const std::string epoch = store->epoch();
  store = nullptr;
  restored = nullptr;
  fs::remove(path_);
  ASSERT_EQ(Open({.path = copy})->Backup(path_), absl::OkStatus());
  EXPECT_NE(Open()->epoch(), epoch);
}

TEST_F(SqliteStoreTest, ALostLockFileDoesNotMakeTwoDeciders) {
  auto first = Open();
  const Lease old = *first->AcquireLease("first", TestTime());
  fs::remove(path_ + ".lock");
  auto second = Open();
  const Lease taken = *second->AcquireLease("second", TestTime());
  EXPECT_TRUE(absl::IsAborted(first->Commit(BatchOf(old, 1), TestTime())));
  EXPECT_EQ(second->Commit(BatchOf(taken, 1), TestTime()), absl::OkStatus());
  EXPECT_TRUE(
      absl::IsAlreadyExists(first->AcquireLease("first", TestTime()).status()));
}

TEST_F(SqliteStoreTest, BelowTheReserveStatesAreStillWritten) {
  {
    auto store = Open();
    const Lease lease = *store->AcquireLease("a", TestTime());
    ASSERT_EQ(store->Commit(BatchOf(lease, 1), TestTime()), absl::OkStatus());
  }
  auto store = Open({.path = "", .reserve = uint64_t{1} << 60U});
  const Lease lease = *store->AcquireLease("a", TestTime());
  const absl::Status refused = store->Commit(BatchOf(lease, 2), TestTime());
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(path_));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("reserve"));
  EXPECT_EQ(store->Commit({.lease = lease, .notes = {{"n", "v"}}}, TestTime()),
            absl::OkStatus());
  auto claimed =
      store->Step({.instance = "i", .wanted = {{"r", 1}}}, TestTime(9));
  ASSERT_TRUE(claimed.ok());
  EXPECT_EQ(claimed->claimed.size(), 1U);
}

TEST_F(SqliteStoreTest, AFullLedgerIsUnavailableAndGoesOnWhenThereIsRoom) {
  auto store = Open();
  const Lease lease = *store->AcquireLease("a", TestTime());
  ASSERT_EQ(store->Commit(BatchOf(lease, 1), TestTime()), absl::OkStatus());
  // A file-size limit of the process is as a disk that is full.
  LedgerBatch batch = BatchOf(lease, 2);
  batch.alerts[0].json.assign(size_t{1} << 20U, 'x');
  store = nullptr;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    auto own = OpenSqliteStore({.path = path_, .reserve = 0}, TestTime());
    batch.lease = *(*own)->AcquireLease("b", TestTime());
    const rlimit limit = {.rlim_cur = 400'000, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    const absl::Status full = (*own)->Commit(batch, TestTime());
    const rlimit none = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &none);
    const absl::Status again = (*own)->Commit(batch, TestTime());
    const bool named = absl::StrContains(
        full.message(), absl::string_view(path_.data(), path_.size()));
    _exit(absl::IsUnavailable(full) && again.ok() && named ? 0 : 1);
  }
  EXPECT_EQ(WaitForExit(child), 0);
  EXPECT_TRUE(Open()->FindAlert(TestId('a', 2))->has_value());
}

TEST_F(SqliteStoreTest, ALockedLedgerIsUnavailableWithAdvice) {
  auto store = Open({.path = "", .busy = absl::Milliseconds(1)});
  const Lease lease = *store->AcquireLease("a", TestTime());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
            SQLITE_OK);
  const absl::Status locked = store->Commit(BatchOf(lease, 1), TestTime());
  EXPECT_TRUE(absl::IsUnavailable(locked));
  EXPECT_THAT(std::string(locked.message()), HasSubstr(path_));
  EXPECT_THAT(std::string(locked.message()), HasSubstr("another program"));
  EXPECT_TRUE(store->Counts().ok());  // Reads go on.
  sqlite3_close(other);
  EXPECT_EQ(store->Commit(BatchOf(lease, 1), TestTime()), absl::OkStatus());
}

TEST_F(SqliteStoreTest, ANewerSchemaIsRefusedWhereItNeedsANewerProgram) {
  Open();
  Execute("UPDATE meta SET value = 7 WHERE name = 'schema'");
  EXPECT_NE(Open(), nullptr);  // It only adds to what this program knows.
  Execute("UPDATE meta SET value = 7 WHERE name = 'schema_needed'");
  const auto refused = OpenSqliteStore({.path = path_}, TestTime());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(path_));
}

TEST_F(SqliteStoreTest, AFileThatIsNoLedgerIsRefused) {
  folder_.Write("ledger.db", std::string(9000, 'x'));
  const auto refused = OpenSqliteStore({.path = path_}, TestTime());
  EXPECT_TRUE(absl::IsInternal(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("restore a backup"));
  EXPECT_TRUE(absl::IsUnavailable(
      OpenSqliteStore({.path = "/nowhere/x"}, TestTime()).status()));
}

TEST_F(SqliteStoreTest, TheLogStaysShortWhilePagesAreRead) {
  auto store = Open({.path = "", .reserve = 0, .checkpoint_bytes = 1 << 20});
  const Lease lease = *store->AcquireLease("a", TestTime());
  uintmax_t longest = 0;
  for (int number = 0; number < 400; ++number) {
    LedgerBatch batch = BatchOf(lease, number);
    batch.alerts[0].json.assign(50'000, 'x');
    ASSERT_EQ(store->Commit(batch, TestTime()), absl::OkStatus());
    ASSERT_TRUE(
        store->Deliveries({}).ok());  // Between two pages nothing is held.
    longest = std::max(longest, fs::file_size(path_ + "-wal"));
  }
  EXPECT_LT(longest, uintmax_t{12} << 20U);  // Of 20 MB that were written.
}

TEST_F(SqliteStoreTest, ForgottenTextIsNotInTheFiles) {
  auto store = Open();
  const Lease lease = *store->AcquireLease("a", TestTime());
  LedgerBatch batch = BatchOf(lease, 1);
  batch.alerts[0].json = "{\"title\":\"an unforgettable headline\"}";
  ASSERT_EQ(store->Commit(batch, TestTime()), absl::OkStatus());
  ASSERT_TRUE(
      store->Forget({.article = TestAlert(1).article}, TestTime()).ok());
  for (const char* file : {"", "-wal"}) {
    EXPECT_THAT(ReadWholeFile(path_ + file),
                ::testing::Not(HasSubstr("unforgettable")));
  }
}

TEST_F(SqliteStoreTest, SpaceIsGivenBack) {
  auto store = Open();
  const Lease lease = *store->AcquireLease("a", TestTime());
  for (int number = 0; number < 20; ++number) {
    LedgerBatch batch{.lease = lease, .alerts = {TestAlert(number, number)}};
    batch.alerts[0].json.assign(400'000, 'x');
    ASSERT_EQ(store->Commit(batch, TestTime()), absl::OkStatus());
  }
  while (*store->Retain(TestTime(99), 5) > 0) {
  }
  store = nullptr;  // The log is copied into the file.
  EXPECT_LT(fs::file_size(path_), uintmax_t{2} << 20U);  // Of 8 MB.
}

}  // namespace
}  // namespace presshawk
