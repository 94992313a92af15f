// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/bucket_histogram.h"

#include <array>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

constexpr std::array<double, 3> kBounds = {1, 2, 4};

TEST(BucketHistogramTest, ABoundBelongsToItsBucket) {
  BucketHistogram histogram(kBounds);
  histogram.Observe(0);
  histogram.Observe(1);
  histogram.Observe(1.5);
  histogram.Observe(4);
  histogram.Observe(4.5);
  const BucketHistogram::Snapshot snapshot = histogram.snapshot();
  EXPECT_THAT(snapshot.counts, ElementsAre(2, 1, 1, 1));
  EXPECT_DOUBLE_EQ(snapshot.sum, 11);
}

TEST(BucketHistogramTest, AnObservationCountsManyTimes) {
  BucketHistogram histogram(kBounds);
  histogram.Observe(1.5, 3);
  histogram.Observe(1.5, 0);
  EXPECT_THAT(histogram.snapshot().counts, ElementsAre(0, 3, 0, 0));
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum, 4.5);
}

TEST(BucketHistogramTest, SnapshotsAddUp) {
  BucketHistogram one(kBounds), other(kBounds);
  one.Observe(1);
  other.Observe(1);
  other.Observe(9);
  BucketHistogram::Snapshot sum = one.snapshot();
  sum.Add(other.snapshot());
  EXPECT_THAT(sum.counts, ElementsAre(2, 0, 0, 1));
  EXPECT_DOUBLE_EQ(sum.sum, 11);
}

TEST(BucketHistogramTest, NothingIsLostBetweenThreads) {
  BucketHistogram histogram(kBounds);
  constexpr int kTimes = 20'000;
  const auto observe = [&] {
    for (int i = 0; i < kTimes; ++i) {
      histogram.Observe(2);
    }
  };
  std::thread one(observe), other(observe);
  one.join();
  other.join();
  EXPECT_THAT(histogram.snapshot().counts, ElementsAre(0, 2 * kTimes, 0, 0));
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum, 4.0 * kTimes);
}

}  // namespace
}  // namespace presshawk
