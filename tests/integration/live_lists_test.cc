// SPDX-License-Identifier: Apache-2.0
// Watch-lists changed while the service runs: instances of `presshawk run` in
// one group, a real Kafka, files.
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/http/http_client.h"
#include "tests/support/alert_schema.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/topic_writer.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A number from the environment: `./dev soak` asks for more than `./dev test`.
int Count(const char* name, int by_default) {
  const char* value = std::getenv(name);
  return value == nullptr ? by_default : std::atoi(value);
}

std::string List(const std::string& id, const std::string& term,
                 const std::string& version = "1") {
  return json({{"id", id}, {"terms", {term}}, {"labels", {{"v", version}}}})
      .dump();
}

class LiveListsTest : public KafkaTest {
 protected:
  struct Instance {
    std::string name;
    pid_t pid = -1;
    fs::path log;
    std::string url;
  };

  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) {
      return;
    }
    topic_ = StrCat(articles_, ".lists");
    ASSERT_TRUE(CreateTopics(client_,
                             {{.name = topic_,
                               .partitions = 2,
                               .config = {{"cleanup.policy", "compact"}}}},
                             absl::Seconds(30), &events_)
                    .ok());
    lists_ = std::make_unique<TopicWriter>(producer_.get(), topic_);
    articles_writer_ =
        std::make_unique<TopicWriter>(producer_.get(), articles_);
    fs::create_directories(folder_.path() / "lists");
    options_ = "";
  }
  void TearDown() override {
    for (auto& [name, instance] : instances_) {
      if (instance.pid > 0) {
        kill(instance.pid, SIGKILL);
        WaitForExit(instance.pid);
      }
      if (HasFailure()) {
        const std::string log = ReadWholeFile(instance.log);
        std::cerr << "--- " << name << "\n"
                  << log.substr(log.size() - std::min<size_t>(log.size(), 6000))
                  << "\n";
      }
    }
    KafkaTest::TearDown();
  }

  void Start(const std::string& name) {
    Instance& instance = instances_[name];
    instance.name = name;
    instance.log = folder_.path() / StrCat(name, ".log");
    const size_t before = ReadWholeFile(instance.log).size();
    const std::string config = folder_.Write(
        StrCat(name, ".yaml"),
        StrCat("kafka: {properties: {bootstrap.servers: \"",
               broker().bootstrap_servers(), "\", client.id: ", name, "}}\n",
               "source: {kafka: {topics: [", articles_, "], group: ", group_,
               "}}\nwatchlists: {files: [\"",
               (folder_.path() / "lists").string(), "\"], topic: ", topic_,
               options_, "}\n", "sinks: [{kafka: {topic: ", alerts_, "}}]\n",
               "deadletter: {kafka: {topic: ", dead_, "}}\n",
               "cache: {path: ", (folder_.path() / name).string(), "}\n",
               "http: {listen: \"127.0.0.1:0\"}\nworkers: 2\n",
               "commit_interval: 100ms\n"));
    instance.pid =
        Spawn({PRESSHAWK_BINARY, "run", "--config", config}, instance.log);
    constexpr std::string_view kSaid = "metrics and health at ";
    ASSERT_TRUE(WaitFor([&] {
      const std::string log = ReadWholeFile(instance.log);
      const size_t at = log.find(kSaid, before);
      const size_t end = log.find("/\n", at);
      if (at == std::string::npos || end == std::string::npos) {
        return false;
      }
      instance.url = log.substr(at + kSaid.size(), end - at - kSaid.size());
      return true;
    }));
    // The port answers before the topics are there.
    ASSERT_TRUE(WaitFor([&] {
      const json status = Status(name);
      return status.is_object() &&
             status.at("not_ready").dump().find("\"starting") ==
                 std::string::npos;
    }));
  }
  int Stop(const std::string& name) {
    kill(instances_[name].pid, SIGTERM);
    return WaitForExit(std::exchange(instances_[name].pid, -1));
  }
  void Kill(const std::string& name) {
    kill(instances_[name].pid, SIGKILL);
    WaitForExit(std::exchange(instances_[name].pid, -1));
  }

  json Get(const std::string& name, const std::string& path) {
    const auto result =
        HttpGet(instances_[name].url, path, "", absl::Seconds(10));
    return result.ok() ? json::parse(result->body, nullptr, false) : json();
  }
  json Status(const std::string& name) { return Get(name, "/api/v1/status"); }
  bool IsReady(const std::string& name) {
    const json status = Status(name);
    return status.is_object() && status.at("ready") == true;
  }
  bool WaitUntilReady(const std::string& name) {
    return WaitFor([&] { return IsReady(name); });
  }
  std::string StateOf(const std::string& name, const std::string& id) {
    const json lists = Get(name, StrCat("/api/v1/watchlists?id=", id));
    // An id that nobody knows is answered by a problem.
    return lists.is_object() && lists.contains("watchlists")
               ? lists.at("watchlists").at(0).at("state").get<std::string>()
               : "none";
  }
  bool WaitForState(const std::string& name, const std::string& id,
                    const std::string& state) {
    const bool right = WaitFor([&] { return StateOf(name, id) == state; });
    EXPECT_EQ(StateOf(name, id), state) << id;
    return right;
  }
  // All instances run one generation of so many active lists.
  bool WaitForEqualGenerations(size_t active) {
    return WaitFor([&] {
      std::set<std::string> generations;
      for (const auto& [name, instance] : instances_) {
        const json status = Status(name);
        if (!status.is_object() ||
            status.at("watchlists").at("active") != active) {
          return false;
        }
        generations.insert(status.at("generation"));
      }
      return generations.size() == 1;
    });
  }

  void SetList(const std::string& id, const std::string& term,
               const std::string& version = "1") {
    lists_->Write(id, List(id, term, version));
  }
  // Atomically.
  void WriteFile(const std::string& name, const std::string& text) {
    const std::string temporary = folder_.Write(StrCat(name, ".new"), text);
    fs::rename(temporary, folder_.path() / "lists" / name);
  }
  void WriteArticle(const std::string& id, const std::string& body) {
    articles_writer_->Write(
        id, json({{"id", id}, {"title", "t"}, {"body", body}}).dump());
  }
  // Articles a0, a1, … that name `always`, until the end of the returned
  // thread.
  std::thread Load(const std::atomic<bool>& stop, std::atomic<int>* written) {
    return std::thread([this, &stop, written] {
      while (!stop) {
        for (int i = 0; i < 20; ++i) {
          WriteArticle(StrCat("a", (*written)++), "always and pair");
        }
        absl::SleepFor(absl::Milliseconds(10));
      }
      articles_writer_->Flush();
    });
  }

  // Alerts as (article, list) → how often.
  using Pairs = std::map<std::pair<std::string, std::string>, int>;
  Pairs Alerts() {
    Pairs pairs;
    for (const ReadRecord& record : Read(alerts_)) {
      const json alert = json::parse(record.value);
      ++pairs[{alert.at("article").at("id"), alert.at("watchlist").at("id")}];
    }
    return pairs;
  }
  bool WaitForAlert(const std::string& article, const std::string& list) {
    return WaitFor([&] { return Alerts().contains({article, list}); });
  }
  // What the status topic says, without what it says is gone.
  std::map<std::string, json> WrittenStatuses() {
    std::map<std::string, json> statuses;
    for (const ReadRecord& record : Read(StrCat(topic_, ".status"))) {
      if (record.has_value) {
        statuses[record.key] = json::parse(record.value);
      } else {
        statuses.erase(record.key);
      }
    }
    return statuses;
  }
  uint64_t AlertsOfList7() {
    return Get("one", "/api/v1/watchlists?id=list-7")
        .at("watchlists")
        .at(0)
        .at("alerts");
  }
  int RunStatus(const std::string& name, std::string* text) {
    const fs::path out = folder_.path() / "status.out";
    fs::remove(out);
    const int exit_code = WaitForExit(
        Spawn({PRESSHAWK_BINARY, "status", "--url", instances_[name].url},
              folder_.path() / "status.log", out));
    *text = ReadWholeFile(out);
    return exit_code;
  }

  TemporaryFolder folder_;
  std::string topic_;
  std::string options_;  // More of `watchlists:`.
  std::unique_ptr<TopicWriter> lists_;
  std::unique_ptr<TopicWriter> articles_writer_;
  std::map<std::string, Instance> instances_;
};

