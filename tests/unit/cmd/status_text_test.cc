// SPDX-License-Identifier: Apache-2.0
#include "cmd/status_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string TextOf(const std::string& assignment) {
  return ReadStatus(R"({"not_ready":[],"assignment":)" + assignment + "}",
                    R"({"watchlists":[]})", R"({"watchlists":[]})")
      .text;
}

TEST(StatusTextTest, PartitionsThatAreBehindAreNamedWithLagAndAge) {
  const std::string text = TextOf(
      R"([{"topic":"news","partition":0,"lag":7,"oldest_record_seconds":90},)"
      R"({"topic":"news","partition":1,"lag":5,"oldest_record_seconds":9000},)"
      R"({"topic":"news","partition":2,"lag":null,)"
      R"("oldest_record_seconds":null}])");
  EXPECT_THAT(text, HasSubstr("partitions   3 assigned, lag 12, most in "
                              "news[0]: 7, oldest record in news[1]: 2 h\n"));
}

TEST(StatusTextTest, WhereAllIsProcessedNoPartitionIsNamed) {
  EXPECT_THAT(TextOf(R"([{"topic":"news","partition":0,"lag":0,)"
                     R"("oldest_record_seconds":0}])"),
              HasSubstr("partitions   1 assigned, lag 0\n"));
  EXPECT_THAT(TextOf("[]"), Not(HasSubstr("partitions")));
}

}  // namespace
}  // namespace presshawk
