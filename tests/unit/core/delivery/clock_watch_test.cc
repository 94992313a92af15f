// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/clock_watch.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClockWatchTest, AClockThatIsSetIsNoticedOnce) {
  ClockWatch clock;
  const absl::Time noon = absl::FromUnixSeconds(1'767'355'200);
  EXPECT_FALSE(clock.Look(noon, absl::Seconds(7)).has_value());
  EXPECT_FALSE(clock.Look(noon + absl::Hours(2), absl::Hours(2)).has_value());
  // Half an hour back within a minute.
  const auto back = clock.Look(noon + absl::Minutes(91), absl::Minutes(121));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, -absl::Minutes(30));
  EXPECT_FALSE(
      clock.Look(noon + absl::Minutes(92), absl::Minutes(122)).has_value());
  // A correction by a time server.
  EXPECT_FALSE(
      clock.Look(noon + absl::Minutes(97), absl::Minutes(123)).has_value());
}

TEST(ZoneWatchTest, NewRulesAreNamedOnce) {
  std::map<std::string, std::string> files = {{"Europe/Berlin", "1"},
                                              {"Asia/Tokyo", "1"}};
  ZoneWatch zones([&](const std::string& zone) { return files[zone]; });
  EXPECT_THAT(zones.Look({"Europe/Berlin"}), IsEmpty());
  files["Europe/Berlin"] = "2";
  files["Asia/Tokyo"] = "2";  // Nobody had asked about it before.
  EXPECT_THAT(zones.Look({"Asia/Tokyo", "Europe/Berlin"}),
              ElementsAre("Europe/Berlin"));
  EXPECT_THAT(zones.Look({"Asia/Tokyo", "Europe/Berlin"}), IsEmpty());
  EXPECT_EQ(zones.changed(), 1U);
}

}  // namespace
}  // namespace presshawk