TEST_F(LiveListsTest, ThreeInstancesAgreeUnderLoadAndOneJoinsInTheMiddle) {
  SetList("always", "always");
  WriteFile("one.yaml", "watchlists: [{id: from-file, terms: [filed]}]\n");
  lists_->Flush();
  Start("one");
  Start("two");
  ASSERT_TRUE(WaitUntilReady("one") && WaitUntilReady("two"));
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread load = Load(stop, &written);
  for (int i = 0; i < 20; ++i) {
    SetList(StrCat("list", i % 5), StrCat("term", i), StrCat(i));
    WriteFile("two.ndjson", StrCat(List("filed-too", StrCat("f", i)), "\n"));
    if (i == 10) {
      SetList("early", "early");
      lists_->Flush();
      Start("three");
    }
  }
  lists_->Write("list0", std::nullopt);
  lists_->Flush();
  const bool all_ready = WaitUntilReady("three") && WaitUntilReady("one");
  // always, early, list1 … list4, from-file, filed-too.
  const bool agreed = WaitForEqualGenerations(8);
  // After readiness: matched with every record written before the start.
  for (int i = 0; i < 40; ++i) {
    WriteArticle(StrCat("e", i), "early term0 term19 filed f19 always");
  }
  stop = true;
  load.join();
  EXPECT_TRUE(all_ready);
  EXPECT_TRUE(agreed);
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == written + 40; }));
  const Pairs alerts = Alerts();
  for (int i = 0; i < written; ++i) {
    EXPECT_TRUE(alerts.contains({StrCat("a", i), "always"})) << i;
  }
  for (int i = 0; i < 40; ++i) {
    const std::string id = StrCat("e", i);
    for (const char* list : {"early", "list4", "from-file", "filed-too"}) {
      EXPECT_TRUE(alerts.contains({id, list})) << id << " " << list;
    }
    EXPECT_FALSE(alerts.contains({id, "list0"})) << id;  // Deleted.
  }
  for (const char* name : {"one", "two", "three"}) {
    EXPECT_EQ(Stop(name), 0) << name;
  }
}

