// SPDX-License-Identifier: Apache-2.0
// `presshawk deliver` on a real Kafka: the alert topic in, a file and a feed
// out; two instances, a ledger that is lost, a topic that forgets.
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"
#include "core/http/http_client.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/topic_admin.h"
#include "tests/support/topic_reader.h"
#include "tests/support/topic_writer.h"

namespace presshawk {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string AlertJson(int number) {
  const std::string id = StrCat(number);
  return StrCat(
      R"({"schema":1,"id":")", std::string(32 - id.size(), '0'), id,
      R"(","watchlist":{"id":"ferry","name":"Ferry","version":"v","labels":{}},)",
      R"("generation":"g","detected_at":"2026-01-02T03:04:05.000Z",)",
      R"("article":{"id":"a)", id, R"(","title":"t","site":"s.example"},)",
      R"("hits":[],"hit_count":0,"snippets":[],)",
      R"("origin":{"topic":"articles","partition":0,"offset":)", id, "}}");
}

class DeliverTest : public KafkaTest {
 protected:
  struct Instance {
    pid_t pid = -1;
    std::string log;
    std::string url;
  };

  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    folder_.Write("none.yaml", "watchlists: [{id: a, terms: [b]}]\n");
    folder_.Write("subscriptions.yaml",
                  "subscriptions:\n"
                  "  - {id: all, match: {watchlists: [\"*\"]}, to: [archive], "
                  "when: instant}\n");
    writer_ = std::make_unique<TopicWriter>(producer_.get(), alerts_);
  }
  void TearDown() override {
    for (Instance& instance : instances_) {
      Kill(&instance);
      if (HasFailure()) {
        std::cerr << ReadWholeFile(instance.log) << "\n";
      }
    }
    KafkaTest::TearDown();
  }

  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  std::string Config(const std::string& name) {
    return folder_.Write(
        name,
        StrCat("kafka: {properties: {bootstrap.servers: \"",
               broker().bootstrap_servers(), "\"}}\n",
               "source: {kafka: {topics: [", articles_, "], group: ", group_,
               "}}\n", "watchlists: {files: [\"", Path("none.yaml"), "\"]}\n",
               "sinks: [{kafka: {topic: ", alerts_, "}}]\n",
               "deadletter: {kafka: {topic: ", dead_, "}}\n",
               "store: {sqlite: {path: \"", Path("ledger.db"),
               "\"}, reserve: 1MiB}\n", "delivery:\n  from: {kafka: {topic: ",
               alerts_, ", group: ", group_, "-delivery}}\n",
               "  subscriptions: {files: [\"", Path("subscriptions.yaml"),
               "\"]", subscription_topic_,
               "}\n  listen: \"127.0.0.1:0\"\n  operator: archive\n",
               "receivers:\n  archive: {file: {path: \"",
               Path("archive.ndjson"), "\"}}\n"));
  }
  Instance* Start(std::vector<std::string> more = {}) {
    const size_t number = instances_.size();
    Instance* const instance = &instances_.emplace_back();
    instance->log = Path(StrCat("deliver", number, ".log"));
    std::vector<std::string> command = {PRESSHAWK_BINARY, "deliver", "--config",
                                        Config("presshawk.yaml")};
    command.insert(command.end(), more.begin(), more.end());
    instance->pid = Spawn(command, instance->log);
    EXPECT_TRUE(WaitFor([&] {
      const std::string log = ReadWholeFile(instance->log);
      const size_t at = log.find("http://127.0.0.1:");
      if (at == std::string::npos) {
        return false;
      }
      instance->url = log.substr(at, log.find('/', at + 7) - at);
      return true;
    }));
    return instance;
  }
  static void Kill(Instance* instance) {
    if (instance->pid > 0) {
      kill(instance->pid, SIGKILL);
      WaitForExit(std::exchange(instance->pid, -1));
    }
  }
  std::string Get(const Instance& instance, const std::string& path) {
    const auto answer =
        HttpGet(instance.url, path, /*token=*/"", absl::Seconds(10));
    return answer.ok() ? answer->body : "";
  }
  // By alert id: how often it was told.
  std::map<std::string, int> Told() {
    std::map<std::string, int> told;
    std::istringstream lines(ReadWholeFile(Path("archive.ndjson")));
    for (std::string line; std::getline(lines, line);) {
      const json message = json::parse(line, nullptr, false);
      if (message.is_object() && message["type"] == "presshawk.alert.v1") {
        ++told[message["data"]["alert"]["id"].get<std::string>()];
      }
    }
    return told;
  }
  void Write(int from, int to) {
    for (int i = from; i < to; ++i) {
      writer_->Write(StrCat("ferry", i), AlertJson(i));
    }
    writer_->Flush();
  }
  bool WaitForReady(const Instance& instance) {
    return WaitFor([&] {
      return Get(instance, "/readyz").find("\"ready\":true") !=
             std::string::npos;
    });
  }

  TemporaryFolder folder_;
  std::string subscription_topic_;  // The configuration's line of it.
  std::vector<Instance> instances_;
  std::unique_ptr<TopicWriter> writer_;
};

