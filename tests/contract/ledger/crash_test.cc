// SPDX-License-Identifier: Apache-2.0
// A process that commits and sends is killed again and again. What it was told
// is OK is there; what it was not told may be there, whole or not at all.
// PRESSHAWK_CASES: so many ledgers, with 25 kills each.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "core/base/str_cat.h"
#include "ingest/postgres/postgres_store.h"
#include "tests/contract/ledger/ledger_world.h"
#include "tests/support/postgres_server.h"

namespace presshawk {
namespace {

// What the child says it was told, one byte and a number each: 'c' a commit,
// 'd' a delivery that was delivered.
struct Told {
  char what;
  int number;
};

constexpr int kPerBatch = 3;

LedgerBatch BatchOf(const Lease& lease, int number) {
  LedgerBatch batch{.lease = lease};
  for (int i = number * kPerBatch; i < (number + 1) * kPerBatch; ++i) {
    const auto sequence = static_cast<uint64_t>(i) + 1;
    batch.alerts.push_back(TestAlert(i, i));
    batch.entries.push_back(TestEntry("s", i, EntryState::kTold, sequence));
    batch.events.push_back(TestEvent("s", sequence, i));
    batch.deliveries.push_back(TestDelivery(i, "s", sequence));
    batch.deliveries.back().due = TestTime(0);
  }
  batch.positions = {{.topic = "t", .partition = 0, .next = number + 1}};
  return batch;
}

void Tell(int pipe, char what, int number) {
  const Told told{.what = what, .number = number};
  if (write(pipe, &told, sizeof(told)) != sizeof(told)) {
    _exit(1);
  }
}

// Commits one batch after another, and delivers what is due, until it is killed
// or a call fails.
void RunChild(LedgerStore* store, int pipe) {
  const auto lease = store->AcquireLease("child", TestTime());
  if (!lease.ok()) {
    return;
  }
  const auto positions = store->Positions();
  int number = positions.ok() && !positions->empty()
                   ? static_cast<int>((*positions)[0].next)
                   : 0;
  SenderStep step{.instance = "child", .wanted = {{"r", 2}}};
  auto claimed = store->TakeOrphans("child", TestTime(), 99);
  while (claimed.ok()) {
    step.finished.clear();
    for (const ClaimedDelivery& delivery : *claimed) {
      DeliveryRecord row = delivery.record;
      row.state = DeliveryState::kDelivered;
      row.attempts = 1;
      row.last_at = TestTime(1);
      step.finished.emplace_back(row, TestAttempt(row));
    }
    const auto result = store->Step(step, TestTime(1));
    if (!result.ok()) {
      return;
    }
    for (const auto& [row, attempt] : step.finished) {
      Tell(pipe, 'd', static_cast<int>(row.sequence) - 1);
    }
    claimed = result->claimed;
    if (!store->Commit(BatchOf(*lease, number), TestTime()).ok()) {
      return;
    }
    Tell(pipe, 'c', number++);
  }
}

// The numbers of rows are those that can be counted, and each alert has its
// entry, its event and its delivery.
void CheckWhole(LedgerStore* store, int batches) {
  const LedgerCounts counts = *store->Counts();
  const auto alerts = static_cast<uint64_t>(batches * kPerBatch);
  EXPECT_EQ(counts.alerts, alerts);
  std::map<DeliveryState, uint64_t> states;
  uint64_t found = 0;
  DeliveryFilter filter{.limit = 5000};
  do {
    const auto page = *store->Deliveries(filter);
    for (const DeliveryRecord& row : page.rows) {
      ++states[row.state];
      ++found;
    }
    filter.after = page.next;
  } while (!filter.after.empty());
  EXPECT_EQ(found, alerts);
  const std::vector<std::pair<DeliveryState, uint64_t>> expected(states.begin(),
                                                                 states.end());
  EXPECT_EQ(counts.deliveries, expected);
  uint64_t events = 0;
  for (uint64_t after = 0;; after += 1000) {
    const auto page = *store->Events("s", after, 1000);
    events += page.size();
    if (page.size() < 1000) {
      break;
    }
  }
  EXPECT_EQ(events, alerts);
  for (int i = 0; i < batches * kPerBatch; ++i) {
    ASSERT_EQ(store->EntriesOf(TestId('a', i))->size(), 1U);
  }
}

class CrashTest : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> KindsOnDisk() {
  std::vector<std::string> kinds = LedgerKinds();
  std::erase(kinds, "memory");
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Stores, CrashTest, ::testing::ValuesIn(KindsOnDisk()),
                         [](const auto& kind) { return kind.param; });

void KillOften(const std::string& kind, uint32_t seed) {
  constexpr int kKills = 25;
  const auto world = MakeLedgerWorld(kind);
  std::mt19937 random(seed);
  int batches = 0;  // That were told to be OK.
  std::vector<int> delivered;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const auto store = world->Open();
      if (store != nullptr) {
        RunChild(store.get(), ends[1]);
      }
      _exit(0);
    }
    close(ends[1]);
    Told told{};
    const int enough = 1 + static_cast<int>(random() % 40);
    int heard = 0;
    while (read(ends[0], &told, sizeof(told)) == sizeof(told)) {
      if (told.what == 'c') {
        batches = told.number + 1;
      } else {
        delivered.push_back(told.number);
      }
      if (++heard == enough) {
        kill(child, SIGKILL);
      }
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);
    const auto store = world->Open();
    ASSERT_NE(store, nullptr);
    const auto positions = *store->Positions();
    ASSERT_EQ(positions.size(), 1U);
    const auto there = static_cast<int>(positions[0].next);
    ASSERT_GE(there, batches);
    ASSERT_LE(there, batches + 1);
    batches = there;
    CheckWhole(store.get(), batches);
    for (const int number : delivered) {
      ASSERT_EQ((*store->FindDelivery(TestId('d', number)))->record.state,
                DeliveryState::kDelivered);
    }
  }
  EXPECT_GT(batches, kKills);
  EXPECT_GT(delivered.size(), static_cast<size_t>(kKills));
}

