// SPDX-License-Identifier: Apache-2.0
// The topic of watch-lists, from a real broker: what compaction, restarts and
// administrators do to it.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/lists/watchlist_topic_reader.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/topic_admin.h"
#include "tests/support/topic_writer.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class WatchlistTopicTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) {
      topic_ = StrCat(articles_, ".lists");
      MakeTopic(2);
      writer_ = std::make_unique<TopicWriter>(producer_.get(), topic_);
    }
  }
  void TearDown() override {
    reader_.reset();
    KafkaTest::TearDown();
  }
  void MakeTopic(int partitions) {
    ASSERT_TRUE(WaitFor([&] {
      return CreateTopics(client_,
                          {{.name = topic_,
                            .partitions = partitions,
                            .config = {{"cleanup.policy", "compact"}}}},
                          absl::Seconds(30), &events_)
          .ok();
    }));
  }
  void StartReader(absl::Duration check_interval = absl::Milliseconds(500)) {
    reader_ = WatchlistTopicReader::Start(
        {.client = client_, .topic = topic_, .check_interval = check_interval},
        &events_, [] {});
  }
  // Applies what came.
  void Take() {
    WatchlistTopicReader::Batch batch = reader_->Take();
    complete_ = batch.complete;
    for (WatchlistChange& change : batch.changes) {
      if (change.definition.has_value()) {
        lists_[change.id] = *change.definition;
      } else {
        lists_.erase(change.id);
      }
    }
  }
  bool WaitUntil(const std::function<bool()>& condition) {
    return WaitFor([&] {
      Take();
      return condition();
    });
  }
  bool WaitForLists(const std::map<std::string, std::string>& lists) {
    const bool same = WaitUntil([&] { return lists_ == lists; });
    EXPECT_EQ(lists_, lists);
    return same;
  }

  std::string topic_;
  std::unique_ptr<TopicWriter> writer_;
  std::unique_ptr<WatchlistTopicReader> reader_;
  std::map<std::string, std::string> lists_;
  bool complete_ = false;
};

TEST_F(WatchlistTopicTest, IsReadToItsEndAndFollowed) {
  writer_->Write("a", "1");
  writer_->Write("b", "1");
  writer_->Write("a", "2");
  writer_->Write("c", "1");
  writer_->Write("c", std::nullopt);
  writer_->Write("no id!", "x");
  writer_->Flush();
  StartReader();
  ASSERT_TRUE(WaitUntil([&] { return complete_; }));
  EXPECT_THAT(lists_, ElementsAre(Pair("a", "2"), Pair("b", "1")));
  EXPECT_EQ(reader_->status().records, 6U);
  EXPECT_EQ(reader_->status().rejected, 1U);
  EXPECT_THAT(reader_->status().problem, IsEmpty());
  writer_->Write("a", std::nullopt);
  writer_->Write("d", "1");
  writer_->Flush();
  EXPECT_TRUE(WaitForLists({{"b", "1"}, {"d", "1"}}));
}

TEST_F(WatchlistTopicTest, WhatNobodyTakesIsReadNoFurtherThanItsLimit) {
  constexpr size_t kRecords = 40;
  const std::string definition(900'000, 'x');
  std::vector<std::string> written;
  for (size_t i = 0; i < kRecords; ++i) {
    written.push_back(StrCat("list", i));
    writer_->Write(written.back(), definition);
  }
  writer_->Flush();
  StartReader();
  // The one that does not fit any more is read and waits.
  constexpr size_t kFit =
      WatchlistTopicReader::kPendingBytesMax / (900'000 + 200);
  ASSERT_TRUE(WaitFor([&] { return reader_->status().records == kFit + 1; }));
  std::multiset<std::string> taken;
  const auto take = [&] {
    const WatchlistTopicReader::Batch batch = reader_->Take();
    EXPECT_LE(batch.changes.size(), kFit);
    for (const WatchlistChange& change : batch.changes) {
      taken.insert(change.id);
    }
    return batch.complete;
  };
  ASSERT_TRUE(WaitFor(take));
  EXPECT_TRUE(WaitFor([&] {
    take();
    return taken.size() >= kRecords;
  })) << reader_->status().records
      << " records were read";
  EXPECT_THAT(taken, ::testing::UnorderedElementsAreArray(written));
}

TEST_F(WatchlistTopicTest, EmptyTopicIsCompleteAndMissingOneIsAwaited) {
  StartReader();
  ASSERT_TRUE(WaitUntil([&] { return complete_; }));
  EXPECT_THAT(lists_, IsEmpty());
  reader_.reset();
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), topic_).ok());
  complete_ = false;
  StartReader();
  ASSERT_TRUE(WaitUntil([&] { return !reader_->status().problem.empty(); }));
  EXPECT_THAT(reader_->status().problem,
              ::testing::AllOf(HasSubstr(topic_), HasSubstr("does not exist")));
  EXPECT_FALSE(complete_);
  MakeTopic(1);
  ASSERT_TRUE(WaitUntil([&] { return complete_; }));
  EXPECT_THAT(reader_->status().problem, IsEmpty());
}