TEST_F(LiveListsTest, BadDefinitionKeepsTheLastGoodOneAlsoOverAKill) {
  SetList("from-topic", "topical");
  WriteFile("lists.yaml", "watchlists: [{id: filed, terms: [filed]}]\n");
  lists_->Flush();
  Start("one");
  ASSERT_TRUE(WaitForState("one", "from-topic", "active"));
  lists_->Write("from-topic", R"({"id":"from-topic","query":"a AND ("})");
  lists_->Write("never-good", "not even JSON");
  lists_->Write("other-id", List("not-its-key", "x"));
  SetList("fine", "fine");
  WriteFile("lists.yaml", "watchlists: [{id: filed, query: 'a b'}]\n");
  lists_->Flush();
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(WaitForState("one", "from-topic", "stale"));
    ASSERT_TRUE(WaitForState("one", "filed", "stale"));
    ASSERT_TRUE(WaitForState("one", "never-good", "rejected"));
    ASSERT_TRUE(WaitForState("one", "other-id", "rejected"));
    ASSERT_TRUE(WaitForState("one", "fine", "active"));
    ASSERT_TRUE(WaitUntilReady("one"));
    const std::string article = StrCat("article", run);
    WriteArticle(article, "topical fine filed");
    for (const char* list : {"from-topic", "fine", "filed"}) {
      EXPECT_TRUE(WaitForAlert(article, list)) << run << " " << list;
    }
    if (run == 0) {
      Kill("one");
      Start("one");
    }
  }
  const json bad = Get("one", "/api/v1/watchlists?state=stale");
  EXPECT_EQ(bad.at("watchlists").size(), 2U);
  EXPECT_THAT(bad.at("watchlists").at(1).at("errors"), Not(IsEmpty()));
  // Told by the status topic, too.
  std::map<std::string, json> statuses;
  ASSERT_TRUE(WaitFor([&] {
    statuses = WrittenStatuses();
    return statuses.contains("from-topic") &&
           statuses["from-topic"].at("state") == "stale";
  }));
  EXPECT_EQ(statuses["never-good"].at("state"), "rejected");
  EXPECT_EQ(statuses["never-good"].at("instance"), "one");
  EXPECT_THAT(statuses["never-good"].at("errors"), Not(IsEmpty()));
  EXPECT_EQ(statuses["fine"].at("state"), "active");
  EXPECT_THAT(statuses["fine"].at("errors"), IsEmpty());
  // Corrected; deleted.
  SetList("from-topic", "topical");
  lists_->Write("never-good", std::nullopt);
  lists_->Flush();
  EXPECT_TRUE(WaitForState("one", "from-topic", "active"));
  EXPECT_TRUE(
      WaitFor([&] { return !WrittenStatuses().contains("never-good"); }));
  EXPECT_EQ(Stop("one"), 0);
}

