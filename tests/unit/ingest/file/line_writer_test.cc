// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/line_writer.h"

#include <signal.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool Forever() { return true; }

class LineWriterTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  void Open(const std::string& name = "alerts") {
    auto writer =
        LineWriter::Open(Path(name), [this](const FileChange& change) {
          const std::lock_guard<std::mutex> lock(mutex_);
          changes_.push_back(change);
          changed_.notify_all();
        });
    ASSERT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
  }
  // Returns when the line is acknowledged.
  void Write(const std::string& line) {
    ASSERT_TRUE(writer_->Write(
        line + "\n", [] {}, Forever));
    writer_->Flush(absl::InfiniteFuture());
  }
  FileChange WaitForChange() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return !changes_.empty(); });
    const FileChange change = changes_.front();
    changes_.erase(changes_.begin());
    return change;
  }
  std::string Read(const std::string& name) const {
    return ReadWholeFile(Path(name));
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FileChange> changes_;
  std::unique_ptr<LineWriter> writer_;
};

TEST_F(LineWriterTest, ARenamedFileIsWholeAndTheNextLineIsInANewOne) {
  Open();
  Write("one");
  fs::rename(Path("alerts"), Path("alerts.1"));
  Write("two");
  EXPECT_EQ(Read("alerts.1"), "one\n");
  EXPECT_EQ(Read("alerts"), "two\n");
  const FileChange change = WaitForChange();
  EXPECT_EQ(change.kind, FileChange::Kind::kRenamed);
  EXPECT_EQ(change.lost_bytes, 0U);
}

TEST_F(LineWriterTest, AFileThatIsMadeAnewByTheRotationIsAppendedTo) {
  Open();
  Write("one");
  fs::rename(Path("alerts"), Path("alerts.1"));
  folder_.Write("alerts", "");  // logrotate's `create`.
  Write("two");
  EXPECT_EQ(Read("alerts"), "two\n");
}

TEST_F(LineWriterTest, ADeletedFileIsMadeAnewAndItsLossIsTold) {
  Open();
  Write("one");
  fs::remove(Path("alerts"));
  Write("two");
  EXPECT_EQ(Read("alerts"), "two\n");
  const FileChange change = WaitForChange();
  EXPECT_EQ(change.kind, FileChange::Kind::kDeleted);
  EXPECT_EQ(change.lost_bytes, 4U);
  EXPECT_THAT(change.text, HasSubstr(Path("alerts")));
}

TEST_F(LineWriterTest, ARotationIsSeenWhileNothingIsWritten) {
  Open();
  Write("one");
  fs::remove(Path("alerts"));
  writer_->LookNow();
  EXPECT_EQ(WaitForChange().kind, FileChange::Kind::kDeleted);
  EXPECT_TRUE(fs::exists(Path("alerts")));
}

TEST_F(LineWriterTest, AFileThatWasCutHasNoHoleAndItsLossIsTold) {
  Open();
  Write("a long line");
  fs::resize_file(Path("alerts"), 0);
  Write("two");
  EXPECT_EQ(Read("alerts"), "two\n");
  const FileChange change = WaitForChange();
  EXPECT_EQ(change.kind, FileChange::Kind::kTruncated);
  EXPECT_EQ(change.lost_bytes, 12U);
}

TEST_F(LineWriterTest, WhatOthersAppendStaysAndNoLineIsJoined) {
  Open();
  Write("one");
  std::ofstream(Path("alerts"), std::ios::app) << "foreign";
  Write("two");
  EXPECT_EQ(Read("alerts"), "one\nforeign\ntwo\n");
}

TEST_F(LineWriterTest, AnUnfinishedLineOfACrashIsCut) {
  folder_.Write("alerts", "one\nhalf");
  Open();
  Write("two");
  EXPECT_EQ(Read("alerts"), "one\ntwo\n");
}

TEST_F(LineWriterTest, ASecondWriterIsRefusedUnderAnySpelling) {
  Open();
  fs::create_hard_link(Path("alerts"), Path("hard"));
  for (const char* name : {"alerts", "./alerts", "hard"}) {
    const auto second = LineWriter::Open(Path(name));
    ASSERT_FALSE(second.ok()) << name;
    EXPECT_TRUE(absl::IsFailedPrecondition(second.status()));
    EXPECT_THAT(std::string(second.status().message()), HasSubstr(Path(name)));
  }
  writer_.reset();
  EXPECT_TRUE(LineWriter::Open(Path("alerts")).ok());
}

TEST_F(LineWriterTest, WithoutItsFolderItWaitsAndSaysSo) {
  fs::create_directory(Path("sub"));
  Open("sub/alerts");
  Write("one");
  fs::rename(Path("sub"), Path("gone"));
  bool done = false;
  ASSERT_TRUE(writer_->Write(
      "two\n", [&] { done = true; }, Forever));
  while (writer_->health().ok()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_THAT(std::string(writer_->health().message()),
              HasSubstr("sub/alerts"));
  fs::create_directory(Path("sub"));
  writer_->Flush(absl::InfiniteFuture());
  EXPECT_TRUE(done);
  EXPECT_TRUE(writer_->health().ok());
  EXPECT_EQ(Read("sub/alerts"), "two\n");
  EXPECT_EQ(Read("gone/alerts"), "one\n");
}

// The limit of a process for its files stands for a full disk: a part of the
// line is taken, then an error.
TEST_F(LineWriterTest, WhatAFullDiskTookOfALineIsTakenBackUntilAllOfItFits) {
  Open();
  Write("one");
  signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {.rlim_cur = 10, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  bool done = false;
  const bool queued = writer_->Write(
      "a long line\n", [&] { done = true; }, Forever);
  while (writer_->health().ok()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  const std::string meanwhile = Read("alerts");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_TRUE(queued);
  EXPECT_EQ(meanwhile, "one\n");
  writer_->Flush(absl::InfiniteFuture());
  EXPECT_TRUE(done);
  EXPECT_EQ(Read("alerts"), "one\na long line\n");
}

TEST_F(LineWriterTest, PipesByNameAndFoldersAreRefused) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const char* name : {"pipe", "."}) {
    const auto writer = LineWriter::Open(Path(name));
    ASSERT_FALSE(writer.ok());
    EXPECT_THAT(std::string(writer.status().message()), HasSubstr(Path(name)));
  }
  EXPECT_TRUE(LineWriter::Open("/dev/null").ok());
}

// Whatever happens to the file: each acknowledged line is in a file that still
// exists, or was in one that was deleted or cut.
TEST_F(LineWriterTest, NoAcknowledgedLineIsMissingAfterRandomRotations) {
  Open();
  std::mt19937 random(7);
  std::set<std::string> expected;
  int files = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string line = StrCat("line ", i);
    ASSERT_TRUE(writer_->Write(
        line + "\n", [] {}, Forever));
    expected.insert(line);
    if (random() % 3 == 0) {
      fs::rename(Path("alerts"), Path(StrCat("alerts.", ++files)));
      // The path may be left without a file until the writer makes one.
      writer_->LookNow();
      while (!fs::exists(Path("alerts"))) {
        absl::SleepFor(absl::Milliseconds(1));
      }
    }
  }
  writer_->Flush(absl::InfiniteFuture());
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    std::istringstream lines(ReadWholeFile(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(expected.erase(line), 1U) << "twice, or broken: " << line;
    }
  }
  EXPECT_THAT(expected, IsEmpty());
}

}  // namespace
}  // namespace presshawk
