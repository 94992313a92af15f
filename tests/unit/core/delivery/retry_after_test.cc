// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retry_after.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

// Thursday.
const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01

TEST(RetryAfterTest, ReadsSecondsFractionsAndDates) {
  const std::pair<const char*, absl::Duration> kCases[] = {
      {"1", absl::Seconds(1)},
      {" 3600 ", absl::Hours(1)},
      {"0", absl::ZeroDuration()},
      {"0.376", absl::Milliseconds(376)},
      {".5", absl::Milliseconds(500)},
      {"Thu, 01 Jan 2026 00:02:00 GMT", absl::Minutes(2)},
      {"Thursday, 01-Jan-26 00:02:00 GMT", absl::Minutes(2)},
      {"Thu Jan  1 00:02:00 2026", absl::Minutes(2)},
      {"Thu, 01 Jan 2015 00:02:00 GMT", absl::ZeroDuration()},
  };
  for (const auto& [value, wait] : kCases) {
    const std::optional<absl::Duration> read = ParseRetryAfter(value, kNow);
    ASSERT_TRUE(read.has_value()) << value;
    EXPECT_LT(absl::AbsDuration(*read - wait), absl::Microseconds(1)) << value;
  }
}

TEST(RetryAfterTest, NobodyAsksForMoreThanADay) {
  for (const char* const value :
       {"86401", "1000000000000000", "Fri, 01 Jan 2038 00:00:00 GMT"}) {
    EXPECT_EQ(ParseRetryAfter(value, kNow), absl::Hours(24)) << value;
  }
  EXPECT_EQ(ParseRetryAfter(std::string(400, '9'), kNow), absl::Hours(24));
}

TEST(RetryAfterTest, GarbageIsNothing) {
  for (const char* const value :
       {"", "soon", "-1", "+1", "1e3", "1.2.3", ".", "1 s", "inf", "nan",
        "0x10", "2026-01-01T00:02:00Z", "Thu, 32 Jan 2026 00:02:00 GMT"}) {
    EXPECT_FALSE(ParseRetryAfter(value, kNow).has_value()) << value;
  }
}

}  // namespace
}  // namespace presshawk
