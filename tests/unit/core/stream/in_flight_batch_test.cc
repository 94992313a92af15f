// SPDX-License-Identifier: Apache-2.0
#include "core/stream/in_flight_batch.h"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

class PlainBatch : public MessageBatch {
 public:
  PlainBatch(StreamId stream, int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; ++i) {
      messages_.push_back({.stream = stream, .offset = i, .next = i + 1});
    }
  }
};

// Notes in what order messages resolve, and with what outcome.
class NotingBatch : public InFlightBatch {
 public:
  using InFlightBatch::InFlightBatch;
  std::vector<std::pair<uint32_t, Outcome>> resolved;

 private:
  void OnResolved(uint32_t message, Outcome outcome) override {
    resolved.emplace_back(message, outcome);
  }
};

class InFlightBatchTest : public ::testing::Test {
 protected:
  InFlightBatchTest() : stream_(tracker_.NewStream()) {}
  std::unique_ptr<MessageBatch> Messages(int64_t count) {
    return std::make_unique<PlainBatch>(stream_, 0, count);
  }

  OffsetTracker tracker_;
  const StreamId stream_;
};

TEST_F(InFlightBatchTest, AdmitsEveryMessage) {
  const InFlightBatch batch(Messages(3), &tracker_);
  EXPECT_EQ(tracker_.counts().admitted, 3U);
  EXPECT_EQ(tracker_.in_flight(), 3U);
}

TEST_F(InFlightBatchTest, AMessageIsResolvedByItsLastAcknowledgement) {
  NotingBatch batch(Messages(1), &tracker_);
  batch.AddPending(0, 2);
  batch.Resolve(0);
  batch.Resolve(0);
  EXPECT_EQ(tracker_.Committable(stream_), std::nullopt);
  batch.Resolve(0);
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  EXPECT_EQ(batch.resolved.size(), 1U);
}

TEST_F(InFlightBatchTest, ResolveAllLeavesWhatOthersStillOwe) {
  NotingBatch batch(Messages(4), &tracker_);
  batch.AddPending(1, 1);
  const std::vector<uint32_t> all = {0, 1, 2, 3};
  batch.ResolveAll(all);
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  EXPECT_EQ(tracker_.in_flight(), 1U);
  batch.Resolve(1);
  EXPECT_EQ(tracker_.Committable(stream_), 4);
}

TEST_F(InFlightBatchTest, TheTrackerCountsTheOutcomeThatWasSet) {
  constexpr Outcome kBad{7};
  NotingBatch batch(Messages(2), &tracker_);
  batch.SetOutcome(1, kBad);
  batch.Resolve(0);
  batch.Resolve(1);
  const StreamCounts counts = tracker_.counts();
  EXPECT_EQ(counts.by_outcome[0], 1U);
  EXPECT_EQ(counts.by_outcome[7], 1U);
  EXPECT_EQ(counts.in_flight(), 0U);
  EXPECT_EQ(batch.resolved.back(), std::make_pair(uint32_t{1}, kBad));
}

TEST_F(InFlightBatchTest, ARefusalCountsAsTheAcknowledgementThatIsOwed) {
  InFlightBatch batch(Messages(1), &tracker_);
  batch.AddPending(0, 1);
  batch.Resolve(0);
  batch.Refuse(0, "too large");
  EXPECT_EQ(tracker_.Committable(stream_), 1);
}

TEST_F(InFlightBatchTest, AcknowledgementsMayComeFromAnyThread) {
  constexpr uint32_t kMessages = 200;
  constexpr uint32_t kThreads = 4;
  const auto batch =
      std::make_shared<InFlightBatch>(Messages(kMessages), &tracker_);
  for (uint32_t i = 0; i < kMessages; ++i) {
    batch->AddPending(i, kThreads - 1);
  }
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&batch] {
      for (uint32_t i = 0; i < kMessages; ++i) {
        batch->Resolve(i);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(tracker_.Committable(stream_), kMessages);
  EXPECT_EQ(tracker_.counts().by_outcome[0], kMessages);
}

}  // namespace
}  // namespace presshawk
