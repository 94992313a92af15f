// SPDX-License-Identifier: Apache-2.0
// `presshawk run` from files to files: nothing but the program.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/alert_schema.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Article(int i) {
  return StrCat("{\"id\":\"a", i, "\",\"title\":\"Kremlin ", i, "\"}\n");
}
std::string Articles(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) {
    text += Article(i);
  }
  return text;
}

class FileServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("lists.yaml",
                  "watchlists: [{id: kremlin, terms: [Kremlin]}]\n");
  }
  void TearDown() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      WaitForExit(pid_);
    }
    if (HasFailure()) {
      std::cerr << ReadWholeFile(Path("run.log")) << "\n";
    }
  }
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  void Start(bool follow, const std::string& alerts = "") {
    const std::string config = folder_.Write(
        "presshawk.yaml",
        StrCat("source: {file: {paths: [", Path("articles.ndjson"),
               "], follow: ", std::string_view(follow ? "true" : "false"),
               "}}\n", "watchlists: {files: [", Path("lists.yaml"), "]}\n",
               "sinks: [{file: {path: ",
               alerts.empty() ? Path("alerts.ndjson") : alerts, "}}]\n",
               "deadletter: {file: {path: ", Path("dead.ndjson"), "}}\n",
               "http: {listen: \"127.0.0.1:0\"}\nworkers: 1\n",
               "commit_interval: 20ms\ndrain_timeout: 2s\n"));
    pid_ =
        Spawn({PRESSHAWK_BINARY, "run", "--config", config}, Path("run.log"));
  }
  int Finish() { return WaitForExit(std::exchange(pid_, -1)); }
  int Stop(int signal = SIGTERM) {
    kill(pid_, signal);
    return Finish();
  }
  // Article ids of the alerts, repeated where they are.
  std::multiset<std::string> AlertedIds() const {
    std::multiset<std::string> ids;
    std::istringstream lines(ReadWholeFile(Path("alerts.ndjson")));
    for (std::string line; std::getline(lines, line);) {
      const json alert = json::parse(line, nullptr, false);
      if (!alert.is_discarded()) {
        ids.insert(alert.at("article").at("id"));
      }
    }
    return ids;
  }
  // What the service answers; empty while it does not.
  std::string Get(const std::string& resource) const {
    std::string log = ReadWholeFile(Path("run.log"));
    const size_t url = log.rfind("http://127.0.0.1:");
    if (url == std::string::npos) {
      return "";
    }
    log = log.substr(url, log.find('\n', url) - url);
    std::filesystem::remove(Path("answer"));
    WaitForExit(Spawn({"/usr/bin/python3", "-c",
                       StrCat("import urllib.request, urllib.error\n"
                              "try:\n"
                              "  print(urllib.request.urlopen('",
                              log, resource,
                              "').read().decode())\n"
                              "except urllib.error.HTTPError as e:\n"
                              "  print(e.code, e.read().decode())\n")},
                      Path("get.log"), Path("answer")));
    return ReadWholeFile(Path("answer"));
  }
  static bool WaitFor(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!condition() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return condition();
  }
  void Append(const std::string& text) const {
    std::ofstream(Path("articles.ndjson"), std::ios::app) << text;
  }

  TemporaryFolder folder_;
  pid_t pid_ = -1;
};

TEST_F(FileServiceTest, DrainsAtTheEndAndDoesNothingTwice) {
  Append(StrCat(Articles(0, 500), "{\"id\":\n", "\xff\n", Articles(500, 1000)));
  Start(false);
  EXPECT_EQ(Finish(), 0);
  EXPECT_THAT(AlertedIds(), SizeIs(1000));
  Start(false);
  EXPECT_EQ(Finish(), 0);
  EXPECT_THAT(AlertedIds(), SizeIs(1000));
  // Only what is new, with its line.
  Append(Articles(1000, 1001));
  Start(false);
  EXPECT_EQ(Finish(), 0);
  EXPECT_THAT(AlertedIds(), SizeIs(1001));
  EXPECT_THAT(ReadWholeFile(Path("alerts.ndjson")),
              HasSubstr("\"line\":1003}"));
  std::istringstream dead(ReadWholeFile(Path("dead.ndjson")));
  std::string line;
  ASSERT_TRUE(std::getline(dead, line));
  EXPECT_EQ(json::parse(line).at("reason"), "not_json");
  EXPECT_EQ(json::parse(line).at("value"), "{\"id\":");
  EXPECT_EQ(json::parse(line).at("line"), 501);
  ASSERT_TRUE(std::getline(dead, line));
  EXPECT_EQ(json::parse(line).at("reason"), "not_utf8");
  EXPECT_EQ(json::parse(line).at("value_base64"), "/w==");
  EXPECT_FALSE(std::getline(dead, line));
}

