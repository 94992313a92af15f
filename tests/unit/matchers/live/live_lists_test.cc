// SPDX-License-Identifier: Apache-2.0
#include "matchers/live/live_lists.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "matchers/forms/form_tables.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LiveListsTest : public ::testing::Test {
 protected:
  LiveListsTest() {
    std::string name = fs::temp_directory_path() / "presshawk-live-XXXXXX";
    directory_ = mkdtemp(name.data());
    Restart();
  }
  ~LiveListsTest() override { fs::remove_all(directory_); }

  void Restart() { RestartWithForms({}, /*has_tables=*/false); }
  // With the forms of tests/support/forms, or without tables.
  void RestartWithForms(std::vector<std::string> default_forms,
                        bool has_tables = true) {
    LiveLists::Options options;
    if (has_tables) {
      options.compile.forms =
          std::make_shared<const FormTables>(PRESSHAWK_TEST_FORMS);
    }
    options.default_forms = std::move(default_forms);
    options.state_path = directory_ + "/state";
    live_ = std::make_unique<LiveLists>(std::move(options));
    statuses_.clear();
  }
  // The version and the release of forms of the first list.
  static std::pair<std::string, std::string> First(
      const LiveLists::Update& update) {
    const WatchListInfo info = update.generation->list(0);
    return {std::string(info.version), std::string(info.forms_release)};
  }
  void Write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ + "/" + name) << content;
  }
  LiveLists::Update Apply() {
    EXPECT_TRUE(live_->ReadFiles({directory_}).ok());
    return ApplyWhatWasRead();
  }
  LiveLists::Update ApplyWhatWasRead() {
    auto update = live_->Apply();
    EXPECT_TRUE(update.ok());
    EXPECT_TRUE(update->kept.ok()) << update->kept;
    for (const ListStatus& status : update->changed) {
      statuses_[status.id] = status;
    }
    for (const std::string& id : update->removed) {
      statuses_.erase(id);
    }
    return *std::move(update);
  }
  // All lists that are defined, as the updates told of them.
  std::vector<std::string> States() const {
    std::vector<std::string> states;
    for (const auto& [id, status] : statuses_) {
      states.push_back(id + " " + std::string(ListStateName(status.state)));
    }
    return states;
  }
  static std::string One(const std::string& id, const std::string& term) {
    return "watchlists:\n  - id: " + id + "\n    terms: [" + term + "]\n";
  }

  std::string directory_;
  std::unique_ptr<LiveLists> live_;
  std::map<std::string, ListStatus> statuses_;
};

TEST_F(LiveListsTest, NothingDefinedIsAGenerationToo) {
  const auto update = Apply();
  ASSERT_NE(update.generation, nullptr);
  EXPECT_EQ(update.generation->active(), 0U);
}

TEST_F(LiveListsTest, FileWinsOverTopicAndTheOtherIsReported) {
  live_->SetRecord("a", R"({"id":"a","terms":["topic"]})", "lists[0]@1");
  const std::string of_topic = Apply().changed[0].version;
  Write("lists.yaml", One("a", "file"));
  const auto update = Apply();
  ASSERT_EQ(update.changed.size(), 1U);
  EXPECT_NE(update.changed[0].version, of_topic);
  ASSERT_EQ(update.diagnostics.size(), 1U);
  EXPECT_THAT(update.diagnostics[0].message, HasSubstr("the file counts"));
  // A change in the topic changes nothing; deleted in the file, it counts.
  live_->SetRecord("a", R"({"id":"a","terms":["news"]})", "lists[0]@2");
  EXPECT_EQ(Apply().generation, nullptr);
  fs::remove(directory_ + "/lists.yaml");
  EXPECT_NE(Apply().generation, nullptr);
  EXPECT_THAT(States(), ElementsAre("a active"));
}

TEST_F(LiveListsTest, WhatAListIsCalledIsToldWheneverItIsSaidAnew) {
  Write("lists.yaml", "watchlists: [{id: a, name: One, terms: [x]}]\n");
  auto update = Apply();
  ASSERT_EQ(update.definitions.size(), 1U);
  EXPECT_EQ(update.definitions[0]->name, "One");
  // The version is that of the condition: only the name is new.
  Write("lists.yaml", "watchlists: [{id: a, name: Two, terms: [x]}]\n");
  update = Apply();
  EXPECT_THAT(update.changed, IsEmpty());
  ASSERT_EQ(update.definitions.size(), 1U);
  EXPECT_EQ(update.definitions[0]->name, "Two");
  // A stale list is what is in force, a rejected one what was said.
  Write("lists.yaml",
        "watchlists: [{id: a, query: 'x AND'}, {id: b, query: 'y AND'}]\n");
  update = Apply();
  ASSERT_EQ(update.definitions.size(), 2U);
  EXPECT_EQ(update.definitions[0]->name, "Two");
  EXPECT_EQ(update.definitions[1]->query->text, "y AND");
}

