// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/line_reader.h"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LineReaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<ByteStream> Open(const std::string& text) {
    path_ = folder_.Write("in", text);
    return *ByteStream::Open(path_);
  }
  void Append(const std::string& text) {
    std::ofstream(path_, std::ios::app) << text;
  }
  // The sizes of what one call gives.
  static std::vector<std::string> Read(LineReader* reader, LineBatch* batch) {
    std::vector<std::string> lines;
    const auto more = reader->ReadBatch(batch);
    EXPECT_TRUE(more.ok()) << more.status();
    for (const Line& line : batch->lines) {
      lines.emplace_back(line.text);
    }
    return lines;
  }

  TemporaryFolder folder_;
  std::string path_;
  LineBatch batch_;
};

TEST_F(LineReaderTest, LastLineWithoutLineFeedEndsWithTheFile) {
  LineReader reader(Open("one\ntwo"), 100);
  EXPECT_THAT(Read(&reader, &batch_), ElementsAre("one"));
  EXPECT_EQ(batch_.lines[0].next(), 4U);
  EXPECT_THAT(Read(&reader, &batch_), ElementsAre("two"));
  EXPECT_EQ(batch_.lines[0].next(), 7U);
  EXPECT_EQ(reader.position().offset, 7U);
  EXPECT_EQ(reader.tail(), "one\ntwo");
}

TEST_F(LineReaderTest, WithFollowALineWaitsForItsLineFeed) {
  LineReader reader(Open("one\ntw"), 100, {}, true);
  EXPECT_THAT(Read(&reader, &batch_), ElementsAre("one"));
  EXPECT_THAT(Read(&reader, &batch_), IsEmpty());
  EXPECT_EQ(reader.position().offset, 4U);
  EXPECT_EQ(reader.read_end(), 6U);
  Append("o\nthr");
  EXPECT_THAT(Read(&reader, &batch_), ElementsAre("two"));
  reader.StopFollowing();
  EXPECT_THAT(Read(&reader, &batch_), ElementsAre("thr"));
  EXPECT_FALSE(batch_.lines[0].ended);
}

TEST_F(LineReaderTest, ALineGivenBeforeItsLineFeedIsGivenAgainOnlyIfItGrew) {
  LineReader same(Open("two\nthree\n"), 100, {0, 1}, true, 3);
  EXPECT_THAT(Read(&same, &batch_), ElementsAre("three"));
  EXPECT_EQ(batch_.lines[0].number, 3U);
  LineReader longer(Open("two and more\n"), 100, {0, 1}, true, 3);
  EXPECT_THAT(Read(&longer, &batch_), ElementsAre("two and more"));
  EXPECT_EQ(batch_.lines[0].number, 2U);
}

// It was once cut into pieces at each place to which it had been written.
TEST_F(LineReaderTest, WithFollowATooLongLineIsOneHoweverItIsWritten) {
  const std::string part(3UL << 20, 'a');
  LineReader reader(Open(part), 1000, {}, true);
  EXPECT_THAT(Read(&reader, &batch_), IsEmpty());
  Append(part);
  EXPECT_THAT(Read(&reader, &batch_), IsEmpty());
  Append("\nnext\n");
  std::vector<Line> lines;
  for (int i = 0; i < 3; ++i) {
    Read(&reader, &batch_);
    lines.insert(lines.end(), batch_.lines.begin(), batch_.lines.end());
    if (i == 0) {
      ASSERT_EQ(lines.size(), 1U);
      EXPECT_TRUE(lines[0].truncated);
      EXPECT_EQ(lines[0].size_bytes, 2 * part.size());
    }
  }
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].offset, 2 * part.size() + 1);
  EXPECT_EQ(lines[1].size_bytes, 4U);
  EXPECT_EQ(reader.position().offset, 2 * part.size() + 6);
}

}  // namespace
}  // namespace presshawk
