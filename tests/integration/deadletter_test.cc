// SPDX-License-Identifier: Apache-2.0
// `presshawk deadletter` and the service, with a real Kafka.
#include <unistd.h>

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/program.h"
#include "tests/support/topic_admin.h"

namespace presshawk {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kTraceParent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class DeadLetterTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    folder_.Write("lists.yaml",
                  "watchlists:\n  - {id: oil, terms: [oil, petrol]}\n");
    config_ = Config("generic", StrCat("{kafka: {topic: ", dead_, "}}"));
  }
  void TearDown() override {
    if (HasFailure()) {
      std::cerr << program_.ServiceLog() << "\n";
    }
    program_.KillService();
    KafkaTest::TearDown();
  }
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  std::string Config(const std::string& mapping, const std::string& dead) {
    return folder_.Write(
        "presshawk.yaml",
        StrCat("kafka: {properties: {bootstrap.servers: \"",
               broker().bootstrap_servers(), "\"}}\nsource: {kafka: {topics: [",
               articles_, "], group: ", group_, "}}\nmapping: ", mapping,
               "\nwatchlists: {files: [", Path("lists.yaml"),
               "]}\nsinks: [{kafka: {topic: ", alerts_,
               "}}]\ndeadletter: ", dead,
               "\nhttp: {listen: \"127.0.0.1:0\"}\nworkers: 1\n"
               "commit_interval: 100ms\nlog: {level: debug}\n"));
  }
  // Runs the service until `committed` articles are worked on.
  void Serve(int64_t committed) {
    program_.StartService(config_);
    ASSERT_TRUE(WaitFor([&] { return CommittedSum() >= committed; }));
    ASSERT_EQ(program_.StopService(), 0);
  }
  Program::Result DeadLetters(std::vector<std::string> more) {
    more.insert(more.begin(), "deadletter");
    more.insert(more.begin() + 2, {"--config", config_});
    return program_.Run(more);
  }
  std::vector<json> List(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"list", "--format", "json"});
    const Program::Result result = DeadLetters(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<json> letters;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      letters.push_back(json::parse(line));
    }
    return letters;
  }
  // A record with headers of its own.
  void Produce(const std::string& key, const std::string& value,
               const std::vector<std::pair<std::string, std::string>>& headers,
               bool has_value = true) {
    struct Owner : RecordOwner {
      void OnDelivered(const ProducerRecord&) override {}
      TooLarge OnTooLarge(ProducerRecord*) override { return TooLarge::kDrop; }
    };
    static Owner owner;
    auto record = std::make_unique<ProducerRecord>();
    record->owner = &owner;
    record->topic = articles_;
    record->key = key;
    record->has_value = has_value;
    record->owned_value = value;
    record->headers = headers;
    ASSERT_TRUE(producer_->Send(std::move(record), [] { return true; }));
    producer_->Flush(absl::Now() + absl::Minutes(1));
    ASSERT_EQ(producer_->unacknowledged(), 0U);
  }

  TemporaryFolder folder_;
  Program program_{PRESSHAWK_BINARY, folder_.path()};
  std::string config_;
};

TEST_F(DeadLetterTest, TraceContextGoesFromArticleToAlertAndDeadLetter) {
  const std::string article = R"({"id":"a","title":"Oil is dear"})";
  Produce("good", article,
          {{"traceparent", kTraceParent}, {"tracestate", "vendor=1"}});
  Produce("malformed", article,
          {{"traceparent", "00-abc-def-01"}, {"tracestate", "vendor=1"}});
  Produce("malformed state", article,
          {{"traceparent", kTraceParent}, {"tracestate", "no member"}});
  Produce("none", article, {{"other", "x"}});
  Produce("dead", "[]",
          {{"traceparent", kTraceParent}, {"tracestate", "vendor=1"}});
  Serve(5);
  std::multiset<std::string> seen;
  for (const ReadRecord& alert : Read(alerts_)) {
    const auto header = [&](const char* name) {
      const auto found = alert.headers.find(name);
      return found == alert.headers.end() ? std::string("-") : found->second;
    };
    seen.insert(StrCat(header("traceparent"), " ", header("tracestate")));
    EXPECT_THAT(alert.value, Not(HasSubstr("trace")));
  }
  EXPECT_EQ(seen, (std::multiset<std::string>{
                      "- -", "- -", StrCat(kTraceParent, " -"),
                      StrCat(kTraceParent, " vendor=1")}));
  const std::vector<ReadRecord> dead = Read(dead_);
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].headers.at("traceparent"), kTraceParent);
  EXPECT_EQ(dead[0].headers.at("tracestate"), "vendor=1");
}

