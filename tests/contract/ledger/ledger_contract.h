// SPDX-License-Identifier: Apache-2.0
// The fixture of what is asked of every store of a ledger.
#pragma once

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/ledger/ledger_world.h"

namespace presshawk {

class LedgerContract : public ::testing::TestWithParam<std::string> {
 protected:
  LedgerContract()
      : world_(MakeLedgerWorld(GetParam())), store_(world_->Open()) {
    lease_ = *store_->AcquireLease("decider", TestTime());
  }

  // A batch of the decider that holds the lease.
  LedgerBatch Batch() const { return {.lease = lease_}; }
  void Commit(const LedgerBatch& batch) {
    ASSERT_EQ(store_->Commit(batch, TestTime()), absl::OkStatus());
  }
  // Alert `number`, told to "s" as event `number` + 1, owed to receiver "r".
  void CommitTold(int number, const std::string& receiver = "r") {
    LedgerBatch batch = Batch();
    const auto sequence = static_cast<uint64_t>(number) + 1;
    batch.alerts = {TestAlert(number, number)};
    batch.entries = {TestEntry("s", number, EntryState::kTold, sequence)};
    batch.events = {TestEvent("s", sequence, number)};
    batch.deliveries = {TestDelivery(number, "s", sequence, receiver)};
    Commit(batch);
  }
  // Claims by "me" at `second`.
  SenderStepResult Claim(uint32_t count, int second,
                         const std::string& receiver = "r") {
    auto result = store_->Step(
        {.instance = "me", .wanted = {{receiver, count}}}, TestTime(second));
    EXPECT_EQ(result.status(), absl::OkStatus());
    return result.ok() ? *result : SenderStepResult();
  }
  DeliveryRecord Find(int number) {
    const auto found = *store_->FindDelivery(TestId('d', number));
    EXPECT_TRUE(found.has_value());
    return found ? found->record : DeliveryRecord();
  }
  std::string CountsText() { return TextOf(*store_->Counts()); }

  const std::unique_ptr<LedgerWorld> world_;
  std::unique_ptr<LedgerStore> store_;
  Lease lease_;
};

}  // namespace presshawk