TEST_F(FileServiceTest, FollowsGrowthRotationAndTruncation) {
  Append(Articles(0, 10));
  Start(true);
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 10; }));
  // Half a line is no line yet.
  Append("{\"id\":\"half\",\"title\":\"Krem");
  Append("lin\"}\n");
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().contains("half"); }));
  // Renamed, with a last line that nobody ends, and made anew.
  Append("{\"id\":\"last\",\"title\":\"Kremlin\"}");
  std::filesystem::rename(Path("articles.ndjson"), Path("articles.1"));
  Append(Articles(10, 20));
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 22; }));
  EXPECT_TRUE(AlertedIds().contains("last"));
  // Emptied in place.
  std::filesystem::resize_file(Path("articles.ndjson"), 0);
  absl::SleepFor(absl::Milliseconds(300));  // Longer than a look at the file.
  Append(Articles(20, 22));
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 24; }));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(FileServiceTest, RotationWhileItWasDownLosesNothing) {
  Append(Articles(0, 10));
  Start(true);
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 10; }));
  EXPECT_EQ(Stop(), 0);
  Append(Articles(10, 15));
  std::filesystem::rename(Path("articles.ndjson"), Path("articles.1"));
  Append(Articles(15, 20));
  Start(true);
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 20; }));
  EXPECT_EQ(Stop(), 0);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(AlertedIds().count(StrCat("a", i)), 1U);
  }
}

TEST_F(FileServiceTest, WhatCannotBeFoundIsAnErrorWithItsBytes) {
  Append(Articles(0, 2));
  Start(false);
  EXPECT_EQ(Finish(), 0);
  // Half an article, which was seen; then the file is moved away and another
  // one has its name.
  Append(Article(2) + "{\"id\":");
  Start(true);
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 3; }));
  EXPECT_EQ(Stop(), 0);
  std::filesystem::create_directory(Path("old"));
  std::filesystem::rename(Path("articles.ndjson"), Path("old/articles.1"));
  Append(Articles(3, 4));
  Start(true);
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 4; }));
  const std::string log = ReadWholeFile(Path("run.log"));
  EXPECT_THAT(log, HasSubstr(" error source: "));
  EXPECT_THAT(log, HasSubstr("6 bytes from byte "));
  EXPECT_THAT(Get("metrics"), HasSubstr("presshawk_source_file_gaps_total 1"));
  EXPECT_THAT(Get("metrics"),
              HasSubstr("presshawk_source_file_lost_bytes_total 6"));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(FileServiceTest, AFileThatIsNotThereYetIsAwaitedAndSaid) {
  Start(true);
  ASSERT_TRUE(WaitFor([&] {
    return Get("readyz").find("no such file yet") != std::string::npos;
  })) << Get("readyz");
  EXPECT_THAT(ReadWholeFile(Path("run.log")),
              HasSubstr("articles.ndjson: there is no such file yet"));
  Append(Articles(0, 1));
  ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() == 1; }));
  EXPECT_TRUE(WaitFor([&] {
    return Get("readyz").find("no such file yet") == std::string::npos;
  }));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(FileServiceTest, ASourceThatIsNoFileIsRefused) {
  std::filesystem::create_directory(Path("articles.ndjson"));
  Start(true);
  EXPECT_NE(Finish(), 0);
  EXPECT_THAT(ReadWholeFile(Path("run.log")), HasSubstr("is a folder"));
}

TEST_F(FileServiceTest, KilledItLosesNothing) {
  Append(Articles(0, 30'000));
  for (size_t after : {1, 5000, 12'000}) {
    Start(false);
    ASSERT_TRUE(WaitFor([&] { return AlertedIds().size() >= after; }));
    Stop(SIGKILL);
  }
  Start(false);
  EXPECT_EQ(Finish(), 0);
  const std::multiset<std::string> ids = AlertedIds();
  EXPECT_THAT((std::set<std::string>(ids.begin(), ids.end())), SizeIs(30'000));
  // No half line was left behind, or it was cut off.
  std::istringstream lines(ReadWholeFile(Path("alerts.ndjson")));
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(json::accept(line));
    EXPECT_EQ(AlertMistake(json::parse(line)), "");
  }
}

TEST_F(FileServiceTest, FullDiskIsWaitedForAndSaidByReadyz) {
  Append(Articles(0, 10));
  Start(false, "/dev/full");
  ASSERT_TRUE(WaitFor([&] {
    return ReadWholeFile(Path("run.log")).find("http://127.0.0.1:") !=
           std::string::npos;
  }));
  std::string ready;
  ASSERT_TRUE(WaitFor([&] {
    ready = Get("readyz");
    return ready.find("No space left") != std::string::npos;
  })) << ready;
  EXPECT_THAT(ready, HasSubstr("503"));
  // Given up at the drain timeout, not acknowledged: read again next time.
  EXPECT_EQ(Stop(), 0);
  Start(false);
  EXPECT_EQ(Finish(), 0);
  EXPECT_THAT(AlertedIds(), SizeIs(10));
}

}  // namespace
}  // namespace presshawk
