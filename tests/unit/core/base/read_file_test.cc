// SPDX-License-Identifier: Apache-2.0
#include "core/base/read_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMax = 1UL << 20;

class ReadFileTest : public ::testing::Test {
 protected:
  ReadFileTest()
      : folder_(fs::path(testing::TempDir()) /
                ("read_file." + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~ReadFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ / name; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }

  const fs::path folder_;
};

TEST_F(ReadFileTest, AFileIsReadWholeUpToTheLimit) {
  EXPECT_EQ(*ReadFile(Write("empty", ""), kMax), "");
  const std::string zeros("a\0b\n", 4);
  EXPECT_EQ(*ReadFile(Write("zeros", zeros), kMax), zeros);
  const std::string whole(kMax, 'x');
  EXPECT_EQ(*ReadFile(Write("whole", whole), kMax), whole);
  const auto larger = ReadFile(Write("larger", whole + "x"), kMax);
  EXPECT_EQ(larger.status().code(), absl::StatusCode::kResourceExhausted);
  // The size of these is not known before they are read.
  EXPECT_TRUE(ReadFile("/proc/self/stat", kMax).ok());
  EXPECT_EQ(*ReadFile("/dev/null", kMax), "");
}

TEST_F(ReadFileTest, AByteOrderMarkAtTheBeginIsNoPartOfTheContent) {
  EXPECT_EQ(*ReadFile(Write("mark", "\xEF\xBB\xBFx\xEF\xBB\xBF"), kMax),
            "x\xEF\xBB\xBF");
  EXPECT_EQ(*ReadFile(Write("only", "\xEF\xBB\xBF"), kMax), "");
}

TEST_F(ReadFileTest, WhatIsNoRegularFileIsAnErrorAndIsNotWaitedFor) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  fs::create_symlink(Path("b"), Path("a"));
  fs::create_symlink(Path("a"), Path("b"));
  for (const std::string& path : {Path("fifo"), Path("a"), Path(""),
                                  std::string("/dev/zero"), std::string("/")}) {
    const auto content = ReadFile(path, kMax);
    ASSERT_FALSE(content.ok()) << path;
    EXPECT_EQ(content.status().message().find(path), 0u) << content.status();
  }
  for (const std::string& path : {Path("none"), std::string("/etc/passwd/x")}) {
    EXPECT_EQ(ReadFile(path, kMax).status().code(),
              absl::StatusCode::kNotFound);
  }
}

TEST_F(ReadFileTest, APipeOfTheShellIsReadToItsEnd) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "lists", 5), 5);
  close(ends[1]);
  EXPECT_EQ(*ReadFile("/dev/fd/" + std::to_string(ends[0]), kMax), "lists");
  close(ends[0]);
}

}  // namespace
}  // namespace presshawk
