// SPDX-License-Identifier: Apache-2.0
// Each style of rotation by itself; random mixtures of all of them are
// tests/property/file.
#include "ingest/file/followed_file.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/str_cat.h"
#include "ingest/file/file_source.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FollowedFileTest : public ::testing::Test {
 protected:
  using Lines = std::vector<std::string>;

  std::string Path(const std::string& name = "in.ndjson") const {
    return (folder_.path() / name).string();
  }
  void Append(const std::string& text,
              const std::string& name = "in.ndjson") const {
    std::ofstream(Path(name), std::ios::app) << text;
  }
  // In place: the same inode.
  void Overwrite(const std::string& text) const {
    std::ofstream(Path(), std::ios::trunc) << text;
  }
  void Rename(const std::string& from, const std::string& to) const {
    fs::rename(Path(from), Path(to));
  }
  void Pack(const std::string& name, std::string_view tool) const {
    ASSERT_EQ(WaitForExit(Spawn({StrCat("/usr/bin/", tool), "-q", Path(name)},
                                Path("pack.log"))),
              0);
    fs::remove(Path(name));  // zstd leaves it.
  }

  void Start(bool follow = true) {
    tracker_ = std::make_unique<OffsetTracker>();
    file_ = std::make_unique<FollowedFile>(
        FollowedFile::Options{.path = Path(),
                              .checkpoint = Path("offset"),
                              .follow = follow,
                              .line_bytes_max = 1UL << 20,
                              .others = others_,
                              .on_news =
                                  [this](const FileNews& news) {
                                    news_.push_back(news.text);
                                    gaps_ += news.kind == FileNews::Kind::kGap
                                                 ? 1
                                                 : 0;
                                    lost_bytes_ += news.lost_bytes;
                                  }},
        tracker_.get());
  }
  // All there is, acknowledged.
  Lines Read() {
    Lines lines;
    LineBatch batch;
    while (true) {
      const auto more = file_->ReadBatch(&batch, now_);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) {
        return lines;
      }
      for (const Line& line : batch.lines) {
        lines.emplace_back(line.text);
        const auto offset = static_cast<int64_t>(line.offset);
        tracker_->Admit(file_->stream(), offset,
                        static_cast<int64_t>(line.next()));
        file_->AddInFlight(line);
        tracker_->Resolve(file_->stream(), offset);
      }
    }
  }
  void Stop() { EXPECT_TRUE(file_->Close().ok()); }

  TemporaryFolder folder_;
  std::vector<std::string> others_;
  absl::Time now_ = absl::UnixEpoch();
  std::unique_ptr<OffsetTracker> tracker_;
  std::unique_ptr<FollowedFile> file_;
  std::vector<std::string> news_;
  int gaps_ = 0;
  uint64_t lost_bytes_ = 0;
};

TEST_F(FollowedFileTest, RenamedFileIsReadBesideTheNewOneForTenSeconds) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Append("b\n");
  Rename("in.ndjson", "in.ndjson.1");
  Append("c\n");
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  Append("late\nunended", "in.ndjson.1");
  Append("d\n");
  now_ += absl::Seconds(9);
  EXPECT_THAT(Read(), ElementsAre("late", "d"));
  now_ += absl::Seconds(1);
  EXPECT_THAT(Read(), ElementsAre("unended"));
  // Still later: when the folder is looked at.
  Append(", but then it was\n", "in.ndjson.1");
  EXPECT_THAT(Read(), IsEmpty());
  now_ += FollowedFile::kLookInterval;
  EXPECT_THAT(Read(), ElementsAre("unended, but then it was"));
  EXPECT_THAT(news_, IsEmpty());
}

TEST_F(FollowedFileTest, SeveralRotationsWhileStoppedAreReadInOrder) {
  Append("old\n", "in.ndjson.1");
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Stop();
  Append("b\n");
  Rename("in.ndjson.1", "in.ndjson.5");
  Rename("in.ndjson", "in.ndjson.4");
  Append("c\n", "in.ndjson.3");
  Append("d\n", "in.ndjson.2");
  Append("e\n", "in.ndjson.1");
  Append("f\n");
  Pack("in.ndjson.5", "gzip");
  Pack("in.ndjson.4", "gzip");
  Pack("in.ndjson.3", "zstd");
  Start();
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d", "e", "f"));
  Stop();
  Start();
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(news_, IsEmpty());
}

TEST_F(FollowedFileTest, CopyAndTruncateIsReadFromTheCopyAndFromTheBegin) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Append("b\n");
  fs::copy_file(Path(), Path("in.ndjson.1"));
  // Longer than before, before anybody looked.
  Overwrite("c\nd\ne\nf\n");
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d", "e", "f"));
  EXPECT_THAT(news_, IsEmpty());
}

