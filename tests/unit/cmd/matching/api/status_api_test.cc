// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/status_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using nlohmann::json;

class WatchListsApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    LiveLists::Update update;
    for (int i = 0; i < 250; ++i) {
      update.changed.push_back(
          {.id = StrCat("list", 1000 + i),
           .state = i % 10 == 0 ? ListState::kStale : ListState::kActive,
           .version = "00000000000000ff",
           .errors = {}});
    }
    board_.Take(update, "0123456789abcdef");
  }
  json Ask(const std::map<std::string, std::string>& parameters) {
    const JsonAnswer answer = WatchListsJson(
        parameters, {.board = &board_,
                     .counters = {&one_, &two_},
                     .since = absl::FromUnixSeconds(1'700'000'000),
                     .topic = "lists-topic"});
    const auto* text = std::get_if<std::string>(&answer);
    EXPECT_NE(text, nullptr) << std::get<Problem>(answer).what;
    return text != nullptr ? json::parse(*text) : json();
  }
  // What the list looks like, through an Update.
  void Define(const WatchList& list) {
    LiveLists::Update update;
    update.definitions.push_back(std::make_shared<const WatchList>(list));
    board_.Take(update, "0123456789abcdef");
  }
  static void Count(ListCounters* counters, std::string_view id,
                    uint64_t hits) {
    BatchReport report;
    report.list_costs.push_back(
        {.watchlist_id = id, .alerts = 1, .hits = hits, .ticks = 1'000'000});
    counters->Add(report);
  }

  ListBoard board_;
  ListCounters one_, two_;
};