TEST_F(DeadLetterTest, NullIsProcessedAndAnEmptyValueIsNotJson) {
  LoadOne("empty", "");
  LoadOne("white", " \n");
  Produce("null", "", {}, /*has_value=*/false);
  Serve(3);
  std::map<std::string, std::string> reasons;
  for (const json& letter : List()) {
    reasons[letter.at("key")] = letter.at("reason");
  }
  EXPECT_EQ(reasons, (std::map<std::string, std::string>{
                         {"empty", "not_json"}, {"white", "not_json"}}));
}

TEST_F(DeadLetterTest, FiltersSelectAndNothingIsCommitted) {
  LoadOne("k1", "{\"id\":1");
  LoadOne("k2", "[]");
  LoadOne("k3", R"({"id":"three","title":" "})");
  Serve(3);
  EXPECT_THAT(List(), SizeIs(3));
  const auto only = [&](std::vector<std::string> more) {
    std::multiset<std::string> keys;
    for (const json& letter : List(std::move(more))) {
      keys.insert(letter.at("key"));
    }
    return keys;
  };
  using Keys = std::multiset<std::string>;
  EXPECT_EQ(only({"--reason", "not_json", "--reason", "not_an_object"}),
            (Keys{"k1", "k2"}));
  EXPECT_EQ(only({"--key", "k2"}), Keys{"k2"});
  EXPECT_EQ(only({"--id", "three"}), Keys{"k3"});
  EXPECT_EQ(only({"--id", "k3"}), Keys{"k3"});
  EXPECT_EQ(only({"--topic", articles_}).size(), 3U);
  EXPECT_EQ(only({"--topic", "elsewhere"}).size(), 0U);
  EXPECT_EQ(only({"--since", "2020-01-01"}).size(), 3U);
  EXPECT_EQ(only({"--until", "2020-01-01"}).size(), 0U);
  EXPECT_EQ(only({"--limit", "2"}).size(), 2U);
  const json letter = List({"--key", "k2"}).at(0);
  const std::string partition = letter.at("partition").dump();
  EXPECT_EQ(only({"--partition", partition, "--offset", "0..0", "--reason",
                  "not_an_object"}),
            Keys{"k2"});
  EXPECT_EQ(only({"--offset", "7..9"}).size(), 0U);
  EXPECT_THAT(DeadLetters({"list", "--offset", "9..7"}).exit_code, 2);
  EXPECT_THAT(DeadLetters({"list", "--since", "noon"}).exit_code, 2);
  const auto committed =
      CommittedOffsets(broker().bootstrap_servers(), "presshawk-reader", dead_);
  ASSERT_TRUE(committed.ok());
  EXPECT_THAT(*committed, IsEmpty());
}

TEST_F(DeadLetterTest, ShowGivesEveryByte) {
  const std::string bytes("{\"id\": \0 \xff}", 11);
  Produce("k", bytes, {{"traceparent", kTraceParent}});
  Serve(1);
  const std::string place = List().at(0).at("place");
  EXPECT_EQ(place, "0/0");
  EXPECT_EQ(DeadLetters({"show", place, "--raw"}).out, bytes);
  const std::string text = DeadLetters({"show", place}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("not_utf8"), HasSubstr(kTraceParent),
                          HasSubstr("7b 22 69 64"), HasSubstr("11 bytes")));
  const json shown =
      json::parse(DeadLetters({"show", place, "--format", "json"}).out);
  EXPECT_EQ(shown.at("value_base64"), "eyJpZCI6IAAg/30=");
  EXPECT_EQ(shown.at("key"), "k");
  EXPECT_EQ(DeadLetters({"show", "0/77"}).exit_code, 1);
  EXPECT_EQ(DeadLetters({"show", "0"}).exit_code, 2);
}

