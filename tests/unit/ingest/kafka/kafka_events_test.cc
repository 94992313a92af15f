// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/kafka_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class KafkaEventsTest : public ::testing::Test {
 protected:
  void Say(std::string_view facility, int times = 1) {
    for (int i = 0; i < times; ++i) {
      events_.ClientLog(KafkaLogLevel::kError, facility, "connect failed");
    }
  }

  std::vector<std::string> lines_;
  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
  KafkaEvents events_{[this](KafkaLogLevel, std::string_view line) {
                        lines_.emplace_back(line);
                      },
                      [this] { return now_; }};
};

TEST_F(KafkaEventsTest, AFloodOfOneFacilityIsHeldBackAndItsCountTold) {
  for (int second = 0; second < 10; ++second) {
    Say("FAIL", 200);
    now_ += absl::Seconds(1);
  }
  EXPECT_THAT(lines_, SizeIs(KafkaEvents::kClientLinesMax));
  lines_.clear();
  Say("FAIL");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("1995 more")));
}

TEST_F(KafkaEventsTest, OneFacilityHoldsNoOtherBack) {
  Say("FAIL", 200);
  lines_.clear();
  Say("GETPID");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("GETPID")));
}

TEST_F(KafkaEventsTest, TheCountOfABurstThatIsOverIsToldWithoutANextLine) {
  Say("FAIL", 200);
  lines_.clear();
  events_.SayWhatWasHeldBack();
  EXPECT_THAT(lines_, IsEmpty());
  now_ += absl::Seconds(10);
  events_.SayWhatWasHeldBack();
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("195 more")));
  lines_.clear();
  Say("FAIL");
  EXPECT_THAT(lines_, ElementsAre(Not(HasSubstr("more"))));
}

TEST_F(KafkaEventsTest, EachErrorIsCountedAndEachCodeLoggedOnceInTenSeconds) {
  for (int i = 0; i < 100; ++i) {
    events_.Error("_TRANSPORT", StrCat("text ", i));
  }
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(events_.error_counts().at("_TRANSPORT"), 100U);
  now_ += absl::Seconds(10);
  events_.Error("_TRANSPORT", "again");
  EXPECT_THAT(lines_.back(), HasSubstr("99 more"));
}

}  // namespace
}  // namespace presshawk
