// SPDX-License-Identifier: Apache-2.0
// `presshawk run` as operators run it: the program itself, a real Kafka.
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/model/limits.h"
#include "core/stories/signature.h"
#include "ingest/json/article_decoder.h"
#include "tests/support/alert_schema.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_fixture.h"

namespace presshawk {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr const char* kLists = R"(
watchlists:
  - id: kremlin
    name: The Kremlin
    labels: {desk: politics}
    terms: [Kremlin, US election]
  - id: oil-not-olive
    query: 'oil AND NOT olive'
)";

class ServiceTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    lists_ = folder_.Write("lists.yaml", kLists);
    config_ = folder_.Write(
        "presshawk.yaml",
        StrCat("kafka: {properties: {bootstrap.servers: \"",
               broker().bootstrap_servers(), "\"}}\n",
               "source: {kafka: {topics: [", articles_, "], group: ", group_,
               "}}\n", "watchlists: {files: [", lists_, "]}\n",
               "sinks: [{kafka: {topic: ", alerts_, "}}]\n",
               "deadletter: {kafka: {topic: ", dead_, "}}\n",
               "http: {listen: \"127.0.0.1:0\"}\nworkers: 2\n",
               "commit_interval: 100ms\n"));
  }
  void TearDown() override {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      WaitForExit(pid_);
    }
    if (HasFailure()) {
      std::cerr << ReadWholeFile(log()) << "\n";
    }
    KafkaTest::TearDown();
  }

  std::string log() const { return (folder_.path() / "run.log").string(); }
  // Returns when it serves: from then on it takes signals.
  void StartService() {
    const size_t before = ReadWholeFile(log()).size();
    pid_ = Spawn({PRESSHAWK_BINARY, "run", "--config", config_}, log());
    ASSERT_TRUE(WaitFor([&] {
      return ReadWholeFile(log()).find("metrics and health at", before) !=
             std::string::npos;
    }));
  }
  // SIGTERM; the exit code.
  int StopService() {
    kill(pid_, SIGTERM);
    return WaitForExit(std::exchange(pid_, -1));
  }
  void KillService() {
    kill(pid_, SIGKILL);
    WaitForExit(std::exchange(pid_, -1));
  }
  // Another command of the program; standard output.
  std::string Run(std::vector<std::string> command, int expected_exit = 0) {
    const auto out = folder_.path() / "out";
    std::filesystem::remove(out);
    command.insert(command.begin(), PRESSHAWK_BINARY);
    EXPECT_EQ(WaitForExit(Spawn(command, log(), out)), expected_exit);
    return ReadWholeFile(out);
  }

  static std::string Article(int i) {
    static constexpr const char* kBodies[] = {
        "Oil prices rose on Monday.", "Olive oil is dear this year.",
        "The Kremlin said nothing about the U.S. election.",
        "A quiet day in the village, with rain."};
    return StrCat("{\"id\":\"a", i, "\",\"title\":\"Story ", i,
                  "\",\"body\":\"", std::string_view(kBodies[i % 4]),
                  "\",\"published_at\":\"2026-11-20T08:00:00Z\"}\n");
  }
  std::string WriteArticles(const std::string& name, int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) {
      text += Article(i);
    }
    return folder_.Write(name, text);
  }

  // What the alert says of its id, without what differs between runs.
  static json Content(json alert) {
    EXPECT_EQ(AlertMistake(alert), "");
    alert.erase("detected_at");
    alert.erase("origin");
    return alert;
  }
  std::map<std::string, json> MatchAlerts(const std::string& articles) {
    std::map<std::string, json> alerts;
    std::istringstream lines(Run({"match", "-w", lists_, articles}));
    for (std::string line; std::getline(lines, line);) {
      const json alert = json::parse(line);
      alerts.emplace(alert.at("id"), Content(alert));
    }
    return alerts;
  }
  // Alerts in the topic by id; equal ids must have equal content.
  std::map<std::string, json> TopicAlerts(std::map<std::string, int>* counts) {
    std::map<std::string, json> alerts;
    for (const ReadRecord& record : Read(alerts_)) {
      const json alert = json::parse(record.value);
      const std::string id = alert.at("id");
      EXPECT_EQ(record.headers.at("ce_id"), id);
      EXPECT_EQ(record.key, alert.at("watchlist").at("id"));
      const auto [at, added] = alerts.emplace(id, Content(alert));
      EXPECT_EQ(at->second, Content(alert));
      ++(*counts)[id];
    }
    return alerts;
  }

  // What each line of `file` has in SPEC STORY-8, by the article's id.
  static std::map<std::string, Signature> Signatures(const std::string& file) {
    const std::string text = ReadWholeFile(file);
    std::istringstream lines(text);
    JsonArticleDecoder decoder(*LoadMapping("generic"), kArticleBytesMax);
    SignatureBuilder builder;
    std::map<std::string, Signature> signatures;
    for (std::string line; std::getline(lines, line);) {
      const std::string_view payload = line;
      std::vector<presshawk::Article> articles;
      std::vector<Reject> rejects;
      decoder.Decode({&payload, 1}, &articles, &rejects);
      ArticleText words;
      EXPECT_TRUE(words.Assign(articles.at(0), kArticleBytesMax));
      builder.Build(articles[0], words,
                    &signatures[std::string(articles[0].id)]);
    }
    return signatures;
  }

  TemporaryFolder folder_;
  std::string lists_;
  std::string config_;
  pid_t pid_ = -1;
};

