// SPDX-License-Identifier: Apache-2.0
// A stretch of a topic, from a real broker.
#include "ingest/kafka/consume/topic_range.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/kafka_fixture.h"

namespace presshawk {
namespace {

class TopicRangeTest : public KafkaTest {
 protected:
  // How often each key comes; checks that offsets rise.
  std::map<std::string, int> Keys(absl::Time from, absl::Time to,
                                  const std::function<void()>& meanwhile = {}) {
    auto range = TopicRange::Open(
        {.client = client_, .topic = articles_, .from = from, .to = to},
        &events_);
    EXPECT_TRUE(range.ok()) << range.status();
    std::map<std::string, int> keys;
    std::map<int32_t, int64_t> last;
    std::vector<TopicRecord> records;
    if (meanwhile) {
      meanwhile();
    }
    while (true) {
      const absl::Status status = (*range)->Read(&records);
      EXPECT_TRUE(status.ok()) << status;
      if (!status.ok() || records.empty()) {
        return keys;
      }
      EXPECT_LE(records.size(), 512U);  // What waits stays with the client.
      for (const TopicRecord& record : records) {
        ++keys[std::string(record.key)];
        EXPECT_EQ(record.value, StrCat("value of ", std::string(record.key)));
        const auto [at, is_first] =
            last.try_emplace(record.partition, record.offset);
        EXPECT_TRUE(is_first || at->second < record.offset);
        at->second = record.offset;
      }
    }
  }
};

TEST_F(TopicRangeTest, AllOfATopicIsReadOnceAndWhatComesLaterIsNot) {
  Load(0, 2000);
  const std::map<std::string, int> keys = Keys(
      absl::InfinitePast(), absl::InfiniteFuture(), [&] { Load(2000, 2100); });
  EXPECT_EQ(keys.size(), 2000U);
  for (const auto& [key, count] : keys) {
    EXPECT_EQ(count, 1) << key;
  }
}

TEST_F(TopicRangeTest, TimesCutTheTopic) {
  Load(0, 50);
  // Timestamps count milliseconds: the next one must differ.
  const absl::Time before = absl::Now() + absl::Milliseconds(1);
  ASSERT_TRUE(WaitFor([&] { return absl::Now() > before; }));
  const absl::Time middle = absl::Now();
  Load(50, 80);
  ASSERT_TRUE(WaitFor([&] { return absl::Now() > middle; }));
  EXPECT_EQ(Keys(absl::InfinitePast(), middle).size(), 50U);
  EXPECT_EQ(Keys(middle, absl::InfiniteFuture()).size(), 30U);
  EXPECT_EQ(Keys(absl::Now() + absl::Hours(1), absl::InfiniteFuture()).size(),
            0U);
  EXPECT_EQ(Keys(middle, middle).size(), 0U);
}

TEST_F(TopicRangeTest, AnEmptyTopicEndsAndAMissingOneIsAnError) {
  EXPECT_EQ(Keys(absl::InfinitePast(), absl::InfiniteFuture()).size(), 0U);
  const auto missing =
      TopicRange::Open({.client = client_, .topic = "nowhere"}, &events_);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace presshawk
