// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_watch.h"

#include <poll.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;
using News = FileWatch::News;

class FileWatchTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  // What one wait for events brings.
  static News Next(FileWatch* watch) {
    pollfd fd = {.fd = watch->fd(), .events = POLLIN, .revents = 0};
    poll(&fd, 1, 10'000);
    return watch->Poll();
  }

  TemporaryFolder folder_;
};

TEST_F(FileWatchTest, EditInPlaceAndAtomicRenameAndDeletionAreSeen) {
  folder_.Write("a.yaml", "1");
  FileWatch watch({Path("a.yaml")});
  EXPECT_EQ(watch.Poll(), News::kNone);
  EXPECT_FALSE(watch.Rescan());
  folder_.Write("a.yaml", "2");
  EXPECT_EQ(Next(&watch), News::kChanged);
  EXPECT_FALSE(watch.Rescan());
  folder_.Write("a.yaml.tmp", "3");
  EXPECT_EQ(Next(&watch), News::kMaybe);
  EXPECT_FALSE(watch.Rescan());
  fs::rename(Path("a.yaml.tmp"), Path("a.yaml"));
  EXPECT_EQ(Next(&watch), News::kChanged);
  fs::remove(Path("a.yaml"));
  EXPECT_EQ(Next(&watch), News::kChanged);
}

TEST_F(FileWatchTest, NewFilesOfFoldersAndGlobsAreSeen) {
  fs::create_directories(Path("folder"));
  FileWatch watch({Path("folder"), Path("*.yaml")});
  folder_.Write("folder/a.ndjson", "1");
  EXPECT_EQ(Next(&watch), News::kChanged);
  folder_.Write("b.yaml", "1");
  EXPECT_EQ(Next(&watch), News::kChanged);
  folder_.Write("b.txt", "1");
  EXPECT_EQ(Next(&watch), News::kMaybe);
  EXPECT_FALSE(watch.Rescan());
}

TEST_F(FileWatchTest, FolderThatAppearsLaterIsWatched) {
  FileWatch watch({Path("later/deep/*.yaml")});
  fs::create_directories(Path("later/deep"));
  EXPECT_EQ(Next(&watch), News::kMaybe);
  // Made before its folder was watched, or after: one of the two tells.
  folder_.Write("later/deep/a.yaml", "1");
  const News news = watch.Poll();
  EXPECT_TRUE(news == News::kChanged || watch.Rescan());
  while (watch.Poll() != News::kNone) {
  }
  folder_.Write("later/deep/a.yaml", "22");
  EXPECT_EQ(Next(&watch), News::kChanged);
}

TEST_F(FileWatchTest, LinkThatIsSwappedIsSeen) {
  // As Kubernetes mounts a ConfigMap.
  fs::create_directories(Path("v1"));
  fs::create_directories(Path("v2"));
  folder_.Write("v1/a.yaml", "1");
  folder_.Write("v2/a.yaml", "22");
  fs::create_directory_symlink("v1", Path("..data"));
  fs::create_symlink("..data/a.yaml", Path("a.yaml"));
  FileWatch watch({Path("a.yaml")});
  EXPECT_FALSE(watch.Rescan());
  fs::create_directory_symlink("v2", Path("..tmp"));
  fs::rename(Path("..tmp"), Path("..data"));
  EXPECT_EQ(Next(&watch), News::kMaybe);
  EXPECT_TRUE(watch.Rescan());
  EXPECT_FALSE(watch.Rescan());
}

TEST_F(FileWatchTest, FileThatIsBeingWrittenIsReadAtItsEnd) {
  folder_.Write("a.yaml", "1");
  FileWatch watch({Path("a.yaml")});
  std::ofstream file(Path("a.yaml"));
  file << "half" << std::flush;
  EXPECT_EQ(watch.Poll(), News::kNone);
  EXPECT_TRUE(watch.Rescan());  // For those who never close it.
  file << " and whole" << std::flush;
  EXPECT_TRUE(watch.Rescan());
  file.close();
  EXPECT_EQ(Next(&watch), News::kChanged);
}

}  // namespace
}  // namespace presshawk