TEST_F(WatchlistTopicTest, BrokerThatDiesAndComesBackLosesNothing) {
  writer_->Write("a", "1");
  writer_->Flush();
  StartReader();
  ASSERT_TRUE(WaitForLists({{"a", "1"}}));
  broker().Kill();
  ASSERT_TRUE(broker().Restart().ok());
  writer_->Write("a", std::nullopt);
  writer_->Write("b", "2");
  writer_->Flush();
  EXPECT_TRUE(WaitForLists({{"b", "2"}}));
}

TEST_F(WatchlistTopicTest, TopicMadeAnewIsReadAgainAndWhatItLacksIsGone) {
  for (const char* id : {"a", "b", "c"}) {
    writer_->Write(id, "old");
  }
  writer_->Flush();
  StartReader();
  ASSERT_TRUE(WaitForLists({{"a", "old"}, {"b", "old"}, {"c", "old"}}));
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), topic_).ok());
  // While it does not exist everything stays.
  ASSERT_TRUE(WaitUntil([&] { return !reader_->status().problem.empty(); }));
  EXPECT_EQ(lists_.size(), 3U);
  MakeTopic(3);
  // More than it had before: no offset shows that it is another one.
  for (int i = 0; i < 50; ++i) {
    writer_->Write("b", StrCat("new", i));
  }
  writer_->Write("d", "new");
  writer_->Flush();
  EXPECT_TRUE(WaitForLists({{"b", "new49"}, {"d", "new"}}));
}

// So soon that no look at the topic finds it gone.
TEST_F(WatchlistTopicTest, TopicMadeAnewAtOnceWithFewerPartitionsIsReadAgain) {
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    writer_->Write(id, "old");
  }
  writer_->Flush();
  StartReader(absl::Seconds(3));
  ASSERT_TRUE(WaitUntil([&] { return lists_.size() == 5; }));
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), topic_).ok());
  MakeTopic(1);
  auto producer = KafkaProducer::Create(client_, &events_);
  ASSERT_TRUE(producer.ok()) << producer.status();
  TopicWriter writer(producer->get(), topic_);
  writer.Write("b", "new");
  writer.Flush();
  EXPECT_TRUE(WaitForLists({{"b", "new"}}));
  writer.Write("b", std::nullopt);
  writer.Write("f", "new");
  writer.Flush();
  EXPECT_TRUE(WaitForLists({{"f", "new"}}));
}

TEST_F(WatchlistTopicTest, WhatIsCutOffAtTheBeginIsGone) {
  ASSERT_TRUE(DeleteTopic(broker().bootstrap_servers(), topic_).ok());
  topic_ += ".deleted";
  ASSERT_TRUE(
      CreateTopics(client_, {{.name = topic_}}, absl::Seconds(30), &events_)
          .ok());
  writer_ = std::make_unique<TopicWriter>(producer_.get(), topic_);
  writer_->Write("a", "1");
  writer_->Write("b", "1");
  writer_->Write("c", "1");
  writer_->Write(std::nullopt, "a compacted topic would not take this");
  writer_->Flush();
  StartReader();
  ASSERT_TRUE(WaitForLists({{"a", "1"}, {"b", "1"}, {"c", "1"}}));
  EXPECT_TRUE(WaitUntil([&] { return reader_->status().rejected == 1; }));
  ASSERT_TRUE(
      DeleteRecordsBefore(broker().bootstrap_servers(), topic_, 0, 2).ok());
  EXPECT_TRUE(WaitForLists({{"c", "1"}}));
  EXPECT_EQ(reader_->status().readings, 1U);
}

TEST_F(WatchlistTopicTest, ReaderThatNobodyTakesFromStaysWithinItsBounds) {
  const std::string large(100'000, 'x');
  for (int i = 0; i < 400; ++i) {  // 40 MB, over twice the bound.
    writer_->Write(StrCat("id", i % 200), large);
  }
  writer_->Write("last", "1");
  writer_->Flush();
  StartReader();
  ASSERT_TRUE(WaitFor([&] { return reader_->status().records > 150; }));
  size_t taken = 0;
  ASSERT_TRUE(WaitFor([&] {
    const WatchlistTopicReader::Batch batch = reader_->Take();
    size_t bytes = 0;
    for (const WatchlistChange& change : batch.changes) {
      bytes += change.definition.value_or("").size();
    }
    EXPECT_LE(bytes, WatchlistTopicReader::kPendingBytesMax);
    taken += batch.changes.size();
    return batch.complete;
  }));
  EXPECT_EQ(taken, 401U);
}

}  // namespace
}  // namespace presshawk
