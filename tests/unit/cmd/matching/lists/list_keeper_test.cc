// SPDX-License-Identifier: Apache-2.0
// The keeper with real files: what makes a generation, and what does not.
#include "cmd/matching/lists/list_keeper.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "absl/time/clock.h"
#include "cmd/matching/lists/file_list_feed.h"
#include "cmd/matching/lists/list_board.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ListKeeperTest : public ::testing::Test {
 protected:
  std::unique_ptr<ListKeeper> Make(const std::string& pattern) {
    ListKeeper::Parts parts = {.generations = &slot_};
    parts.feeds.push_back(std::make_unique<FileListFeed>(
        std::vector<std::string>{(folder_.path() / pattern).string()}));
    parts.on_reload = [this](bool success, absl::Duration) {
      failed_reloads_ += success ? 0 : 1;
    };
    parts.on_update = [this](const LiveLists::Update& update,
                             std::string_view id) { board_.Take(update, id); };
    parts.on_published = [this](const LiveLists::Update& update) {
      changed_ += update.changed.size();
      removed_ += update.removed.size();
    };
    parts.on_generation = [this](bool can_work) {
      can_work_ = can_work;
      return begin_status_;
    };
    parts.on_failure = [](const absl::Status&) {};
    return std::make_unique<ListKeeper>(ListKeeper::Options(),
                                        std::move(parts));
  }
  void WriteList(const std::string& file, const std::string& id) {
    folder_.Write(file, StrCat("watchlists: [{id: ", id, ", terms: [x]}]\n"));
  }
  static bool WaitFor(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!condition() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    return condition();
  }
  size_t Lists() const {
    const auto generation = slot_.Get();
    return generation == nullptr ? 0 : generation->active();
  }

  TemporaryFolder folder_;
  GenerationSlot slot_;
  ListBoard board_;
  absl::Status begin_status_;  // Of on_generation().
  std::atomic<bool> can_work_ = false;
  std::atomic<size_t> changed_ = 0;
  std::atomic<size_t> removed_ = 0;
  std::atomic<size_t> failed_reloads_ = 0;
};

