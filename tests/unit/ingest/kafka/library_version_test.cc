// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/library_version.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(LibraryVersionTest, AnOlderOneIsNamedWithItsPath) {
  EXPECT_EQ(
      JudgeKafkaLibrary(0x020e02ff, 0x020002ff, "/lib/librdkafka.so.1")
          .message(),
      "built for librdkafka 2.14.2, found 2.0.2 at /lib/librdkafka.so.1: "
      "install that version or a newer one, or the presshawk package, which "
      "has it inside");
}

TEST(LibraryVersionTest, CorrectionsOfTheSameReleaseAndNewerOnesAreGood) {
  EXPECT_TRUE(JudgeKafkaLibrary(0x020e02ff, 0x020e02ff, "x").ok());
  EXPECT_TRUE(JudgeKafkaLibrary(0x020e02ff, 0x020e00ff, "x").ok());
  EXPECT_TRUE(JudgeKafkaLibrary(0x020e02ff, 0x020f00ff, "x").ok());
  EXPECT_TRUE(JudgeKafkaLibrary(0x020e02ff, 0x030000ff, "x").ok());
  EXPECT_FALSE(JudgeKafkaLibrary(0x030000ff, 0x020fffff, "x").ok());
}

TEST(LibraryVersionTest, OursIsGood) { EXPECT_TRUE(CheckKafkaLibrary().ok()); }

}  // namespace
}  // namespace presshawk