TEST_F(LiveListsTest, AListDeletedWhileNothingRanLosesItsStatus) {
  SetList("stays", "x");
  SetList("goes", "y");
  lists_->Flush();
  Start("one");
  ASSERT_TRUE(WaitFor([&] { return WrittenStatuses().size() == 2; }));
  EXPECT_EQ(Stop("one"), 0);
  lists_->Write("goes", std::nullopt);
  lists_->Flush();
  fs::remove_all(folder_.path() / "one");  // No cache that remembers it.
  Start("one");
  ASSERT_TRUE(WaitFor([&] { return WrittenStatuses().size() == 1; }));
  EXPECT_EQ(WrittenStatuses()["stays"].at("state"), "active");
  EXPECT_EQ(Stop("one"), 0);
}

TEST_F(LiveListsTest, FileWinsOverTopicUntilItIsGone) {
  SetList("both", "topical");
  WriteFile("lists.yaml", "watchlists: [{id: both, terms: [filed]}]\n");
  lists_->Flush();
  Start("one");
  ASSERT_TRUE(WaitUntilReady("one"));
  WriteArticle("first", "topical");
  WriteArticle("second", "filed");
  ASSERT_TRUE(WaitForAlert("second", "both"));
  const json before = Status("one");
  fs::remove(folder_.path() / "lists" / "lists.yaml");
  ASSERT_TRUE(WaitFor([&] {
    return Status("one").at("generation") != before.at("generation");
  }));
  WriteArticle("third", "topical");
  ASSERT_TRUE(WaitForAlert("third", "both"));
  EXPECT_FALSE(Alerts().contains({"first", "both"}));
  EXPECT_EQ(Stop("one"), 0);
}

TEST_F(LiveListsTest, WithoutAListNothingIsFetchedAndItSaysSo) {
  Start("one");
  WriteArticle("before", "wanted");
  articles_writer_->Flush();
  ASSERT_TRUE(WaitFor([&] {
    const json status = Status("one");
    return status.is_object() &&
           status.at("not_ready").dump().find("none is active") !=
               std::string::npos;
  }));
  std::string text;
  EXPECT_EQ(RunStatus("one", &text), 1);
  EXPECT_THAT(text, HasSubstr("NOT READY"));
  EXPECT_THAT(text, HasSubstr("none is active"));
  SetList("wanted", "wanted");
  EXPECT_TRUE(WaitForAlert("before", "wanted"));
  ASSERT_TRUE(WaitUntilReady("one"));
  // Workers that join one after the other have all, then fewer, then all.
  ASSERT_TRUE(WaitFor([&] {
    return RunStatus("one", &text) == 0 &&
           text.find("4 assigned") != std::string::npos;
  })) << text;
  EXPECT_THAT(text, HasSubstr("1 active, 0 stale, 0 rejected"));
  // The last one goes: it fetches no more, and loses nothing.
  lists_->Write("wanted", std::nullopt);
  ASSERT_TRUE(WaitFor([&] { return !IsReady("one"); }));
  WriteArticle("meanwhile", "wanted");
  articles_writer_->Flush();
  SetList("another", "wanted");
  EXPECT_TRUE(WaitForAlert("meanwhile", "another"));
  EXPECT_TRUE(WaitUntilReady("one"));
  EXPECT_EQ(Stop("one"), 0);
  EXPECT_EQ(RunStatus("one", &text), 3);
}

TEST_F(LiveListsTest, AllowEmptyConsumesWithoutAList) {
  options_ = ", allow_empty: true";
  Start("one");
  WriteArticle("one", "x");
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == 1; }));
  EXPECT_TRUE(WaitUntilReady("one"));
  EXPECT_EQ(Stop("one"), 0);
}

TEST_F(LiveListsTest, MissingTopicIsAwaitedAndToldByReadyz) {
  topic_ = StrCat(topic_, ".later");
  Start("one");
  ASSERT_TRUE(WaitFor([&] {
    const json ready = Get("one", "/readyz");
    return ready.is_object() &&
           ready.dump().find("does not exist") != std::string::npos;
  }));
  EXPECT_EQ(Status("one").at("watchlist_topic").at("complete"), false);
  ASSERT_TRUE(
      CreateTopics(client_, {{.name = topic_}}, absl::Seconds(30), &events_)
          .ok());
  TopicWriter later(producer_.get(), topic_);
  later.Write("a", List("a", "a"));
  later.Flush();
  EXPECT_TRUE(WaitForState("one", "a", "active"));
  EXPECT_TRUE(WaitUntilReady("one"));
  EXPECT_EQ(Stop("one"), 0);
}