TEST_F(DeadLetterTest, ReplayedOnceTheCauseIsGoneItAlertsAndIsSkippedNextTime) {
  // The mapping looks for the title where the feed has none.
  const std::string wrong =
      folder_.Write("wrong.yaml", "{id: /id, title: /no_such_key}\n");
  config_ = Config(wrong, StrCat("{kafka: {topic: ", dead_, "}}"));
  Produce("a", R"({"id":"a","title":"Oil is dear"})",
          {{"traceparent", kTraceParent}});
  LoadOne("b", R"({"id":"b","title":"Petrol too"})");
  Serve(2);
  config_ = Config("generic", StrCat("{kafka: {topic: ", dead_, "}}"));
  const Program::Result dry =
      DeadLetters({"replay", "--reason", "missing_text", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.err, HasSubstr("2 dead letters would be replayed"));
  EXPECT_THAT(Read(articles_), SizeIs(2));
  EXPECT_EQ(DeadLetters({"replay"}).exit_code, 2);  // Which ones?
  const Program::Result done = DeadLetters({"replay", "--all"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("2 dead letters replayed"));
  Serve(4);
  EXPECT_THAT(Read(alerts_), SizeIs(2));
  for (const ReadRecord& record : Read(articles_)) {
    if (!record.headers.contains("replays")) {
      continue;
    }
    EXPECT_EQ(record.headers.at("replays"), "1");
    EXPECT_EQ(record.headers.at("replay-reasons"), "missing_text");
    EXPECT_EQ(record.headers.at("replay-first-topic"), articles_);
    EXPECT_EQ(record.headers.at("replay-first-offset"), "0");
    EXPECT_TRUE(record.headers.contains("replay-first-partition"));
    EXPECT_TRUE(record.headers.contains("replay-first-time"));
    EXPECT_EQ(record.headers.contains("traceparent"), record.key == "a");
  }
  // The destination tells what was replayed.
  for (const json& letter : List({"--replayed"})) {
    EXPECT_EQ(letter.at("replayed"), true);
  }
  const Program::Result twice = DeadLetters({"replay", "--all"});
  EXPECT_EQ(twice.exit_code, 0);
  EXPECT_THAT(twice.err, AllOf(HasSubstr("0 dead letters replayed"),
                               HasSubstr("2 skipped")));
  EXPECT_THAT(DeadLetters({"replay", "--all", "--again"}).err,
              HasSubstr("2 dead letters replayed"));
}

TEST_F(DeadLetterTest, WhatDiesEachTimeIsRefusedAfterThreeReplays) {
  LoadOne("k", "[1]");
  for (int round = 0; round < 3; ++round) {
    Serve(round + 1);
    const auto letters = List();
    ASSERT_THAT(letters, SizeIs(round + 1));
    EXPECT_EQ(letters.back().at("replays"), round);
    const Program::Result result = DeadLetters({"replay", "--all"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("1 dead letters replayed"));
  }
  Serve(4);
  const json last = List().back();
  EXPECT_EQ(last.at("replays"), 3);
  const Program::Result refused = DeadLetters({"replay", "--all"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(
      refused.err,
      AllOf(
          HasSubstr("1 refused"), HasSubstr("was replayed 3 times"),
          HasSubstr("not_an_object,not_an_object,not_an_object,not_an_object"),
          HasSubstr("0 dead letters replayed")));
  const ReadRecord dead = Read(dead_).back();
  EXPECT_EQ(dead.value, "[1]");
  EXPECT_EQ(dead.headers.at("replay-reasons"),
            "not_an_object,not_an_object,not_an_object");
  EXPECT_EQ(dead.headers.at("replay-first-offset"), "0");
  EXPECT_EQ(dead.headers.at("offset"), "3");
  EXPECT_THAT(DeadLetters({"replay", "--all", "--force"}).err,
              HasSubstr("1 dead letters replayed"));
}

TEST_F(DeadLetterTest, ATruncatedOneIsNeverReplayed) {
  const std::string small = StrCat(dead_, ".small");
  ASSERT_TRUE(CreateTopics(
                  client_,
                  {{.name = small, .config = {{"max.message.bytes", "80000"}}}},
                  absl::Seconds(30), &events_)
                  .ok());
  config_ = Config("generic", StrCat("{kafka: {topic: ", small, "}}"));
  // Random digits, which lz4 cannot make small.
  std::string value = "[\"";
  uint64_t random = 1;
  while (value.size() < 300'000) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    value += StrCat(random);
  }
  LoadOne("k", value + "\"]");
  Serve(1);
  const json letter = List().at(0);
  EXPECT_EQ(letter.at("truncated"), true);
  EXPECT_EQ(letter.at("size"), value.size() + 2);
  const ReadRecord cut = Read(small).at(0);
  Sha256 sha256;
  EXPECT_EQ(cut.headers.at("sha256"),
            HexPrefix(sha256.Add(value + "\"]").Finish(), 32));
  EXPECT_EQ(cut.value, value.substr(0, 65536));
  for (const bool force : {false, true}) {
    const Program::Result refused =
        force ? DeadLetters({"replay", "--all", "--force", "--again"})
              : DeadLetters({"replay", "--all"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("truncated: only 65536 of"),
                                   HasSubstr(StrCat(articles_, "/")),
                                   HasSubstr("0 dead letters replayed")));
  }
}

TEST_F(DeadLetterTest, WhatIsNotAcknowledgedIsSaid) {
  LoadOne("", "[1]");
  LoadOne("", "[2]");
  Serve(2);
  // A compacted topic takes no record without a key.
  const std::string keyed = StrCat(articles_, ".keyed");
  ASSERT_TRUE(
      CreateTopics(client_,
                   {{.name = keyed, .config = {{"cleanup.policy", "compact"}}}},
                   absl::Seconds(30), &events_)
          .ok());
  const Program::Result refused =
      DeadLetters({"replay", "--all", "--to", keyed, "--timeout", "2s"});
  EXPECT_EQ(refused.exit_code, 3) << refused.err;
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("0 dead letters replayed"),
                    HasSubstr("not acknowledged: 0/0, 0/1"), HasSubstr(keyed)));
  const std::string narrow = StrCat(articles_, ".narrow");
  ASSERT_TRUE(
      CreateTopics(client_,
                   {{.name = narrow, .config = {{"max.message.bytes", "100"}}}},
                   absl::Seconds(30), &events_)
          .ok());
  const Program::Result too_large =
      DeadLetters({"replay", "0/1", "--to", narrow});
  EXPECT_EQ(too_large.exit_code, 3) << too_large.err;
  EXPECT_THAT(too_large.err, AllOf(HasSubstr("not acknowledged: 0/1"),
                                   HasSubstr("raise its max.message.bytes")));
  EXPECT_EQ(DeadLetters({"replay", "--all", "--to", "nowhere"}).exit_code, 3);
}

TEST_F(DeadLetterTest, FromAFileOfDeadLettersToTheTopic) {
  const std::string dead_file = Path("dead.ndjson");
  config_ = Config("generic", StrCat("{file: {path: ", dead_file, "}}"));
  Produce("k", "[\xff\n]", {{"replays", "1"}, {"replay-reasons", "too_deep"}});
  Serve(1);
  const auto letters = List();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].at("place"), "1");
  EXPECT_EQ(letters[0].at("replays"), 1);
  const Program::Result result = DeadLetters({"replay", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::vector<ReadRecord> replayed;
  for (const ReadRecord& record : Read(articles_)) {
    if (record.headers.contains("replay-of")) {
      replayed.push_back(record);
    }
  }
  ASSERT_THAT(replayed, SizeIs(1));
  EXPECT_EQ(replayed[0].key, "k");
  EXPECT_EQ(replayed[0].value, "[\xff\n]");
  EXPECT_EQ(replayed[0].headers.at("replays"), "2");
  EXPECT_EQ(replayed[0].headers.at("replay-reasons"), "too_deep,not_utf8");
  EXPECT_THAT(DeadLetters({"replay", "1"}).err, HasSubstr("1 skipped"));
}

// Dead letters that are not taken hold the articles back; none is lost.
class DeadLetterStallTest : public DeadLetterTest {
 protected:
  // Waits until the service is not ready for its dead letters, and says so.
  void WaitUntilNotReady() {
    ASSERT_TRUE(WaitFor([&] {
      const std::string answer = program_.Fetch("/readyz");
      return answer.starts_with("503") &&
             answer.find("dead letters: ") != std::string::npos &&
             answer.find(dead_) != std::string::npos;
    })) << program_.Fetch("/readyz");
  }
  void WaitUntilReady() {
    ASSERT_TRUE(WaitFor([&] {
      return program_.Fetch("/readyz").starts_with("200");
    })) << program_.Fetch("/readyz");
  }
  void Start() {
    program_.StartService(config_);
    ASSERT_TRUE(WaitFor([&] { return program_.HttpPort() > 0; }));
    WaitUntilReady();
  }
  std::multiset<std::string> DeadValues() {
    std::multiset<std::string> values;
    for (const ReadRecord& record : Read(dead_)) {
      values.insert(record.value);
    }
    return values;
  }
};

TEST_F(DeadLetterStallTest, AMissingTopicIsSaidAtStart) {
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), dead_).ok());
  const Program::Result result = program_.Run({"run", "--config", config_});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err,
              HasSubstr(StrCat("topic \"", dead_, "\" does not exist")));
}