TEST_F(ServiceTest, AlertsOfTheTopicAreThoseOfMatch) {
  const std::string file = WriteArticles("articles.ndjson", 0, 2000);
  const std::map<std::string, json> expected = MatchAlerts(file);
  EXPECT_THAT(expected, SizeIs(1000));
  Run({"produce", "--config", config_, file});
  StartService();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 2000; }));
  EXPECT_EQ(StopService(), 0);
  std::map<std::string, int> counts;
  EXPECT_EQ(TopicAlerts(&counts), expected);
  EXPECT_THAT(counts, Each(Pair(::testing::_, 1)));
  const std::map<std::string, Signature> signatures = Signatures(file);
  for (const ReadRecord& record : Read(alerts_)) {
    const json alert = json::parse(record.value);
    const std::string& bytes = record.headers.at("presshawk-signature");
    EXPECT_LE(bytes.size(), kSignatureBytesMax);
    EXPECT_EQ(DecodeSignature(bytes),
              signatures.at(alert.at("article").at("id")));
    EXPECT_EQ(record.headers.at("ce_specversion"), "1.0");
    EXPECT_EQ(record.headers.at("ce_source"), StrCat("/presshawk/", group_));
    EXPECT_EQ(record.headers.at("ce_type"), "presshawk.alert.v1");
    EXPECT_EQ(record.headers.at("ce_time"), alert.at("detected_at"));
    EXPECT_EQ(record.headers.at("ce_subject"), record.key);
    EXPECT_EQ(record.headers.at("content-type"), "application/json");
    EXPECT_EQ(alert.at("origin").at("topic"), articles_);
  }
}

TEST_F(ServiceTest, KilledAtAnyPointItLosesNothing) {
  const std::string file = WriteArticles("articles.ndjson", 0, 8000);
  const std::map<std::string, json> expected = MatchAlerts(file);
  Run({"produce", "--config", config_, file});
  for (int kill_after : {100, 1500, 2500}) {
    StartService();
    ASSERT_TRUE(WaitForAlerts(static_cast<size_t>(kill_after)));
    KillService();
  }
  StartService();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 8000; }));
  EXPECT_EQ(StopService(), 0);
  std::map<std::string, int> counts;
  EXPECT_EQ(TopicAlerts(&counts), expected);
}

TEST_F(ServiceTest, StoppedInMidStreamItGoesOnWhereItWas) {
  const std::string file = WriteArticles("articles.ndjson", 0, 8000);
  const std::map<std::string, json> expected = MatchAlerts(file);
  Run({"produce", "--config", config_, file});
  StartService();
  ASSERT_TRUE(WaitForAlerts(500));
  EXPECT_EQ(StopService(), 0);
  StartService();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 8000; }));
  EXPECT_EQ(StopService(), 0);
  std::map<std::string, int> counts;
  EXPECT_EQ(TopicAlerts(&counts), expected);
  EXPECT_THAT(counts, Each(Pair(::testing::_, 1)));
}