TEST_F(ListKeeperTest, StartLoadsAndFilesThatChangeAreTakenWithoutBeingAsked) {
  WriteList("a.yaml", "a");
  const auto keeper = Make("*.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  EXPECT_EQ(Lists(), 1U);
  EXPECT_TRUE(can_work_);
  EXPECT_THAT(keeper->state().waiting_for, IsEmpty());
  WriteList("b.yaml", "b");
  EXPECT_TRUE(WaitFor([&] { return Lists() == 2; }));
  fs::remove(folder_.path() / "b.yaml");
  EXPECT_TRUE(WaitFor([&] { return Lists() == 1; }));
  EXPECT_TRUE(WaitFor([&] { return removed_ == 1; }));
  EXPECT_GE(changed_, 2U);
}

TEST_F(ListKeeperTest, ReloadAnswersWhenItsResultRuns) {
  WriteList("a.yaml", "a");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  for (int i = 0; i < 20; ++i) {
    const std::string id = StrCat("list", i);
    WriteList("a.yaml", id);
    ASSERT_TRUE(keeper->Reload().ok());
    EXPECT_EQ(slot_.Get()->list(0).id, id);
    EXPECT_EQ(board_.generation(), slot_.Get()->id());
  }
}

TEST_F(ListKeeperTest, FileThatCannotBeReadKeepsWhatRuns) {
  {
    // `run` refuses a name that is not there; here it may still come.
    const auto without = Make("a.yaml");
    ASSERT_TRUE(without->Start().ok());
    EXPECT_FALSE(can_work_);
    EXPECT_THAT(without->state().waiting_for, HasSubstr("none is active"));
  }
  WriteList("a.yaml", "a");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  fs::remove(folder_.path() / "a.yaml");
  const absl::Status status = keeper->Reload();
  EXPECT_THAT(std::string(status.message()), HasSubstr("a.yaml"));
  EXPECT_EQ(Lists(), 1U);
  EXPECT_THAT(keeper->state().problem, HasSubstr("a.yaml"));
  EXPECT_GE(failed_reloads_, 1U);
  WriteList("a.yaml", "b");
  EXPECT_TRUE(WaitFor([&] { return slot_.Get()->list(0).id == "b"; }));
  EXPECT_TRUE(WaitFor([&] { return keeper->state().problem.empty(); }));
}

TEST_F(ListKeeperTest, LastListThatGoesHoldsTheWorkersAndLeavesTheSlot) {
  WriteList("a.yaml", "a");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  folder_.Write("a.yaml", "watchlists: []\n");
  ASSERT_TRUE(keeper->Reload().ok());
  EXPECT_FALSE(can_work_);
  EXPECT_EQ(Lists(), 1U);  // No worker ever matches against nothing.
  EXPECT_THAT(keeper->state().waiting_for, HasSubstr("none is active"));
  EXPECT_EQ(board_.Count(ListState::kActive), 0U);
  WriteList("a.yaml", "b");
  ASSERT_TRUE(keeper->Reload().ok());
  EXPECT_TRUE(can_work_);
  EXPECT_EQ(slot_.Get()->list(0).id, "b");
}

TEST_F(ListKeeperTest, StatusesOfBadListsAreOnTheBoard) {
  folder_.Write("a.yaml",
                "watchlists: [{id: good, terms: [x]},"
                " {id: bad, query: 'a AND ('}]\n");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  EXPECT_EQ(board_.Count(ListState::kActive), 1U);
  EXPECT_EQ(board_.Count(ListState::kRejected), 1U);
  const auto row = board_.Find("bad");
  ASSERT_TRUE(row.has_value());
  EXPECT_THAT(StatusRecordJson(*row, "host:1"),
              ::testing::AllOf(HasSubstr("\"id\":\"bad\""),
                               HasSubstr("\"state\":\"rejected\""),
                               HasSubstr("\"version\":\"\""),
                               HasSubstr("\"instance\":\"host:1\""),
                               HasSubstr("\"errors\":[{")));
}

TEST_F(ListKeeperTest, StopEndsAReloadThatWaits) {
  WriteList("a.yaml", "a");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  keeper->Stop();
  EXPECT_TRUE(absl::IsCancelled(keeper->Reload()));
}

// No change tells of the end of it.
TEST_F(ListKeeperTest, AFileThatCannotBeReadForAMomentIsTriedAgain) {
  WriteList("a.yaml", "a");
  const auto keeper = Make("a.yaml");
  ASSERT_TRUE(keeper->Start().ok());
  rlimit files = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  {
    // The file is open for writing already, and no other can be opened.
    std::ofstream file(folder_.path() / "a.yaml");
    rlimit none_free = files;
    none_free.rlim_cur = 3;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none_free), 0);
    file << "watchlists: [{id: b, terms: [x]}]\n";
  }
  EXPECT_TRUE(WaitFor([&] { return failed_reloads_ > 0; }));
  EXPECT_EQ(slot_.Get()->list(0).id, "a");
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_TRUE(WaitFor([&] { return slot_.Get()->list(0).id == "b"; }));
  EXPECT_TRUE(WaitFor([&] { return keeper->state().problem.empty(); }));
}

TEST_F(ListKeeperTest, AStartThatFailsAnswersAReloadThatWaits) {
  WriteList("a.yaml", "a");
  begin_status_ = absl::InternalError("no consumer can be made");
  const auto keeper = Make("a.yaml");
  absl::Status reload;
  std::thread waiting([&] { reload = keeper->Reload(); });
  EXPECT_EQ(keeper->Start(), begin_status_);
  waiting.join();
  EXPECT_FALSE(reload.ok());
  EXPECT_EQ(keeper->state().waiting_for, "no consumer can be made");
}

}  // namespace
}  // namespace presshawk
