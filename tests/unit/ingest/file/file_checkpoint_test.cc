// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/file_checkpoint.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace presshawk {
namespace {

TEST(FileCheckpointTest, WhatIsStoredIsLoaded) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "offset").string();
  FileCheckpoint checkpoint;
  FileProgress& old = checkpoint.files.emplace_back();
  old = {.identity = {},
         .state = FileProgress::State::kDone,
         .packed_size = 80,
         .size = 5000,
         .offset = 4000,
         .lines = 12};
  old.identity.device = 3;
  old.identity.inode = UINT64_MAX;
  old.identity.AddMark(1024, std::string(1024, 'a'));
  old.identity.AddMark(4000, std::string(1000, 'b'));
  checkpoint.files.emplace_back();
  ASSERT_TRUE(StoreFileCheckpoint(path, CheckpointText(checkpoint)).ok());
  const auto loaded = LoadFileCheckpoint(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_TRUE(loaded->has_value());
  EXPECT_FALSE((*loaded)->without_marks);
  ASSERT_EQ((*loaded)->files.size(), 2U);
  EXPECT_EQ((*loaded)->files[0].identity.marks.size(), 2U);
  EXPECT_EQ(CheckpointText(**loaded), CheckpointText(checkpoint));
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

TEST(FileCheckpointTest, NoFileYetIsNotNoCheckpoint) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "offset").string();
  EXPECT_FALSE(LoadFileCheckpoint(path)->has_value());
  ASSERT_TRUE(StoreFileCheckpoint(path, CheckpointText({})).ok());
  const auto loaded = LoadFileCheckpoint(path);
  ASSERT_TRUE(loaded.ok() && loaded->has_value());
  EXPECT_TRUE((*loaded)->files.empty());
}

TEST(FileCheckpointTest, TheFormOfBeforeIsRead) {
  const TemporaryFolder folder;
  const auto loaded = LoadFileCheckpoint(folder.Write(
      "offset", "{\"inode\":7,\"size\":300,\"offset\":200,\"lines\":2}\n"));
  ASSERT_TRUE(loaded.ok() && loaded->has_value());
  EXPECT_TRUE((*loaded)->without_marks);
  ASSERT_EQ((*loaded)->files.size(), 1U);
  EXPECT_EQ((*loaded)->files[0].identity.inode, 7U);
  EXPECT_EQ((*loaded)->files[0].size, 300U);
  EXPECT_EQ((*loaded)->files[0].offset, 200U);
  EXPECT_EQ((*loaded)->files[0].lines, 2U);
}

TEST(FileCheckpointTest, WhatIsDamagedIsAnError) {
  const TemporaryFolder folder;
  const std::string good =
      "{\"device\":1,\"inode\":7,\"packed_size\":0,\"size\":9,\"offset\":9,"
      "\"lines\":1,\"state\":\"reading\",\"marks\":[[9,9,"
      "\"00000000000000ff\"]]}\n";
  ASSERT_TRUE(LoadFileCheckpoint(folder.Write("good", good)).ok());
  for (size_t size = 0; size + 2 < good.size(); ++size) {
    const auto loaded =
        LoadFileCheckpoint(folder.Write("cut", good.substr(0, size)));
    EXPECT_FALSE(loaded.ok()) << size;
  }
  for (const char* text :
       {"nonsense", "{}",
        "{\"device\":1,\"inode\":7,\"packed_size\":0,\"size\":9,\"offset\":9,"
        "\"lines\":1,\"state\":\"resting\",\"marks\":[]}"}) {
    const auto loaded = LoadFileCheckpoint(folder.Write("bad", text));
    ASSERT_FALSE(loaded.ok()) << text;
    EXPECT_NE(loaded.status().message().find("remove it"), std::string::npos);
  }
}

}  // namespace
}  // namespace presshawk