TEST_F(WatchListsApiTest, PagesCoverEveryListOnce) {
  std::vector<std::string> ids;
  std::map<std::string, std::string> parameters = {{"limit", "60"}};
  while (true) {
    const json answer = Ask(parameters);
    for (const json& list : answer.at("watchlists")) {
      ids.push_back(list.at("id"));
    }
    EXPECT_LE(answer.at("watchlists").size(), 60U);
    if (answer.at("next").is_null()) {
      break;
    }
    parameters["after"] = answer.at("next");
  }
  EXPECT_EQ(ids.size(), 250U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(Ask({}).at("watchlists").size(), 100U);
  EXPECT_EQ(Ask({{"state", "stale"}}).at("watchlists").size(), 25U);
  EXPECT_EQ(Ask({{"state", "rejected"}}).at("watchlists").size(), 0U);
}

TEST_F(WatchListsApiTest, AnswersAndErrorsHaveALimit) {
  LiveLists::Update update;
  for (int i = 0; i < 1500; ++i) {
    update.changed.push_back({.id = StrCat("bad", i),
                              .state = ListState::kRejected,
                              .version = "",
                              .errors = {}});
  }
  Diagnostic error;
  error.message = std::string(100'000, 'x');
  update.changed.front().errors.assign(30, error);
  board_.Take(update, "0123456789abcdef");
  EXPECT_EQ(Ask({{"limit", "1000"}}).at("watchlists").size(), 1000U);
  const json list = Ask({{"id", "bad0"}}).at("watchlists").at(0);
  ASSERT_EQ(list.at("errors").size(), ListBoard::kErrorsMax);
  // And a mark that it was cut.
  EXPECT_LE(list.at("errors").at(0).at("message").get<std::string>().size(),
            ListBoard::kErrorBytesMax + 3);
}

TEST_F(WatchListsApiTest, CountersOfAllWorkersAreAddedAndSorted) {
  Count(&one_, "list1003", 5);
  Count(&two_, "list1003", 6);
  Count(&two_, "list1007", 100);
  Count(&two_, "no-longer-defined", 1000);
  const json top = Ask({{"sort", "alerts"}}).at("watchlists");
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top.at(0).at("id"), "list1003");
  EXPECT_EQ(top.at(0).at("alerts"), 2);
  EXPECT_EQ(top.at(0).at("hits"), 11);
  EXPECT_GT(top.at(0).at("nanoseconds"), 0);
  EXPECT_EQ(
      Ask({{"sort", "hits"}, {"limit", "1"}}).at("watchlists").at(0).at("id"),
      "list1007");
  EXPECT_EQ(Ask({{"id", "list1003"}}).at("watchlists").at(0).at("hits"), 11);
  two_.Forget({"list1003"});
  EXPECT_EQ(Ask({{"id", "list1003"}}).at("watchlists").at(0).at("hits"), 5);
}

TEST_F(WatchListsApiTest, WrongQuestionsAreAnsweredWithWhatIsRight) {
  const auto refused = [&](const std::map<std::string, std::string>& question) {
    const JsonAnswer answer = WatchListsJson(
        question, {.board = &board_, .since = absl::UnixEpoch()});
    const auto* problem = std::get_if<Problem>(&answer);
    if (problem == nullptr) {
      return 200;
    }
    EXPECT_NE(problem->what, "");
    EXPECT_NE(problem->where, "");
    EXPECT_NE(problem->fix, "");
    return problem->status;
  };
  EXPECT_EQ(refused({{"id", "none"}}), 404);
  EXPECT_EQ(refused({{"limit", "0"}}), 400);
  EXPECT_EQ(refused({{"limit", "1001"}}), 400);
  EXPECT_EQ(refused({{"limit", "x"}}), 400);
  EXPECT_EQ(refused({{"state", "bad"}}), 400);
  EXPECT_EQ(refused({{"sort", "id"}}), 400);
  EXPECT_EQ(refused({{"statee", "stale"}}), 400);
  EXPECT_EQ(refused({{"id", "list1000"}, {"state", "stale"}}), 400);
  for (const char* after :
       {"list1000", "hits:1:list1000", "alerts:", "alerts:1", "alerts:x:a",
        "alerts:-1:a", "alerts:99999999999999999999:a"}) {
    EXPECT_EQ(refused({{"sort", "alerts"}, {"after", after}}), 400) << after;
  }
}

TEST_F(WatchListsApiTest, OneListIsItsRowOfThePages) {
  Count(&one_, "list1003", 5);
  const ListTables tables = {.board = &board_,
                             .counters = {&one_, &two_},
                             .since = absl::UnixEpoch(),
                             .topic = "lists-topic"};
  const JsonAnswer answer = WatchListJson("list1003", tables);
  ASSERT_TRUE(std::holds_alternative<std::string>(answer));
  EXPECT_EQ(json::parse(std::get<std::string>(answer)),
            Ask({{"id", "list1003"}}).at("watchlists").at(0));
  const JsonAnswer none = WatchListJson("none", tables);
  ASSERT_TRUE(std::holds_alternative<Problem>(none));
  EXPECT_EQ(std::get<Problem>(none).status, 404);
  EXPECT_EQ(std::get<Problem>(none).what, "there is no watch-list none");
}

TEST_F(WatchListsApiTest, SortedPagesCoverEveryListOnceWhileCountsGrow) {
  for (int i = 0; i < 250; ++i) {
    Count(i % 2 == 0 ? &one_ : &two_, StrCat("list", 1000 + i),
          static_cast<uint64_t>(1 + i % 7));
  }
  std::vector<std::string> ids;
  uint64_t before = UINT64_MAX;
  std::map<std::string, std::string> parameters = {{"sort", "hits"},
                                                   {"limit", "40"}};
  while (true) {
    const json answer = Ask(parameters);
    EXPECT_EQ(answer.at("since"), "2023-11-14T22:13:20.000Z");
    for (const json& list : answer.at("watchlists")) {
      ids.push_back(list.at("id"));
      const auto hits = list.at("hits").get<uint64_t>();
      EXPECT_LE(hits, before);
      before = hits;
    }
    if (answer.at("next").is_null()) {
      break;
    }
    parameters["after"] = answer.at("next");
    Count(&one_, ids.front(), 1000);  // It was seen, and does not come again.
  }
  EXPECT_EQ(ids.size(), 250U);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
  const json stale =
      Ask({{"sort", "hits"}, {"state", "stale"}, {"limit", "25"}});
  EXPECT_EQ(stale.at("watchlists").size(), 25U);
  EXPECT_TRUE(stale.at("next").is_null());
}

TEST_F(WatchListsApiTest, ListsComeWithWhatTheyAreWithinALimit) {
  WatchList list;
  list.id = "list1001";
  list.name = "Élysée";
  list.labels = {{"desk", "politics"}};
  list.query = WatchListTerm{"Macron AND NOT football", {}};
  Define(list);
  const json shown = Ask({{"id", "list1001"}}).at("watchlists").at(0);
  EXPECT_EQ(shown.at("name"), "Élysée");
  EXPECT_EQ(shown.at("labels"), json({{"desk", "politics"}}));
  EXPECT_EQ(shown.at("query"), "Macron AND NOT football");
  EXPECT_EQ(shown.at("term_count"), 0);
  EXPECT_EQ(shown.at("source"), json({{"topic", "lists-topic"}}));
  EXPECT_FALSE(shown.contains("min_relevance"));
  EXPECT_FALSE(shown.contains("zones"));
  EXPECT_FALSE(shown.contains("cut"));

  list.min_relevance = 40;
  list.editorial = true;
  list.file = "lists/politics.yaml";
  list.position = {.line = 12, .column = 5};
  Define(list);
  const json in_file = Ask({{"id", "list1001"}}).at("watchlists").at(0);
  EXPECT_EQ(in_file.at("min_relevance"), 40);
  EXPECT_EQ(in_file.at("zones"), "editorial");
  EXPECT_EQ(
      in_file.at("source"),
      json({{"file", "lists/politics.yaml"}, {"line", 12}, {"column", 5}}));

  for (int i = 0; i < 1000; ++i) {
    list.terms.push_back({StrCat(i, std::string(1000, 'x')), {}});
    list.labels[StrCat("label", i)] = std::string(1000, 'x');
  }
  list.name.append(100'000, 'n');
  for (int i = 0; i < 10'000; ++i) {
    list.query->text += " OR é";
  }
  Define(list);
  const json answer = Ask({{"id", "list1001"}});
  EXPECT_LT(answer.dump().size(), 40'000U);
  const json cut = answer.at("watchlists").at(0);
  EXPECT_EQ(cut.at("cut"), true);
  EXPECT_EQ(cut.at("term_count"), 1000);
  EXPECT_EQ(cut.at("terms").size(), 20U);
  EXPECT_TRUE(cut.at("query").get<std::string>().ends_with("…"));
}

}  // namespace
}  // namespace presshawk