TEST_F(ServiceTest, PoisonBecomesDeadLettersAndTheRestGoesOn) {
  const std::string file = folder_.Write(
      "articles.ndjson", StrCat(Article(0), "{\"id\":\"broken\"\n", "[1,2]\n",
                                "{\"id\":\"empty\",\"title\":\" \"}\n",
                                "{\"title\":\"\xff\"}\n", Article(2)));
  Run({"produce", "--config", config_, file});
  StartService();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 6; }));
  EXPECT_EQ(StopService(), 0);
  std::multiset<std::string> reasons;
  for (const ReadRecord& record : Read(dead_)) {
    reasons.insert(record.headers.at("reason"));
  }
  EXPECT_EQ(reasons,
            (std::multiset<std::string>{"missing_text", "not_an_object",
                                        "not_json", "not_utf8"}));
  std::map<std::string, int> counts;
  EXPECT_THAT(TopicAlerts(&counts), SizeIs(2));
}

TEST_F(ServiceTest, HangupTakesNewListsAndKeepsTheLastGoodOfBadOnes) {
  Run({"produce", "--config", config_, WriteArticles("first.ndjson", 0, 4)});
  StartService();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 4; }));
  // One list is new, one turns bad.
  folder_.Write("lists.yaml", R"(
watchlists:
  - id: kremlin
    query: 'Kremlin OR ('
  - id: village
    terms: [village]
)");
  kill(pid_, SIGHUP);
  ASSERT_TRUE(WaitFor([&] {
    return ReadWholeFile(log()).find("1 lists active, 1 stale") !=
           std::string::npos;
  }));
  Run({"produce", "--config", config_, WriteArticles("second.ndjson", 4, 8)});
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 8; }));
  EXPECT_EQ(StopService(), 0);
  std::set<std::string> lists_of_second;
  for (const ReadRecord& record : Read(alerts_)) {
    const json alert = json::parse(record.value);
    if (alert.at("article").at("id") >= "a4") {
      lists_of_second.insert(alert.at("watchlist").at("id"));
    }
  }
  EXPECT_EQ(lists_of_second, (std::set<std::string>{"kremlin", "village"}));
}

TEST_F(ServiceTest, MissingTopicIsSaidAtStart) {
  const std::string config = folder_.Write(
      "missing.yaml", StrCat("kafka: {properties: {bootstrap.servers: \"",
                             broker().bootstrap_servers(), "\"}}\n",
                             "source: {kafka: {topics: [", articles_, "]}}\n",
                             "watchlists: {files: [", lists_, "]}\n",
                             "sinks: [{kafka: {topic: no-such-topic}}]\n",
                             "deadletter: {kafka: {topic: ", dead_, "}}\n"));
  Run({"run", "--config", config}, 3);
  EXPECT_THAT(ReadWholeFile(log()), HasSubstr("no-such-topic"));
}

TEST_F(ServiceTest, BacktestOfATopicIsThatOfItsFile) {
  const std::string articles = WriteArticles("articles.ndjson", 0, 4000);
  Run({"produce", "--config", config_, articles});
  // Samples say where the article came from: the rest is equal.
  const std::string of_file =
      Run({"backtest", "-w", lists_, "--samples", "0", articles});
  EXPECT_THAT(of_file, HasSubstr("1000 alerts"));
  EXPECT_EQ(Run({"backtest", "-w", lists_, "--samples", "0", "--config",
                 config_, "--topic", articles_}),
            of_file);
  EXPECT_THAT(Run({"backtest", "-w", lists_, "--config", config_, "--topic",
                   articles_, "--to", "2020-01-01"}),
              HasSubstr("0 articles"));
  Run({"backtest", "-w", lists_, "--config", config_, "--topic", articles_,
       "--from", "yesterday"},
      3);
  Run({"backtest", "-w", lists_, "--config", config_, "--topic", "nowhere"}, 3);
}

}  // namespace
}  // namespace presshawk