TEST_P(CrashTest, WhatWasToldIsThereAfterEachOfManyKills) {
  const char* const cases = std::getenv("PRESSHAWK_CASES");
  const int ledgers = cases == nullptr ? 1 : std::atoi(cases);
  for (int i = 0; i < ledgers; ++i) {
    KillOften(GetParam(), static_cast<uint32_t>(7 + i));
    if (HasFatalFailure()) {
      return;
    }
  }
}

TEST(PostgresCrashTest, NothingThatWasToldIsLostWhenTheServerIsKilled) {
  if (PostgresServer::SkippedByEnvironment()) {
    GTEST_SKIP() << "PRESSHAWK_SKIP_POSTGRES=1";
  }
  auto server = PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string url = *(*server)->NewDatabase();
  auto store = *OpenPostgresStore({.url = url}, TestTime());
  int number = 0;
  for (int round = 0; round < 3; ++round) {
    Lease lease = *store->AcquireLease("decider", TestTime());
    for (const int until = number + 5; number < until; ++number) {
      ASSERT_EQ(store->Commit(BatchOf(lease, number), TestTime()),
                absl::OkStatus());
    }
    (*server)->Kill();
    // The process of a session may outlive its server for a moment.
    absl::Status status;
    while ((status = store->Commit(BatchOf(lease, number), TestTime())).ok()) {
      ++number;
    }
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(absl::IsUnavailable(store->Counts().status()));
    EXPECT_TRUE(absl::IsUnavailable(
        store->AcquireLease("decider", TestTime()).status()));
    ASSERT_EQ((*server)->Restart(), absl::OkStatus());
    // The lease ended with its session, although nobody else took it.
    EXPECT_TRUE(
        absl::IsAborted(store->Commit(BatchOf(lease, number), TestTime())));
    // Of the commit that broke off nobody knew.
    const auto there = static_cast<int>(store->Positions()->at(0).next);
    ASSERT_GE(there, number);
    ASSERT_LE(there, number + 1);
    number = there;
    CheckWhole(store.get(), number);
    const auto again = store->AcquireLease("decider", TestTime());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_GT(again->epoch, lease.epoch);
  }
}

}  // namespace
}  // namespace presshawk