TEST_F(FollowedFileTest, ContentWrittenAnewIsReadHoweverLongItIs) {
  for (const std::string text : {"x\n", "yyy\n", "zzzzz\nzz\n"}) {
    Overwrite("aaa\n");
    Start();
    EXPECT_THAT(Read(), ElementsAre("aaa"));
    Append("rest");
    EXPECT_THAT(Read(), IsEmpty());
    Overwrite(text);
    EXPECT_THAT(Read(), SizeIs(text.size() > 5 ? 2 : 1));
    EXPECT_EQ(std::exchange(gaps_, 0), 1);
    EXPECT_EQ(std::exchange(lost_bytes_, 0), 4U);  // "rest"
    Stop();
    fs::remove(Path("offset"));
  }
}

TEST_F(FollowedFileTest, SameFirstLinesDoNotMakeTwoFilesOne) {
  const std::string header = std::string(3000, 'h') + "\n";
  Append(header + "a\n");
  Start();
  EXPECT_THAT(Read(), SizeIs(2));
  Stop();
  Overwrite(header + "b\nccc\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre(SizeIs(3000), "b", "ccc"));
  EXPECT_EQ(gaps_, 1);
}

TEST_F(FollowedFileTest, WhatIsGoneIsSaidWithItsBytesAndReadWhenItIsPutBack) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Append("unended");
  EXPECT_THAT(Read(), IsEmpty());
  Stop();
  Append(" no more\n");
  fs::create_directory(Path("old"));
  Rename("in.ndjson", "old/in.ndjson.1");
  Append("b\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("b"));
  ASSERT_THAT(news_, SizeIs(1));
  EXPECT_THAT(news_[0], HasSubstr(Path() + ": "));
  EXPECT_THAT(news_[0], HasSubstr("7 bytes from byte 2 on are lost: "));
  EXPECT_EQ(lost_bytes_, 7U);
  Rename("old/in.ndjson.1", "in.ndjson.1");
  now_ += FollowedFile::kLookInterval;
  EXPECT_THAT(Read(), ElementsAre("unended no more"));
  // Said once.
  Stop();
  Start();
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(gaps_, 1);
}

TEST_F(FollowedFileTest, ARotatedFileThatCannotBeUnpackedIsSaidOnce) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Stop();
  Append("b\n");
  Rename("in.ndjson", "in.ndjson.2");
  Append("this is not gzip", "in.ndjson.1.gz");
  Append("c\n");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  EXPECT_TRUE(file_->finished());
  EXPECT_EQ(gaps_, 1);
  EXPECT_THAT(news_[0], HasSubstr("no valid gzip data"));
  Stop();
  Start();
  EXPECT_THAT(Read(), IsEmpty());
  now_ += FollowedFile::kLookInterval;
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(gaps_, 1);
}

TEST_F(FollowedFileTest, ADeletedFileIsReadToItsEndAndLetGo) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  std::ofstream writer(Path(), std::ios::app);
  fs::remove(Path());
  writer << "b\n" << std::flush;
  EXPECT_THAT(Read(), ElementsAre("b"));
  now_ += FollowedFile::kLateLines;
  EXPECT_THAT(Read(), IsEmpty());
  writer << "c\n" << std::flush;
  EXPECT_THAT(Read(), IsEmpty());
  Append("d\n");
  EXPECT_THAT(Read(), ElementsAre("d"));
  EXPECT_EQ(gaps_, 0);
}

TEST_F(FollowedFileTest, AnInodeThatIsGivenOutAgainIsAnotherFile) {
  Append("a\n");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("a"));
  EXPECT_TRUE(file_->finished());
  Stop();
  // A link keeps the inode for the new content; ext4 does so by itself.
  Rename("in.ndjson", "in.ndjson.1");
  std::ofstream(Path("in.ndjson.1"), std::ios::trunc) << "b\nc\n";
  Append("d\n");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d"));
}

TEST_F(FollowedFileTest, AFileThatIsAnotherSourceIsNobodysRotatedFile) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  Stop();
  Append("other\n", "in-2.ndjson");
  others_ = {Path("./in-2.ndjson")};
  Start();
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(FollowedFileTest, AFileThatIsNotThereIsAwaitedAndSaid) {
  Start();
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(file_->trouble(), HasSubstr("no such file yet"));
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THAT(news_, SizeIs(1));
  // Made and rotated before it was seen, and over a restart.
  Stop();
  Append("a\n", "in.ndjson.1");
  Append("b\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
  EXPECT_THAT(file_->trouble(), IsEmpty());
}

TEST_F(FollowedFileTest, ACheckpointThatCannotBeWrittenHoldsNoRotationUp) {
  Append("a\n");
  Start();
  EXPECT_THAT(Read(), ElementsAre("a"));
  file_->Commit();
  fs::create_directory(Path("offset.tmp"));  // Where it is written first.
  Append("b\n");
  Rename("in.ndjson", "in.ndjson.1");
  Append("c\n");
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  file_->Commit();
  EXPECT_THAT(file_->checkpoint_trouble(), HasSubstr("offset.tmp"));
  EXPECT_THAT(news_, ElementsAre(HasSubstr("it is tried again")));
  // After a crash: from what it held last.
  Start();
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  EXPECT_THAT(news_, SizeIs(2));
  fs::remove(Path("offset.tmp"));
  file_->Commit();
  EXPECT_THAT(file_->checkpoint_trouble(), IsEmpty());
  EXPECT_THAT(news_, SizeIs(3));
  EXPECT_THAT(news_.back(), HasSubstr("can be written again"));
  Stop();
  Start();
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(FollowedFileTest, AFileThatCannotBeReadForAWhileIsTriedAgain) {
  fs::create_symlink("/proc/self/mem", Path());  // Regular; reading it is EIO.
  Start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Read(), IsEmpty());
    EXPECT_THAT(file_->trouble(), HasSubstr("cannot read behind byte 0"));
    EXPECT_THAT(news_, SizeIs(1));
    now_ += absl::Seconds(1);
  }
  fs::remove(Path());
  Append("a\n");
  EXPECT_THAT(Read(), ElementsAre("a"));
  EXPECT_THAT(file_->trouble(), IsEmpty());
  EXPECT_THAT(news_.back(), HasSubstr("is read"));
}