TEST_F(DeliverTest, EveryAlertIsToldOnceAlsoWhenItIsKilled) {
  instances_.reserve(8);
  int written = 0;
  for (int round = 0; round < 4; ++round) {
    Instance* const instance = Start();
    Write(written, written + 50);
    written += 50;
    ASSERT_TRUE(WaitFor(
        [&] { return Told().size() > static_cast<size_t>(50 * round + 5); }));
    Kill(instance);
  }
  Instance* const last = Start();
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 200; }));
  ASSERT_TRUE(WaitForReady(*last));
  const json events =
      json::parse(Get(*last, "/api/v1/subscriptions/all/events?limit=1000"));
  EXPECT_EQ(events["events"].size(), 200U);
  EXPECT_EQ(events["next"], 200);
  // The same alerts again, as a matcher writes them after a crash.
  Write(0, 20);
  ASSERT_TRUE(WaitFor([&] {
    return Get(*last, "/metrics")
               .find("presshawk_notification_duplicates_total 20") !=
           std::string::npos;
  }));
  EXPECT_EQ(Told().size(), 200U);
}

TEST_F(DeliverTest, RetractionsOfTheTopicBesideAreToldOnceAlsoAfterARestart) {
  instances_.reserve(4);
  const std::string topic = StrCat(alerts_, ".retractions");
  const auto corrected = [this] {
    std::multiset<std::string> articles;
    std::istringstream lines(ReadWholeFile(Path("archive.ndjson")));
    for (std::string line; std::getline(lines, line);) {
      const json message = json::parse(line, nullptr, false);
      if (message.is_object() && message["type"] == "presshawk.correction.v1") {
        EXPECT_EQ(message["data"]["because"]["retracted"], true);
        articles.insert(message["data"]["alert"]["article"]["id"]);
      }
    }
    return articles;
  };
  Instance* const first = Start();  // Without the topic.
  Write(0, 5);
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 5; }));
  ASSERT_TRUE(CreateTopics(client_, {{.name = topic, .partitions = 2}},
                           absl::Seconds(30), &events_)
                  .ok());
  TopicWriter retractions(producer_.get(), topic);
  const auto retract = [&](const std::string& article) {
    retractions.Write(article,
                      StrCat(R"({"schema":1,"article":{"id":")", article,
                             R"(","version":"2"},"detected_at":")",
                             R"(2026-01-02T03:04:06.000Z"})"));
    retractions.Flush();
  };
  retract("a1");
  retractions.Write("x", "{}");
  ASSERT_TRUE(WaitFor([&] { return corrected().size() == 1; }));
  retract("a7");  // Its alert comes later.
  ASSERT_TRUE(WaitFor([&] {
    return Get(*first, "/metrics")
               .find("presshawk_notification_retractions_total 2") !=
           std::string::npos;
  }));
  EXPECT_THAT(Get(*first, "/metrics"),
              HasSubstr("presshawk_notification_unreadable_total 1"));
  Kill(first);
  retract("a1");
  retract("a3");
  Instance* const second = Start();
  Write(5, 10);
  ASSERT_TRUE(
      WaitFor([&] { return Told().size() == 9 && corrected().size() == 2; }));
  ASSERT_TRUE(WaitForReady(*second));
  EXPECT_EQ(corrected(), (std::multiset<std::string>{"a1", "a3"}));
  const json events =
      json::parse(Get(*second, "/api/v1/subscriptions/all/events?limit=1000"));
  EXPECT_EQ(events["next"], 11);
}