TEST_F(LiveListsTest, ATableIsReadWhereItIsNamedAndNotInAFolder) {
  Write("a.csv", "oil\n");
  Apply();
  EXPECT_THAT(States(), IsEmpty());
  ASSERT_TRUE(live_->ReadFiles({directory_ + "/*.csv"}).ok());
  ApplyWhatWasRead();
  EXPECT_THAT(States(), ElementsAre("a active"));
}

TEST_F(LiveListsTest, LaterListOfTheSameIdIsAnErrorThatNamesTheFirst) {
  Write("1.yaml", One("a", "one"));
  Write("2.yaml", One("a", "two"));
  const auto update = Apply();
  ASSERT_FALSE(update.diagnostics.empty());
  EXPECT_THAT(update.diagnostics[0].file, HasSubstr("2.yaml"));
  EXPECT_THAT(update.diagnostics[0].message, HasSubstr("1.yaml:2:9"));
  EXPECT_THAT(States(), ElementsAre("a active"));
}

TEST_F(LiveListsTest, HalfWrittenFileKeepsTheListsThatItHides) {
  Write("lists.yaml", One("a", "one") + "  - id: b\n    terms: [two]\n");
  const std::string before(Apply().generation->id());
  Write("lists.yaml", One("a", "one") + "  - id: b\n    terms: [two\n");
  auto update = Apply();
  EXPECT_THAT(States(), ElementsAre("a active", "b stale"));
  EXPECT_EQ(update.generation, nullptr);  // The same conditions.
  ASSERT_EQ(update.changed.size(), 1U);
  EXPECT_THAT(update.changed[0].errors, ::testing::SizeIs(1));
  // Also over a restart.
  Restart();
  EXPECT_EQ(Apply().generation->id(), before);
  EXPECT_THAT(States(), ElementsAre("a active", "b stale"));
  // Whole again, without b: deleted.
  Write("lists.yaml", One("a", "one"));
  update = Apply();
  EXPECT_THAT(update.removed, ElementsAre("b"));
  EXPECT_THAT(States(), ElementsAre("a active"));
}

TEST_F(LiveListsTest, WhatRefersToABadOrDeletedListKeepsItsCondition) {
  Write("1.ndjson", "{\"id\":\"a\",\"terms\":[\"one\"]}\n");
  Write("2.ndjson", "{\"id\":\"b\",\"query\":\"@a AND two\"}\n");
  const std::string version = Apply().changed[1].version;
  fs::remove(directory_ + "/1.ndjson");
  const auto update = Apply();
  EXPECT_THAT(States(), ElementsAre("b stale"));
  EXPECT_EQ(statuses_.at("b").version, version);
  EXPECT_EQ(update.generation->active(), 1U);
  Restart();
  EXPECT_EQ(Apply().generation->active(), 1U);
  EXPECT_EQ(statuses_.at("b").version, version);
}

TEST_F(LiveListsTest, RecordThatIsNoWatchListIsABadDefinitionOfItsKey) {
  live_->SetRecord("a", "{", "lists[0]@1");
  live_->SetRecord("b", R"({"id":"c","terms":["x"]})", "lists[0]@2");
  const auto update = Apply();
  EXPECT_THAT(States(), ElementsAre("a rejected", "b rejected"));
  EXPECT_EQ(update.rejected, 2U);
  live_->SetRecord("a", std::nullopt, "lists[0]@3");
  EXPECT_THAT(Apply().removed, ElementsAre("a"));
  EXPECT_THAT(States(), ElementsAre("b rejected"));
}

TEST_F(LiveListsTest, RecordMayBeginWithAByteOrderMark) {
  live_->SetRecord("a", "\xEF\xBB\xBF{\"id\":\"a\",\"terms\":[\"x\"]}",
                   "lists[0]@1");
  Apply();
  EXPECT_THAT(States(), ElementsAre("a active"));
}