TEST_F(FollowedFileTest, WithoutFollowAFileThatCannotBeReadIsAnError) {
  fs::create_symlink("/proc/self/mem", Path());
  Start(false);
  LineBatch batch;
  EXPECT_THAT(file_->ReadBatch(&batch, now_).status().message(),
              HasSubstr("cannot read behind byte 0"));
}

TEST_F(FollowedFileTest, ASourceIsNotReadyWhileACheckpointCannotBeWritten) {
  Append("a\n");
  fs::create_directory(Path("offset.tmp"));
  OffsetTracker tracker;
  FileSource source({.files = {{Path(), Path("offset")}},
                     .all_paths = {Path()},
                     .follow = true,
                     .line_bytes_max = 1UL << 20,
                     .commit_interval = absl::ZeroDuration()},
                    &tracker);
  const auto batch = source.Poll(absl::ZeroDuration());
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_THAT((*batch)->messages(), SizeIs(1));
  EXPECT_THAT(std::string(source.Ready().message()),
              HasSubstr("cannot write the checkpoint"));
  fs::remove(Path("offset.tmp"));
  EXPECT_TRUE(source.Poll(absl::ZeroDuration()).ok());
  EXPECT_TRUE(source.Ready().ok()) << source.Ready();
  EXPECT_TRUE(source.Close().ok());
}

TEST_F(FollowedFileTest, ACheckpointOfBeforeLosesAndRepeatsNothing) {
  Append("a\nb\n");
  struct stat status = {};
  ASSERT_EQ(stat(Path().c_str(), &status), 0);
  const auto old_checkpoint = [&](uint64_t offset, int lines) {
    folder_.Write("offset",
                  StrCat("{\"inode\":", status.st_ino, ",\"size\":", offset,
                         ",\"offset\":", offset, ",\"lines\":", lines, "}\n"));
  };
  old_checkpoint(2, 1);
  Append("older\n", "in.ndjson.3");
  Rename("in.ndjson", "in.ndjson.2");
  Append("c\n", "in.ndjson.1");
  Append("d");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d"));
  Stop();
  // It counted a line feed behind the last line, which is not there.
  ASSERT_EQ(stat(Path().c_str(), &status), 0);
  old_checkpoint(2, 1);
  Append("\ne\n");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("e"));
  EXPECT_THAT(news_, IsEmpty());
}

TEST_F(FollowedFileTest, WithoutFollowItEndsAndALineThatGrowsComesWhole) {
  Append("a\nhal");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("a", "hal"));
  EXPECT_TRUE(file_->finished());
  Stop();
  Append("f\nb\n");
  Start(false);
  EXPECT_THAT(Read(), ElementsAre("half", "b"));
  Stop();
}

TEST(CheckSourcePathTest, OnlyARegularFileOrOneThatIsAwaitedWillDo) {
  const TemporaryFolder folder;
  const auto path = [&folder](const char* name) {
    return (folder.path() / name).string();
  };
  folder.Write("in.ndjson", "");
  fs::create_symlink("in.ndjson", path("link"));
  fs::create_symlink("nothing", path("dangling"));
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  for (const bool follow : {false, true}) {
    EXPECT_TRUE(CheckSourcePath(path("in.ndjson"), follow).ok());
    EXPECT_TRUE(CheckSourcePath(path("link"), follow).ok());
    EXPECT_EQ(CheckSourcePath(path("in.txt"), follow).ok(), follow);
    EXPECT_EQ(CheckSourcePath(path("dangling"), follow).ok(), follow);
    EXPECT_FALSE(CheckSourcePath(path("in.gz"), follow).ok());
    EXPECT_THAT(std::string(CheckSourcePath(path("*.nd"), follow).message()),
                HasSubstr("not a pattern"));
    EXPECT_THAT(std::string(CheckSourcePath(path("."), follow).message()),
                HasSubstr("is a folder"));
    EXPECT_THAT(std::string(CheckSourcePath(path("fifo"), follow).message()),
                HasSubstr("is a FIFO"));
    EXPECT_THAT(std::string(CheckSourcePath("/dev/null", follow).message()),
                HasSubstr("is a device"));
  }
}

}  // namespace
}  // namespace presshawk