TEST_F(LiveListsTest, SwapsUnderLoadLoseNothingAndShowNoHalfGeneration) {
  const int swaps = Count("PRESSHAWK_SWAPS", 60);
  SetList("always", "always");
  lists_->Flush();
  const auto pair_file = [](int i) {
    return StrCat(List("pair-a", "pair", StrCat(i)), "\n",
                  List("pair-b", "pair", StrCat(i)), "\n");
  };
  WriteFile("pair.ndjson", pair_file(0));
  Start("one");
  ASSERT_TRUE(WaitUntilReady("one"));
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread load = Load(stop, &written);
  std::set<std::string> generations;
  for (int i = 1; i <= swaps; ++i) {
    // Together both change; the topic's changes come between.
    WriteFile("pair.ndjson", pair_file(i));
    SetList("other", StrCat("other", i));
    const std::string before = generations.empty() ? "" : *generations.rbegin();
    if (!WaitFor([&] {
          const json status = Status("one");
          return status.is_object() &&
                 generations.insert(status.at("generation")).second;
        })) {
      ADD_FAILURE() << "no new generation after change " << i;
      break;
    }
  }
  stop = true;
  load.join();
  ASSERT_TRUE(WaitFor([&] { return CommittedSum() == written; }));
  std::map<std::string, std::map<std::string, std::string>> versions;
  for (const ReadRecord& record : Read(alerts_)) {
    const json alert = json::parse(record.value);
    EXPECT_EQ(AlertMistake(alert), "");
    const std::string article = alert.at("article").at("id");
    const std::string list = alert.at("watchlist").at("id");
    EXPECT_TRUE(versions[article]
                    .emplace(list, alert.at("watchlist").at("labels").at("v"))
                    .second)
        << article << " twice";
  }
  EXPECT_EQ(versions.size(), static_cast<size_t>(written));
  for (const auto& [article, of] : versions) {
    ASSERT_EQ(of.size(), 3U) << article;
    EXPECT_EQ(of.at("pair-a"), of.at("pair-b")) << article;
  }
  const json top = Get("one", "/api/v1/watchlists?sort=alerts&limit=2");
  EXPECT_EQ(top.at("watchlists").size(), 2U);
  // Counts go on over swaps.
  EXPECT_EQ(top.at("watchlists").at(0).at("alerts"), written.load());
  EXPECT_GT(top.at("watchlists").at(0).at("nanoseconds"), 0);
  EXPECT_EQ(Stop("one"), 0);
}

// From the record's hand-over to the first alert by it, over many lists.
TEST_F(LiveListsTest, ChangeOfOneListAmongManyIsSoonInForce) {
  const int lists = Count("PRESSHAWK_LISTS", 2000);
  for (int i = 0; i < lists; ++i) {
    SetList(StrCat("list-", i), StrCat("term", i, " of the list"));
  }
  lists_->Flush();
  Start("one");
  const absl::Time start = absl::Now();
  ASSERT_TRUE(WaitFor([&] {
    const json status = Status("one");
    return status.is_object() && status.at("watchlists").at("active") == lists;
  }));
  ASSERT_TRUE(WaitUntilReady("one"));
  std::cout << lists << " lists: ready after " << absl::Now() - start << "\n";
  for (int round = 0; round < 5; ++round) {
    const std::string generation = Status("one").at("generation");
    const std::string term = StrCat("changed", round);
    const uint64_t alerts = AlertsOfList7();
    const absl::Time begin = absl::Now();
    SetList("list-7", term);
    // Articles all the time; the first that is matched by it tells when.
    std::atomic<bool> stop = false;
    std::thread load([&] {
      for (int i = 0; !stop; ++i) {
        WriteArticle(StrCat("r", round, "-", i), term);
        absl::SleepFor(absl::Milliseconds(2));
      }
      articles_writer_->Flush();
    });
    const bool alerted = WaitFor([&] { return AlertsOfList7() > alerts; });
    stop = true;
    load.join();
    ASSERT_TRUE(alerted);
    absl::Time first = absl::InfiniteFuture();
    for (const ReadRecord& record : Read(alerts_)) {
      const json alert = json::parse(record.value);
      absl::Time detected;
      std::string error;
      if (alert.at("hits").at(0).at("term") == term &&
          absl::ParseTime(absl::RFC3339_full,
                          alert.at("detected_at").get<std::string>(), &detected,
                          &error)) {
        first = std::min(first, detected);
      }
    }
    std::cout << "  change " << round << ": first article matched after "
              << first - begin << ", compiled in "
              << Status("one").at("reload_milliseconds") << " ms\n";
    EXPECT_NE(Status("one").at("generation"), generation);
  }
  EXPECT_EQ(Stop("one"), 0);
}

}  // namespace
}  // namespace presshawk
