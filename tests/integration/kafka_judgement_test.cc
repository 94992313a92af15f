// SPDX-License-Identifier: Apache-2.0
// `presshawk check` and `presshawk run` judge the configuration of Kafka alike:
// what the one refuses the other refuses in the same words, without a broker.
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int kRefusedByCheck = 1;
constexpr int kRefusedByRun = 3;

class KafkaJudgementTest : public ::testing::Test {
 protected:
  // A configuration whose `kafka:` has these lines.
  std::string Config(const std::string& kafka) {
    const std::string lists = folder_.Write(
        "lists.yaml", "watchlists: [{id: kremlin, terms: [Kremlin]}]\n");
    return folder_.Write(
        "presshawk.yaml",
        StrCat("kafka:\n", kafka,
               "source: {kafka: {topics: [articles], group: g}}\n"
               "watchlists: {files: [",
               lists,
               "]}\nsinks: [{kafka: {topic: alerts}}]\n"
               "deadletter: {kafka: {topic: dead}}\n"
               "http: {listen: \"127.0.0.1:0\"}\n"));
  }
  // The lines about the configuration that a command prints.
  std::multiset<std::string> Errors(const std::string& command,
                                    const std::string& config,
                                    int expected_exit) {
    const auto log = folder_.path() / "log";
    std::filesystem::remove(log);
    EXPECT_EQ(WaitForExit(
                  Spawn({PRESSHAWK_BINARY, command, "--config", config}, log)),
              expected_exit);
    std::multiset<std::string> errors;
    std::istringstream lines(ReadWholeFile(log));
    for (std::string line; std::getline(lines, line);) {
      if (line.find("presshawk.yaml:") != std::string::npos) {
        errors.insert(line);
      }
    }
    return errors;
  }

  TemporaryFolder folder_;
};

TEST_F(KafkaJudgementTest, WhatCheckRefusesRunRefusesInTheSameWords) {
  struct Row {
    const char* section;
    const char* properties;
    const char* says;
  };
  const Row rows[] = {
      {"consumer", "session.timeout.ms: 10s", "without a unit"},
      {"consumer", "session.timeout.ms: 4294977296", "too large"},
      {"consumer", "session.timeout.ms: 0", "range"},
      {"consumer", "max.poll.interval.ms: 9000", "max.poll.interval.ms"},
      {"consumer", "session.timeout.ms: 400000", "session.timeout.ms"},
      {"consumer", "group.protocol: consumer, session.timeout.ms: 10000",
       "session.timeout.ms"},
      {"consumer", "auto.offset.reset: never", "auto.offset.reset"},
      {"consumer", "enable.auto.commit: true", "refused"},
      {"consumer", "linger.ms: 5", "move it to producer:"},
      {"producer", "retries: 0", "retries"},
      {"producer", "max.in.flight: 6", "max.in.flight"},
      {"producer", "queuing.strategy: lifo", "queuing.strategy"},
      {"producer", "acks: 1", "refused"},
      {"producer", "fetch.wait.max.ms: 5", "move it to consumer:"},
      {"properties", "security.protocol: SASL_SSL, sasl.mechanism: PLAIN",
       "sasl.username"},
      {"properties", "security.protocol: SSL, ssl.ca.location: /no/such.pem",
       "ssl.ca.location"},
      {"properties", "plugin.library.paths: libnothing.so", "plugin"},
      {"properties", "no.such.property: 1", "unknown property"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(StrCat(row.section, ": ", row.properties));
    const bool is_common = std::string_view(row.section) == "properties";
    const std::string config = Config(StrCat(
        "  properties: {bootstrap.servers: \"127.0.0.1:1\"",
        is_common ? ", " : "", is_common ? row.properties : "", "}\n",
        is_common ? ""
                  : StrCat("  ", row.section, ": {", row.properties, "}\n")));
    const auto by_check = Errors("check", config, kRefusedByCheck);
    EXPECT_THAT(by_check, SizeIs(1));
    for (const std::string& error : by_check) {
      EXPECT_THAT(error, HasSubstr(row.says));
      // At the property, not at the top of the file.
      EXPECT_THAT(error, Not(HasSubstr("presshawk.yaml:0")));
    }
    EXPECT_EQ(Errors("run", config, kRefusedByRun), by_check);
  }
}

TEST_F(KafkaJudgementTest, WhatIsGoodPassesCheckWithoutABroker) {
  EXPECT_THAT(
      Errors("check",
             Config("  properties: {bootstrap.servers: \"127.0.0.1:1\"}\n"
                    "  consumer: {session.timeout.ms: 45000, "
                    "topic.metadata.refresh.interval.ms: 60000}\n"
                    "  producer: {retries: 5, max.in.flight: 5, "
                    "linger.ms: 0.5}\n"),
             0),
      IsEmpty());
}

}  // namespace
}  // namespace presshawk
