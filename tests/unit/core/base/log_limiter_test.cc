// SPDX-License-Identifier: Apache-2.0
#include "core/base/log_limiter.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'000'000);

TEST(LogLimiterTest, OneLineEveryInterval) {
  LogLimiter limiter(1, absl::Seconds(10));
  EXPECT_TRUE(limiter.Take(kBegin));
  EXPECT_FALSE(limiter.Take(kBegin));
  EXPECT_FALSE(limiter.Take(kBegin + absl::Seconds(10) - absl::Nanoseconds(1)));
  EXPECT_TRUE(limiter.holds_back());
  EXPECT_TRUE(limiter.Take(kBegin + absl::Seconds(10)));
  EXPECT_EQ(limiter.TakeHeldBack(), 2U);
  EXPECT_FALSE(limiter.holds_back());
  EXPECT_FALSE(limiter.Take(kBegin + absl::Seconds(19)));
  EXPECT_TRUE(limiter.Take(kBegin + absl::Seconds(20)));
}

TEST(LogLimiterTest, ABurstComesBackLineByLine) {
  LogLimiter limiter(3, absl::Seconds(1));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(limiter.Take(kBegin));
  }
  EXPECT_FALSE(limiter.Take(kBegin));
  EXPECT_TRUE(limiter.Take(kBegin + absl::Seconds(1)));
  EXPECT_FALSE(limiter.Take(kBegin + absl::Seconds(1)));
  // No more than the burst, however long nothing was said.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(limiter.Take(kBegin + absl::Hours(1)));
  }
  EXPECT_FALSE(limiter.Take(kBegin + absl::Hours(1)));
}

TEST(LogLimiterTest, ABurstThatIsOverIsToldOfOnce) {
  LogLimiter limiter(1, absl::Seconds(10));
  EXPECT_TRUE(limiter.Take(kBegin));
  EXPECT_FALSE(limiter.Take(kBegin));
  EXPECT_EQ(limiter.TakeHeldBackIfOver(kBegin + absl::Seconds(9)), 0U);
  EXPECT_EQ(limiter.TakeHeldBackIfOver(kBegin + absl::Seconds(10)), 1U);
  EXPECT_EQ(limiter.TakeHeldBackIfOver(kBegin + absl::Seconds(10)), 0U);
}

TEST(LogLimiterTest, AClockThatIsSetBackSilencesNobody) {
  LogLimiter limiter(1, absl::Seconds(10));
  EXPECT_TRUE(limiter.Take(kBegin));
  EXPECT_TRUE(limiter.Take(kBegin - absl::Hours(1)));
  EXPECT_FALSE(limiter.Take(kBegin - absl::Hours(1)));
}

}  // namespace
}  // namespace presshawk
