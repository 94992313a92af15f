// SPDX-License-Identifier: Apache-2.0
#include "core/stream/offset_tracker.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(OffsetTrackerTest, NothingIsCommittableBeforeTheFirstIsResolved) {
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  tracker.Admit(stream, 5, 6);
  tracker.Admit(stream, 6, 7);
  tracker.Resolve(stream, 6);
  EXPECT_EQ(tracker.Committable(stream), std::nullopt);
  tracker.Resolve(stream, 5);
  EXPECT_EQ(tracker.Committable(stream), 7);
}

TEST(OffsetTrackerTest, GapsInTheOffsetsAreNoHoles) {
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  tracker.Admit(stream, 1, 2);
  tracker.Admit(stream, 9, 10);  // Compacted away in between.
  tracker.Resolve(stream, 1);
  EXPECT_EQ(tracker.Committable(stream), 2);
  tracker.Resolve(stream, 9);
  EXPECT_EQ(tracker.Committable(stream), 10);
}

TEST(OffsetTrackerTest, AStuckStreamDoesNotHoldAnother) {
  OffsetTracker tracker;
  const StreamId stuck = tracker.NewStream();
  const StreamId free = tracker.NewStream();
  tracker.Admit(stuck, 0, 1);
  tracker.Admit(free, 0, 1);
  tracker.Resolve(free, 0);
  EXPECT_EQ(tracker.Committable(free), 1);
  EXPECT_EQ(tracker.Committable(stuck), std::nullopt);
}

TEST(OffsetTrackerTest, LateAcknowledgementsOfAForgottenStreamAreIgnored) {
  OffsetTracker tracker;
  const StreamId before = tracker.NewStream();
  tracker.Admit(before, 0, 1);
  tracker.Admit(before, 1, 2);
  tracker.Resolve(before, 0);
  EXPECT_EQ(tracker.Forget(before), 1u);
  const StreamId after = tracker.NewStream();
  tracker.Admit(after, 1, 2);
  tracker.Resolve(before, 1);
  EXPECT_EQ(tracker.Committable(after), std::nullopt);
  EXPECT_EQ(tracker.counts().abandoned, 1u);
  EXPECT_EQ(tracker.in_flight(), 1u);
}

TEST(OffsetTrackerTest, WaitEndsWithTheLastAcknowledgement) {
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  tracker.Admit(stream, 0, 1);
  EXPECT_FALSE(tracker.WaitResolved({stream}, absl::Now()));
  std::thread acknowledger([&] { tracker.Resolve(stream, 0); });
  EXPECT_TRUE(tracker.WaitResolved({stream}, absl::InfiniteFuture()));
  acknowledger.join();
}

// Against the obvious model: a set of the unresolved offsets.
TEST(OffsetTrackerTest, EqualsTheModelOnRandomOrders) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    OffsetTracker tracker;
    const StreamId stream = tracker.NewStream();
    std::set<int64_t> open;
    std::map<int64_t, bool> admitted;
    int64_t next = 0;
    for (int step = 0; step < 300; ++step) {
      if (open.empty() || random() % 2 == 0) {
        next += 1 + random() % 3;
        tracker.Admit(stream, next, next + 1);
        open.insert(next);
        admitted[next] = true;
      } else {
        auto it = open.begin();
        std::advance(it, random() % open.size());
        tracker.Resolve(stream, *it);
        open.erase(it);
      }
      std::optional<int64_t> expected;
      for (const auto& [offset, unused] : admitted) {
        if (open.contains(offset)) {
          break;
        }
        expected = offset + 1;
      }
      ASSERT_EQ(tracker.Committable(stream), expected);
      ASSERT_EQ(tracker.in_flight(), open.size());
    }
  }
}

TEST(OffsetTrackerTest, ThreadsResolveWhileOneAdmits) {
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  constexpr int kMessages = 20'000;
  std::vector<std::vector<int64_t>> shares(3);
  for (int i = 0; i < kMessages; ++i) {
    tracker.Admit(stream, i, i + 1);
    shares[static_cast<size_t>(i) % shares.size()].push_back(i);
  }
  std::vector<std::thread> threads;
  for (const std::vector<int64_t>& share : shares) {
    threads.emplace_back([&tracker, &share, stream] {
      for (const int64_t offset : share) {
        tracker.Resolve(stream, offset);
      }
    });
  }
  ASSERT_TRUE(tracker.WaitResolved({stream}, absl::InfiniteFuture()));
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(tracker.Committable(stream), kMessages);
}

}  // namespace
}  // namespace presshawk
