// SPDX-License-Identifier: Apache-2.0
#include "core/base/deadline.h"

#include <condition_variable>

#include <gtest/gtest.h>

#include "core/base/mutex.h"

namespace presshawk {
namespace {

using Steady = Deadline::Steady;

TEST(DeadlineTest, ATimeOfTheSystemsClockIsAsFarAwayByTheSteadyOne) {
  const Steady::time_point before = Steady::now();
  const Deadline deadline = absl::Now() + absl::Hours(1);
  EXPECT_GT(deadline.steady(), before + std::chrono::minutes(59));
  EXPECT_LT(deadline.steady(), Steady::now() + std::chrono::minutes(61));
}

TEST(DeadlineTest, InfiniteTimesAreHeld) {
  const Steady::time_point now = Steady::now();
  EXPECT_GT(Deadline(absl::InfiniteFuture()).steady(),
            now + std::chrono::hours(24 * 300));
  EXPECT_GT(Deadline::After(absl::InfiniteDuration()).steady(),
            now + std::chrono::hours(24 * 300));
  const Deadline past(absl::InfinitePast());
  EXPECT_LE(past.steady(), Steady::now());
}

TEST(DeadlineTest, AWaitEndsAtItsDeadline) {
  Mutex mutex;
  std::condition_variable changed;
  MutexLock lock(&mutex);
  while (lock.WaitUntil(&changed, absl::InfinitePast())) {
  }
  while (lock.WaitFor(&changed, absl::Milliseconds(1))) {
  }
}

}  // namespace
}  // namespace presshawk
