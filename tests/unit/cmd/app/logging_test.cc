// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;

// What was logged since `before` lines were kept, without the levels.
std::vector<std::string> NewMessages(size_t before) {
  std::vector<std::string> messages;
  for (const LogLine& line : RecentLogLines()) {
    messages.push_back(line.message);
  }
  messages.erase(messages.begin(),
                 messages.begin() + static_cast<ptrdiff_t>(before));
  return messages;
}

TEST(LoggingTest, ATextOfSeveralLinesIsOneLineAThing) {
  SetUpLogging({});
  const size_t before = RecentLogLines().size();
  LogEach(spdlog::level::err, "cannot start: ",
          absl::NotFoundError("topic \"a\" does not exist\n"
                              "topic \"b\" does not exist"));
  LogEach(spdlog::level::warn, "kafka: ", std::string_view("out of range\n"));
  LogEach(spdlog::level::warn, "nothing", std::string_view());
  EXPECT_THAT(NewMessages(before),
              ElementsAre("cannot start: topic \"a\" does not exist",
                          "cannot start: topic \"b\" does not exist",
                          "kafka: out of range", "nothing"));
}

TEST(LoggingTest, HintsAreNotAmongTheLastErrors) {
  SetUpLogging({});
  const size_t before = RecentLogLines().size();
  LogHint("watch-list: lists.yaml:1:1: warning: `or` is looked for as a word");
  spdlog::warn("a broker does not answer");
  EXPECT_THAT(NewMessages(before), ElementsAre("a broker does not answer"));
}

}  // namespace
}  // namespace presshawk