TEST_F(DeliverTest, MatchersWriteWhatIsTakenBackBesideTheAlerts) {
  const std::string topic = StrCat(alerts_, ".retractions");
  folder_.Write("none.yaml", "watchlists: [{id: ferry, terms: [ferry]}]\n");
  // Made by the service itself.
  folder_.Write("run.yaml",
                StrCat("kafka: {properties: {bootstrap.servers: \"",
                       broker().bootstrap_servers(),
                       "\"}, create_topics: {partitions: 2, replication: 1}}\n",
                       "source: {kafka: {topics: [", articles_,
                       "], group: ", group_, "}}\n", "watchlists: {files: [\"",
                       Path("none.yaml"), "\"]}\n", "sinks: [{kafka: {topic: ",
                       alerts_, "}}]\n", "deadletter: {kafka: {topic: ", dead_,
                       "}}\n", "http: {listen: \"127.0.0.1:0\"}\n"));
  instances_.reserve(1);
  Instance* const matcher = &instances_.emplace_back();
  matcher->log = Path("run.log");
  matcher->pid = Spawn({PRESSHAWK_BINARY, "run", "--config", Path("run.yaml")},
                       matcher->log);
  LoadOne("k1", R"({"id":"a1","version":"1","title":"ferry aground"})");
  LoadOne("k2", R"({"id":"a1","version":"2","title":"withdrawn",)"
                R"("status":"canceled"})");
  ASSERT_TRUE(WaitForAlerts(1));
  std::vector<ReadRecord> written;
  ASSERT_TRUE(WaitFor([&] {
    const auto read = ReadTopic(broker().bootstrap_servers(), topic);
    written = read.ok() ? *read : std::vector<ReadRecord>();
    return !written.empty();
  }));
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].key, "a1");
  EXPECT_EQ(written[0].headers.at("ce_type"), "presshawk.retraction.v1");
  const json retraction = json::parse(written[0].value);
  EXPECT_EQ(retraction["schema"], 1);
  EXPECT_EQ(retraction["article"], json({{"id", "a1"}, {"version", "2"}}));
  ASSERT_TRUE(WaitForCommitted(2));
}

TEST_F(DeliverTest, SubscriptionsOfATopicMissNoAlertAtAStart) {
  instances_.reserve(2);
  const std::string topic = StrCat(alerts_, ".subscriptions");
  ASSERT_TRUE(
      CreateTopics(client_,
                   {{.name = topic, .config = {{"cleanup.policy", "compact"}}}},
                   absl::Seconds(30), &events_)
          .ok());
  subscription_topic_ = StrCat(", topic: ", topic);
  folder_.Write("subscriptions.yaml", "subscriptions: []\n");
  TopicWriter subscriptions(producer_.get(), topic);
  for (int i = 0; i < 300; ++i) {
    const std::string id = StrCat("desk", i);
    subscriptions.Write(
        id, StrCat(R"({"id":")", id, R"(","match":{"watchlists":["*"]},"to":[)",
                   R"("archive"],"when":"instant"})"));
  }
  subscriptions.Flush();
  for (int round = 0; round < 2; ++round) {
    Write(10 * round, 10 * round + 10);  // They wait when it starts.
    Instance* const instance = Start();
    const size_t alerts = 10 * (static_cast<size_t>(round) + 1);
    EXPECT_TRUE(WaitFor([&] {
      const auto told = Told();
      return told.size() == alerts &&
             std::all_of(told.begin(), told.end(),
                         [](const auto& one) { return one.second == 300; });
    })) << Told().size()
        << " alerts were told, the first to "
        << (Told().empty() ? 0 : Told().begin()->second) << " subscriptions";
    EXPECT_THAT(Get(*instance, "/api/v1/subscriptions/desk7"),
                ::testing::Not(HasSubstr("vanished\":true")));
    Kill(instance);
  }
}

TEST_F(DeliverTest, AnAlertThatCannotBeReadIsKeptAndTheRestGoesOn) {
  instances_.reserve(2);
  Instance* const instance = Start();
  writer_->Write("x", "{\"not\":\"an alert\"}");
  writer_->Write("y", std::nullopt);
  Write(0, 3);
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 3; }));
  EXPECT_THAT(Get(*instance, "/api/v1/alerts?limit=1000"),
              HasSubstr("\"unreadable\""));
  EXPECT_THAT(Get(*instance, "/metrics"),
              HasSubstr("presshawk_notification_unreadable_total 1"));
}