TEST_F(DeadLetterStallTest, ARefusalPushesBackUntilTheTopicTakesThem) {
  // A compacted topic takes no record without a key.
  ASSERT_TRUE(SetTopicConfig(broker().bootstrap_servers(), dead_,
                             "cleanup.policy", "compact")
                  .ok());
  Start();
  LoadOne("", "[1]");
  WaitUntilNotReady();
  LoadOne("k", R"({"id":"a","title":"Oil is dear"})");
  ASSERT_TRUE(WaitForAlerts(1));  // Another article goes on.
  EXPECT_LT(CommittedSum(), 2);   // And the stalled one is not passed over.
  // Killed meanwhile, it is read again.
  program_.KillService();
  program_.StartService(config_);
  ASSERT_TRUE(WaitFor([&] { return program_.HttpPort() > 0; }));
  WaitUntilNotReady();
  EXPECT_THAT(Read(dead_), IsEmpty());
  ASSERT_TRUE(SetTopicConfig(broker().bootstrap_servers(), dead_,
                             "cleanup.policy", "delete")
                  .ok());
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 2; }));
  WaitUntilReady();
  EXPECT_EQ(DeadValues(), std::multiset<std::string>{"[1]"});
  EXPECT_EQ(program_.StopService(), 0);
}

TEST_F(DeadLetterStallTest, ATopicDeletedWhileRunningIsWaitedFor) {
  Start();
  LoadOne("k", "[1]");
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 1; }));
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), dead_).ok());
  LoadOne("k", "[2]");
  LoadOne("k", "[3]");
  WaitUntilNotReady();
  EXPECT_EQ(CommittedSum(), 1);
  ASSERT_TRUE(
      CreateTopics(client_, {{.name = dead_}}, absl::Seconds(30), &events_)
          .ok());
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 3; }));
  WaitUntilReady();
  const std::multiset<std::string> values = DeadValues();
  EXPECT_TRUE(values.contains("[2]") && values.contains("[3]"));
  EXPECT_EQ(program_.StopService(), 0);
}

}  // namespace
}  // namespace presshawk
