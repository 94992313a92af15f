// SPDX-License-Identifier: Apache-2.0
#include "core/base/file_identity.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

class FileIdentityTest : public ::testing::Test {
 protected:
  FileIdentityTest()
      : folder_(fs::path(testing::TempDir()) /
                ("file_identity." + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "sub");
    std::ofstream(folder_ / "a") << "a";
  }
  ~FileIdentityTest() override { fs::remove_all(folder_); }
  std::string Path(const std::string& name) const { return folder_ / name; }

  const fs::path folder_;
};

TEST_F(FileIdentityTest, SpellingsAndLinksOfAFileAreTheFile) {
  fs::create_symlink(Path("a"), Path("link"));
  fs::create_hard_link(Path("a"), Path("hard"));
  std::ofstream(Path("b")) << "a";
  const auto a = IdentifyFile(Path("a"));
  ASSERT_TRUE(a.has_value());
  for (const char* name : {"./a", "sub/../a", "link", "hard"}) {
    EXPECT_EQ(IdentifyFile(Path(name)), a) << name;
  }
  EXPECT_NE(IdentifyFile(Path("b")), a);
  EXPECT_NE(IdentifyFile(Path("sub")), a);
}

TEST_F(FileIdentityTest, AFileThatIsNotThereYetIsItsFolderAndName) {
  fs::create_directory_symlink(Path("sub"), Path("folder-link"));
  fs::create_symlink("sub/new", Path("dangling"));
  const auto missing = IdentifyFile(Path("sub/new"));
  ASSERT_TRUE(missing.has_value());
  EXPECT_EQ(IdentifyFile(Path("sub/./new")), missing);
  EXPECT_EQ(IdentifyFile(Path("folder-link/new")), missing);
  EXPECT_EQ(IdentifyFile(Path("dangling")), missing);
  EXPECT_NE(IdentifyFile(Path("new")), missing);
  EXPECT_NE(IdentifyFile(Path("sub/other")), missing);
}

TEST_F(FileIdentityTest, DevicesPipesAndMissingFoldersAreNobodysAlone) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const std::string& path : {std::string("/dev/null"), Path("pipe"),
                                  Path("no/such/folder"), std::string()}) {
    EXPECT_FALSE(IdentifyFile(path).has_value()) << path;
  }
}

TEST_F(FileIdentityTest, TheFirstUseIsFound) {
  FileUses uses;
  uses.Add("the source", Path("a"));
  uses.Add("the mapping", Path("sub/../a"));
  uses.Add("nothing", "");
  ASSERT_NE(uses.Find(Path("./a")), nullptr);
  EXPECT_EQ(uses.Find(Path("./a"))->what, "the source");
  EXPECT_EQ(uses.Find(Path("b")), nullptr);
  EXPECT_EQ(uses.Find(""), nullptr);
}

}  // namespace
}  // namespace presshawk
