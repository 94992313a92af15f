// SPDX-License-Identifier: Apache-2.0
#include "ingest/file/rotated_name.h"

#include <algorithm>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAreArray;

TEST(RotatedNameTest, NamesOfEveryToolAreKnown) {
  for (const char* name :
       {"in.ndjson.1", "in.ndjson.12.gz", "in.1.ndjson", "in.1.ndjson.zst",
        "in.1", "in.ndjson-20260102", "in.ndjson-20260102.gz",
        "in-2026-01-02.ndjson", "in-2026-01-02T03-04-05.678.ndjson",
        "in.ndjson.2026-01-02_03", "in-2026-01-02-1.ndjson.gz"}) {
    EXPECT_TRUE(RotatedName::Parse(name, "in.ndjson").has_value()) << name;
  }
  EXPECT_TRUE(RotatedName::Parse("log.1", "log").has_value());
  EXPECT_TRUE(RotatedName::Parse("in.ndjson.gz.1", "in.ndjson.gz").has_value());
}

TEST(RotatedNameTest, OtherNamesAreNone) {
  for (const char* name :
       {"in.ndjson", "in.ndjson.bak", "in.ndjson.presshawk-offset",
        "in.ndjson.1.tmp", "in2.ndjson", "in-old.ndjson", "inbox.ndjson.1",
        "in.ndjson1", "in.ndjson.", "in.ndjson.99999999999999999999999"}) {
    EXPECT_FALSE(RotatedName::Parse(name, "in.ndjson").has_value()) << name;
  }
}

TEST(RotatedNameTest, CountsFallAndDatesRiseTowardsTheNewest) {
  const std::vector<std::string> sorted = {
      "in.ndjson.10.gz",        "in.ndjson.9",
      "in.ndjson.2.gz",         "in.ndjson.1",
      "in-2025-12-31.ndjson",   "in-2026-01-01-9.ndjson",
      "in-2026-01-01-10.ndjson"};
  std::vector<std::string> names = sorted;
  std::shuffle(names.begin(), names.end(), std::mt19937(1));
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
    return IsOlder(*RotatedName::Parse(a, "in.ndjson"),
                   *RotatedName::Parse(b, "in.ndjson"));
  });
  EXPECT_THAT(names, ElementsAreArray(sorted));
}

}  // namespace
}  // namespace presshawk
