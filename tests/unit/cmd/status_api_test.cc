#include "cmd/service/status_api.h"

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
    const auto answer = WatchListsJson(parameters, board_, {&one_, &two_});
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? json::parse(*answer) : json();
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
    return WatchListsJson(question, board_, {}).status().code();
  };
  using absl::StatusCode;
  EXPECT_EQ(refused({{"id", "none"}}), StatusCode::kNotFound);
  EXPECT_EQ(refused({{"limit", "0"}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(refused({{"limit", "1001"}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(refused({{"limit", "x"}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(refused({{"state", "bad"}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(refused({{"sort", "id"}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(refused({{"statee", "stale"}}), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace presshawk