// A folder, a link to nothing and a pipe are as good as a file without
// permissions, which root does not have.
TEST_F(LiveListsTest, FileThatCannotBeReadTakesOnlyItselfDown) {
  Write("1.yaml", One("a", "one"));
  Write("2.yaml", One("b", "two"));
  Apply();
  fs::remove(directory_ + "/2.yaml");
  fs::create_directory(directory_ + "/2.yaml");
  fs::create_symlink("nowhere", directory_ + "/3.yaml");
  ASSERT_EQ(mkfifo((directory_ + "/4.yaml").c_str(), 0600), 0);
  Write("5.yaml", One("c", "three"));
  const absl::Status status = live_->ReadFiles({directory_});
  EXPECT_THAT(std::string(status.message()), HasSubstr("2.yaml"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("2 more"));
  EXPECT_EQ(ApplyWhatWasRead().diagnostics.size(), 3U);
  EXPECT_THAT(States(), ElementsAre("a active", "b stale", "c active"));
  // Told once; and good again once it can be read.
  EXPECT_FALSE(live_->ReadFiles({directory_}).ok());
  EXPECT_THAT(ApplyWhatWasRead().diagnostics, IsEmpty());
  for (const char* name : {"/2.yaml", "/3.yaml", "/4.yaml"}) {
    fs::remove(directory_ + name);
  }
  Write("2.yaml", One("b", "two"));
  Apply();
  EXPECT_THAT(States(), ElementsAre("a active", "b active", "c active"));
}

TEST_F(LiveListsTest, PatternThatNamesNothingKeepsTheListsThatItHad) {
  Write("1.yaml", One("a", "one"));
  Write("2.yaml", One("b", "two"));
  const std::vector<std::string> patterns = {directory_ + "/1*.yaml",
                                             directory_ + "/2.yaml"};
  EXPECT_TRUE(live_->ReadFiles(patterns).ok());
  ApplyWhatWasRead();
  fs::remove(directory_ + "/1.yaml");
  fs::remove(directory_ + "/2.yaml");
  EXPECT_FALSE(live_->ReadFiles(patterns).ok());
  EXPECT_EQ(ApplyWhatWasRead().diagnostics.size(), 2U);
  EXPECT_THAT(States(), ElementsAre("a stale", "b stale"));
  Write("1b.yaml", One("c", "three"));
  EXPECT_FALSE(live_->ReadFiles(patterns).ok());
  ApplyWhatWasRead();
  EXPECT_THAT(States(), ElementsAre("b stale", "c active"));
}

TEST_F(LiveListsTest, FilesWithALeadingDotAreNoLists) {
  Write("1.yaml", One("a", "Kremlin"));
  Write("._1.yaml", "\x01 no YAML");
  fs::create_symlink("ann@desk.4711", directory_ + "/.#1.yaml");
  EXPECT_THAT(Apply().diagnostics, IsEmpty());
  EXPECT_THAT(States(), ElementsAre("a active"));
}

// Two services that have used one directory, one after the other.
TEST_F(LiveListsTest, LastGoodConditionOfAnotherFileIsNotTaken) {
  Write("1.yaml", One("a", "one"));
  Apply();
  fs::remove(directory_ + "/1.yaml");
  Write("2.yaml", "watchlists:\n  - id: a\n    query: 'x ANDD'\n");
  Restart();
  Apply();
  EXPECT_THAT(States(), ElementsAre("a rejected"));
}

TEST_F(LiveListsTest, ListDeletedWhileDownIsReportedAsRemoved) {
  Write("1.yaml", One("a", "one"));
  Write("2.yaml", One("b", "two"));
  Apply();
  fs::remove(directory_ + "/2.yaml");
  Restart();
  const auto update = Apply();
  EXPECT_THAT(update.removed, ElementsAre("b"));
  EXPECT_THAT(States(), ElementsAre("a active"));
}

TEST_F(LiveListsTest, ManyChangesMakeAMergeDueWhichChangesNoId) {
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "list" + std::to_string(i);
    live_->SetRecord(id, R"({"id":")" + id + R"(","terms":["x"]})", "t[0]@1");
  }
  Apply();
  for (int i = 0; i < 600; ++i) {
    const std::string id = "list" + std::to_string(i);
    live_->SetRecord(id, R"({"id":")" + id + R"(","terms":["y"]})", "t[0]@2");
  }
  auto update = Apply();
  EXPECT_EQ(update.delta_lists, 600U);
  EXPECT_TRUE(update.merge_due);
  const std::string id(update.generation->id());
  auto job = live_->StartMerge();
  EXPECT_EQ(live_->StartMerge(), nullptr);
  job->Run();
  auto merged = live_->FinishMerge(std::move(job));
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->delta_lists, 0U);
  EXPECT_EQ(merged->generation->id(), id);
  EXPECT_EQ(merged->generation->active(), 3000U);
}

