// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/list_rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ListRatesTest : public ::testing::Test {
 protected:
  void Alert(const std::string& id, uint32_t alerts) {
    BatchReport report;
    report.list_costs.push_back({.watchlist_id = id, .alerts = alerts});
    counters_.Add(report);
  }
  void Look() { rates_.Look({&counters_}, now_); }
  void After(absl::Duration time) { now_ += time; }

  ListCounters counters_;
  ListRates rates_;
  absl::Time now_ = absl::FromUnixSeconds(1'000'000 * 3600LL);
};

TEST_F(ListRatesTest, TheNoisiestOfTheLastMinuteComeFirst) {
  Alert("old", 1000);
  Look();
  EXPECT_THAT(rates_.noisiest(), IsEmpty());  // Nobody knows since when.
  Alert("flood", 240);
  Alert("ferry", 6);
  After(absl::Minutes(2));
  Look();
  const auto noisiest = rates_.noisiest();
  ASSERT_THAT(noisiest, SizeIs(2));
  EXPECT_EQ(noisiest[0].id, "flood");
  EXPECT_EQ(noisiest[0].alerts_per_minute, 120);
  EXPECT_EQ(noisiest[1].id, "ferry");
  EXPECT_EQ(noisiest[1].alerts_per_minute, 3);
}

TEST_F(ListRatesTest, ThereAreNoMoreThanTenAndLooksTooSoonChangeNothing) {
  Look();
  for (int i = 0; i < 30; ++i) {
    Alert("list" + std::to_string(i), 1 + static_cast<uint32_t>(i));
  }
  After(absl::Seconds(59));
  Look();
  EXPECT_THAT(rates_.noisiest(), IsEmpty());
  After(absl::Seconds(1));
  Look();
  EXPECT_THAT(rates_.noisiest(), SizeIs(ListRates::kNoisiestMax));
}

TEST_F(ListRatesTest, AListThatAlertedEveryHourIsSilentAfterSixMore) {
  for (int hour = 0; hour < 10; ++hour) {
    Alert("hourly", 1);
    Alert("rare", hour == 0 ? 1 : 0);
    Look();
    After(absl::Hours(1));
  }
  After(absl::Hours(5));
  Look();
  EXPECT_EQ(rates_.silent().count, 0U);
  After(absl::Hours(1));
  Look();
  EXPECT_THAT(rates_.silent().ids, ElementsAre("hourly"));
  Alert("hourly", 1);
  After(absl::Hours(1));
  Look();
  EXPECT_EQ(rates_.silent().count, 0U);
}

}  // namespace
}  // namespace presshawk
