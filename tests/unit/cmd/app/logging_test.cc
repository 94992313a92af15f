// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "cmd/app/log_text.h"

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

TEST(LoggingTest, AnErrorThatComesAgainIsCountedAndOneThatIsOverIsResolved) {
  SetUpLogging({});
  spdlog::warn("no answer of kafka1:9092 for 10 s");
  spdlog::warn("another thing");
  spdlog::warn("no answer of kafka1:9092 for 11 s");
  LogLine line = RecentLogLines().back();
  EXPECT_EQ(line.message, "no answer of kafka1:9092 for 11 s");
  EXPECT_EQ(line.count, 2U);
  EXPECT_LE(line.first, line.time);
  EXPECT_EQ(line.resolved, absl::InfiniteFuture());
  ResolveLogLine("no answer of kafka1:9092 for 30 s", line.time);
  EXPECT_EQ(RecentLogLines().back().resolved, line.time);
  spdlog::warn("no answer of kafka1:9092 for 12 s");  // Again.
  EXPECT_EQ(RecentLogLines().back().resolved, absl::InfiniteFuture());
  EXPECT_EQ(RecentLogLines().back().count, 3U);
}

TEST(MessageKeyTest, NumbersAndTimesDoNotCount) {
  EXPECT_EQ(MessageKey("worker 0: since 2026-01-02T03:04:05Z: up to 17"),
            MessageKey("workers 1, 2: since 2026-01-02T04:04:05Z: up to 18"));
  EXPECT_NE(MessageKey("no answer from 10.0.0.1:9092"),
            MessageKey("no answer from 10.0.0.2:9092"));
  EXPECT_NE(MessageKey("topic \"a1\" is gone"),
            MessageKey("topic \"a2\" is gone"));
}

}  // namespace
}  // namespace presshawk
