// SPDX-License-Identifier: Apache-2.0
#include "core/config/quantities.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(ParseConfigDuration, ReadsTheFormsOfTheManual) {
  EXPECT_EQ(ParseConfigDuration("500ms"), absl::Milliseconds(500));
  EXPECT_EQ(ParseConfigDuration("1s"), absl::Seconds(1));
  EXPECT_EQ(ParseConfigDuration("5m"), absl::Minutes(5));
  EXPECT_EQ(ParseConfigDuration("1h"), absl::Hours(1));
  EXPECT_EQ(ParseConfigDuration("1m30s"), absl::Seconds(90));
  EXPECT_EQ(ParseConfigDuration("1.5s"), absl::Milliseconds(1500));
  EXPECT_EQ(ParseConfigDuration("0"), absl::ZeroDuration());
  EXPECT_EQ(ParseConfigDuration("30d"), absl::Hours(720));
  EXPECT_EQ(ParseConfigDuration("1d12h"), absl::Hours(36));
}

TEST(FormatConfigDuration, IsReadBackAsTheSameDuration) {
  EXPECT_EQ(FormatConfigDuration(absl::Hours(720)), "30d");
  EXPECT_EQ(FormatConfigDuration(absl::Hours(24)), "24h");
  EXPECT_EQ(FormatConfigDuration(absl::Hours(36)), "36h");
  EXPECT_EQ(FormatConfigDuration(absl::Seconds(90)), "1m30s");
}

TEST(ParseConfigRate, ReadsACountAndAPeriod) {
  const std::optional<ConfigRate> rate = ParseConfigRate("10 per 1h");
  ASSERT_TRUE(rate.has_value());
  EXPECT_EQ(rate->count, 10U);
  EXPECT_EQ(rate->period, absl::Hours(1));
  EXPECT_EQ(FormatConfigRate(*rate), "10 per 1h");
  for (const char* text : {"", "10", "0 per 1h", "10 per", "10 per 0", "10/1h",
                           "-1 per 1h", "10 per 1h x"}) {
    EXPECT_FALSE(ParseConfigRate(text).has_value()) << text;
  }
}

TEST(ParseConfigDuration, RefusesWhatHasNoUnitOrNoEnd) {
  for (const char* text : {"", "30", "s", "-1s", "inf", "1 s", "1h1d", "1s2",
                           "1.5d", "d", "99999999999d"}) {
    EXPECT_FALSE(ParseConfigDuration(text).has_value()) << text;
  }
}

TEST(ParseConfigSize, ReadsBytesAndUnits) {
  EXPECT_EQ(ParseConfigSize("16777216"), 16777216U);
  EXPECT_EQ(ParseConfigSize("64MiB"), 64U << 20);
  EXPECT_EQ(ParseConfigSize("64 MiB"), 64U << 20);
  EXPECT_EQ(ParseConfigSize("512KiB"), 512U << 10);
  EXPECT_EQ(ParseConfigSize("1GiB"), 1U << 30);
  EXPECT_EQ(ParseConfigSize("500kB"), 500'000U);
  EXPECT_EQ(ParseConfigSize("7 B"), 7U);
}

TEST(ParseConfigSize, RefusesEverythingElse) {
  for (const char* text : {"", "MiB", "-1", "64M", "1.5GiB", "1 ", " 1", "1  B",
                           "99999999999999999999", "9999999999GiB"}) {
    EXPECT_FALSE(ParseConfigSize(text).has_value()) << text;
  }
}

TEST(FormatConfigSize, IsReadBackAsTheSameSize) {
  for (const uint64_t bytes :
       {0UL, 1UL, 1000UL, 1UL << 10, 3UL << 20, (1UL << 30) + 1, 17UL << 30}) {
    EXPECT_EQ(ParseConfigSize(FormatConfigSize(bytes)), bytes);
  }
}

}  // namespace
}  // namespace presshawk
