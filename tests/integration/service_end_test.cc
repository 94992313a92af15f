// SPDX-License-Identifier: Apache-2.0
// `presshawk run` ends at SIGTERM whatever it is about: waiting for a broker,
// compiling at its start, compiling later.
#include <signal.h>

#include <filesystem>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ServiceEndTest : public ::testing::Test {
 protected:
  void TearDown() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      WaitForExit(pid_);
    }
    if (HasFailure()) {
      std::cerr << Log() << "\n";
    }
  }
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  std::string Log() const { return ReadWholeFile(Path("run.log")); }
  bool LogHas(std::string_view text) const {
    return Log().find(text) != std::string::npos;
  }
  // Lists that take some seconds to compile.
  void WriteManyLists(std::string_view word) {
    std::string lists = "watchlists:\n";
    for (int i = 0; i < 20'000; ++i) {
      StrAppend(&lists, "  - {id: l", i, ", query: '(", word, i, " OR other", i,
                ") NEAR/5 (\"third ", i, "\" OR fourth", i, ")'}\n");
    }
    folder_.Write("lists.yaml", lists);
  }
  void StartFromFiles() {
    folder_.Write("articles.ndjson", "");
    Start(StrCat(
        "source: {file: {paths: [", Path("articles.ndjson"),
        "], follow: true}}\nsinks: [{file: {path: ", Path("alerts.ndjson"),
        "}}]\ndeadletter: {file: {path: ", Path("dead.ndjson"), "}}\n"));
  }
  void Start(const std::string& ends) {
    const std::string config = folder_.Write(
        "presshawk.yaml",
        StrCat(ends, "watchlists: {files: [", Path("lists.yaml"),
               "]}\nhttp: {listen: \"127.0.0.1:0\"}\nworkers: 1\n"));
    pid_ =
        Spawn({PRESSHAWK_BINARY, "run", "--config", config}, Path("run.log"));
  }
  int Stop() {
    kill(pid_, SIGTERM);
    return WaitForExit(std::exchange(pid_, -1));
  }
  static bool WaitFor(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    while (!condition() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    return condition();
  }

  TemporaryFolder folder_;
  pid_t pid_ = -1;
};

TEST_F(ServiceEndTest, WhileItWaitsForABroker) {
  folder_.Write("lists.yaml",
                "watchlists: [{id: kremlin, terms: [Kremlin]}]\n");
  // Nothing listens on port 1.
  Start(
      "kafka: {properties: {bootstrap.servers: \"127.0.0.1:1\"}}\n"
      "source: {kafka: {topics: [articles], group: g}}\n"
      "sinks: [{kafka: {topic: alerts}}]\n"
      "deadletter: {kafka: {topic: dead}}\n");
  ASSERT_TRUE(WaitFor([&] { return LogHas("Connection refused"); }));
  EXPECT_EQ(Stop(), 0);
  // Ended by the signal, not by having given the broker up.
  EXPECT_THAT(Log(), AllOf(HasSubstr("ends while starting"),
                           Not(HasSubstr("cannot start"))));
}

TEST_F(ServiceEndTest, WhileItCompilesItsFirstLists) {
  WriteManyLists("first");
  StartFromFiles();
  ASSERT_TRUE(WaitFor([&] { return LogHas("metrics and health at"); }));
  EXPECT_EQ(Stop(), 0);
  EXPECT_THAT(Log(), AllOf(HasSubstr("ends while starting"),
                           Not(HasSubstr("lists active"))));
}

TEST_F(ServiceEndTest, WhileItCompilesOtherLists) {
  folder_.Write("lists.yaml", "watchlists: [{id: one, terms: [one]}]\n");
  StartFromFiles();
  ASSERT_TRUE(WaitFor([&] { return LogHas(" 1 lists active"); }));
  WriteManyLists("second");
  kill(pid_, SIGHUP);
  ASSERT_TRUE(WaitFor([&] { return LogHas("SIGHUP"); }));
  EXPECT_EQ(Stop(), 0);
  EXPECT_THAT(Log(), AllOf(HasSubstr("stopped"),
                           Not(HasSubstr(" 20000 lists active"))));
}

}  // namespace
}  // namespace presshawk
