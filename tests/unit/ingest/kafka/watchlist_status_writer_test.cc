// SPDX-License-Identifier: Apache-2.0
// Statuses through a mock broker, which can be taken down.
#include "ingest/kafka/produce/watchlist_status_writer.h"

#include <map>

#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "tests/support/topic_reader.h"

namespace presshawk {
namespace {

class WatchlistStatusWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto broker = EmbeddedBroker::Start();
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
    ASSERT_TRUE(broker_->CreateTopic("statuses", 1).ok());
    client_.properties["bootstrap.servers"] = broker_->bootstrap_servers();
    auto producer = KafkaProducer::Create(client_, &events_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
  }
  std::optional<std::string> StatusOf(const std::string& id)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    const auto at = statuses_.find(id);
    return at == statuses_.end() ? std::nullopt
                                 : std::optional<std::string>(at->second);
  }
  void SetStatus(const std::string& id, const std::string& status)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    statuses_[id] = status;
  }
  std::unique_ptr<WatchlistStatusWriter> MakeWriter() {
    return std::make_unique<WatchlistStatusWriter>(
        producer_.get(), "statuses",
        [this](const std::string& id) { return StatusOf(id); },
        [this] { return forgotten_; }, &events_);
  }
  // What the topic says of each id; absent: null.
  std::map<std::string, std::string> Written(size_t* records) {
    auto read = ReadTopic(broker_->bootstrap_servers(), "statuses");
    EXPECT_TRUE(read.ok());
    std::map<std::string, std::string> last;
    for (const ReadRecord& record : *read) {
      if (record.has_value) {
        last[record.key] = record.value;
      } else {
        last.erase(record.key);
      }
    }
    *records = read->size();
    return last;
  }

  KafkaEvents events_;
  KafkaClientOptions client_;
  std::unique_ptr<EmbeddedBroker> broker_;
  Mutex mutex_;
  std::map<std::string, std::string> statuses_ ABSL_GUARDED_BY(mutex_);
  absl::StatusOr<std::vector<std::string>> forgotten_ =
      std::vector<std::string>();
  std::unique_ptr<WatchlistStatusWriter> writer_;
  std::unique_ptr<KafkaProducer> producer_;  // Goes before the writer.
};

TEST_F(WatchlistStatusWriterTest, EachListIsWrittenAsItIsAndADeletedOneAsNull) {
  writer_ = MakeWriter();
  SetStatus("a", "active");
  writer_->Write({"a", "gone"});
  writer_->Flush(absl::Now() + absl::Minutes(1));
  SetStatus("a", "stale");
  writer_->Write({"a"});
  writer_->Flush(absl::Now() + absl::Minutes(1));
  size_t records = 0;
  EXPECT_EQ(Written(&records),
            (std::map<std::string, std::string>{{"a", "stale"}}));
  EXPECT_EQ(records, 3U);
  EXPECT_EQ(writer_->pending(), 0U);
}

TEST_F(WatchlistStatusWriterTest, WhatWasDeletedBeforeTheStartBecomesNull) {
  SetStatus("a", "active");
  SetStatus("b", "active");
  writer_ = MakeWriter();
  writer_->Write({"a", "b"});
  writer_->Flush(absl::Now() + absl::Minutes(1));
  writer_ = nullptr;
  {
    MutexLock lock(&mutex_);
    statuses_.erase("b");
  }
  forgotten_ = std::vector<std::string>{"b"};
  writer_ = MakeWriter();
  writer_->Write({"a"});
  writer_->Flush(absl::Now() + absl::Minutes(1));
  size_t records = 0;
  EXPECT_EQ(Written(&records),
            (std::map<std::string, std::string>{{"a", "active"}}));
}

TEST_F(WatchlistStatusWriterTest, ATopicThatCannotBeReadIsWrittenAllTheSame) {
  forgotten_ = absl::UnavailableError("no answer");
  SetStatus("a", "active");
  writer_ = MakeWriter();
  writer_->Write({"a"});
  writer_->Flush(absl::Now() + absl::Minutes(1));
  size_t records = 0;
  EXPECT_EQ(Written(&records).size(), 1U);
}

TEST_F(WatchlistStatusWriterTest, WhileTheBrokerIsDownChangesAreKeptOnceAnId) {
  broker_->SetBrokerDown(true);
  writer_ = MakeWriter();
  std::vector<std::string> ids;
  for (int i = 0; i < 2000; ++i) {
    ids.push_back(StrCat("id", i));
  }
  for (int round = 0; round < 5; ++round) {
    for (const std::string& id : ids) {
      SetStatus(id, StrCat("status ", round));
    }
    writer_->Write(ids);
  }
  // The alerts' producer is not filled by them.
  EXPECT_LE(producer_->unacknowledged(), WatchlistStatusWriter::kWindow);
  broker_->SetBrokerDown(false);
  writer_->Flush(absl::Now() + absl::Minutes(1));
  size_t records = 0;
  const auto written = Written(&records);
  EXPECT_EQ(written.size(), 2000U);
  for (const auto& [id, status] : written) {
    EXPECT_EQ(status, "status 4") << id;
  }
  EXPECT_LE(records, 2000 + WatchlistStatusWriter::kWindow);
}

}  // namespace
}  // namespace presshawk