TEST_F(DeliverTest, ASecondInstanceWaitsAndTakesOver) {
  instances_.reserve(4);
  Instance* const first = Start();
  Write(0, 5);
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 5; }));
  Instance* const second = Start();
  ASSERT_TRUE(WaitForReady(*second));  // As a standby.
  Kill(first);
  Write(5, 10);
  EXPECT_TRUE(WaitFor([&] { return Told().size() == 10; }));
}

TEST_F(DeliverTest, StatusSaysWhosePortItIsAndWhatToAskThere) {
  const Instance* const instance = Start();
  const std::string said = Path("status.log");
  EXPECT_EQ(WaitForExit(Spawn(
                {PRESSHAWK_BINARY, "status", "--url", instance->url}, said)),
            3);
  EXPECT_THAT(ReadWholeFile(said),
              HasSubstr(StrCat(instance->url, "/api/v1/ledger")));
}

TEST_F(DeliverTest, ALostLedgerIsSaidAndConfirmed) {
  instances_.reserve(4);
  Instance* const first = Start();
  Write(0, 5);
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 5; }));
  // The group knows of the positions.
  ASSERT_TRUE(WaitFor([&] {
    const auto committed = CommittedOffsets(
        broker().bootstrap_servers(), StrCat(group_, "-delivery"), alerts_);
    int64_t sum = 0;
    for (const auto& [partition, offset] :
         committed.ok() ? *committed : std::map<int32_t, int64_t>()) {
      sum += offset;
    }
    return sum == 5;
  }));
  Kill(first);
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    if (file.path().filename().string().starts_with("ledger.db")) {
      std::filesystem::remove(file.path());
    }
  }
  Instance* const second = Start();
  Write(5, 8);
  ASSERT_TRUE(WaitFor([&] {
    return Get(*second, "/readyz").find("--rebuild") != std::string::npos;
  }));
  EXPECT_EQ(Told().size(), 5U);
  Kill(second);
  Start({"--rebuild"});
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 8; }));
  // Repeats are possible and have the ids of their alerts.
  EXPECT_THAT(ReadWholeFile(Path("archive.ndjson")),
              HasSubstr("\"rebuilt\":true"));
}

TEST_F(DeliverTest, AlertsThatTheTopicForgotAreCountedUntilThatIsAcknowledged) {
  instances_.reserve(4);
  Instance* const first = Start();
  Write(0, 5);
  ASSERT_TRUE(WaitFor([&] { return Told().size() == 5; }));
  Kill(first);
  Write(5, 25);
  const auto written = ReadTopic(broker().bootstrap_servers(), alerts_);
  ASSERT_TRUE(written.ok());
  std::map<int32_t, int64_t> ends;
  for (const ReadRecord& record : *written) {
    ends[record.partition] = record.offset + 1;
  }
  for (const auto& [partition, end] : ends) {
    ASSERT_TRUE(DeleteRecordsBefore(broker().bootstrap_servers(), alerts_,
                                    partition, end)
                    .ok());
  }
  Instance* const second = Start();
  ASSERT_TRUE(WaitFor([&] {
    return Get(*second, "/readyz")
               .find("20 alerts were removed from their topic") !=
           std::string::npos;
  }));
  Write(25, 27);  // What comes is told meanwhile.
  EXPECT_TRUE(WaitFor([&] { return Told().size() == 7; }));
  EXPECT_THAT(Get(*second, "/metrics"),
              HasSubstr("presshawk_notification_lost_total 20"));
  EXPECT_TRUE(WaitFor([&] {
    return ReadWholeFile(Path("archive.ndjson"))
               .find("\"event\":\"alerts_lost\",\"alerts\":\"20\"") !=
           std::string::npos;
  }));
  // A restart does not forget it, a person does.
  Kill(second);
  Instance* const third = Start();
  ASSERT_TRUE(WaitFor([&] {
    return Get(*third, "/readyz").find("20 alerts") != std::string::npos;
  }));
  const auto answer = Send(
      {.method = "POST", .url = third->url + "/api/v1/ledger:acknowledge"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(WaitForReady(*third));
}

}  // namespace
}  // namespace presshawk