TEST_F(LiveListsTest, MinRelevanceAloneMakesAGenerationAndOutlivesARestart) {
  Write("lists.yaml", "watchlists: [{id: a, terms: [x]}]\n");
  auto update = Apply();
  const std::string version(update.generation->list(0).version);
  const std::string id(update.generation->id());
  EXPECT_EQ(update.generation->list(0).min_relevance, kNoMinRelevance);
  Write("lists.yaml", "watchlists: [{id: a, terms: [x], min_relevance: 40}]\n");
  update = Apply();
  ASSERT_NE(update.generation, nullptr);
  EXPECT_EQ(update.generation->list(0).min_relevance, 40);
  EXPECT_EQ(update.generation->list(0).version, version);
  EXPECT_NE(update.generation->id(), id);
  const std::string bounded(update.generation->id());
  // What was good last is kept whole.
  Write("lists.yaml", "watchlists: [{id: a, query: 'x AND'}]\n");
  Apply();
  Restart();
  update = Apply();
  EXPECT_THAT(States(), ElementsAre("a stale"));
  EXPECT_EQ(update.generation->list(0).min_relevance, 40);
  EXPECT_EQ(update.generation->id(), bounded);
}

TEST_F(LiveListsTest, ZonesMakeAVersionAndOutliveARestart) {
  Write("lists.yaml", "watchlists: [{id: a, terms: [x]}]\n");
  auto update = Apply();
  const std::string all(update.generation->list(0).version);
  Write("lists.yaml", "watchlists: [{id: a, terms: [x], zones: editorial}]\n");
  update = Apply();
  ASSERT_NE(update.generation, nullptr);
  const std::string story(update.generation->list(0).version);
  EXPECT_NE(story, all);
  // What was good last is kept whole.
  Write("lists.yaml", "watchlists: [{id: a, query: 'x AND'}]\n");
  Apply();
  Restart();
  update = Apply();
  EXPECT_THAT(States(), ElementsAre("a stale"));
  EXPECT_EQ(update.generation->list(0).version, story);
}

TEST_F(LiveListsTest, ListsThatSayNothingHaveTheFormsOfTheConfiguration) {
  RestartWithForms({});
  Write("lists.yaml", One("a", "Trump"));
  const auto [plain, none] = First(Apply());
  EXPECT_EQ(none, "");
  RestartWithForms({"xa"});
  const auto [version, release] = First(Apply());
  EXPECT_NE(version, plain);
  EXPECT_THAT(release, HasSubstr("xa:"));
  // A record of the topic has them as well, and one may ask for none.
  live_->SetRecord("b", R"({"id":"b","terms":["x"]})", "lists[0]@1");
  live_->SetRecord("c", R"({"id":"c","terms":["x"],"forms":[]})", "lists[0]@2");
  const auto update = Apply();
  EXPECT_THAT(std::string(update.generation->list(1).forms_release),
              HasSubstr("xa:"));
  EXPECT_EQ(update.generation->list(2).forms_release, "");
}

TEST_F(LiveListsTest, AChangeOfFormsIsAChangeOfTheList) {
  RestartWithForms({});
  live_->SetRecord("a", R"({"id":"a","terms":["x"],"forms":["xa"]})", "t[0]@1");
  const auto first = First(Apply());
  live_->SetRecord("a", R"({"id":"a","terms":["x"],"forms":["xb"]})", "t[0]@2");
  const auto second = First(Apply());
  EXPECT_NE(first.first, second.first);
  EXPECT_THAT(second.second, HasSubstr("xb:"));
}

TEST_F(LiveListsTest, AListKeepsItsFormsWhenItTurnsBadAndOverARestart) {
  RestartWithForms({"xa"});
  Write("lists.yaml", One("a", "Trump"));
  const auto good = First(Apply());
  Write("lists.yaml", One("a", "[Trump"));
  Apply();
  RestartWithForms({"xa"});
  const auto update = Apply();
  EXPECT_THAT(States(), ElementsAre("a stale"));
  EXPECT_EQ(First(update), good);
  // Its condition cannot be compiled without the table.
  RestartWithForms({"xa"}, /*has_tables=*/false);
  EXPECT_EQ(Apply().generation->active(), 0U);
}

}  // namespace
}  // namespace presshawk
