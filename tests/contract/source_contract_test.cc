// SPDX-License-Identifier: Apache-2.0
// What every Source promises (core/stream/source.h), asked of each.
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/file/file_source.h"
#include "ingest/kafka/consume/kafka_source.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "ingest/kafka/produce/article_loader.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

using ::testing::ElementsAreArray;

bool Forever() { return true; }

// A place where messages come from, and the sources on it.
class Origin {
 public:
  virtual ~Origin() = default;
  virtual void Append(const std::vector<std::string>& payloads) = 0;
  virtual std::unique_ptr<Source> Open(OffsetTracker* tracker) = 0;
};

class FileOrigin : public Origin {
 public:
  void Append(const std::vector<std::string>& payloads) override {
    std::ofstream file(Path(), std::ios::app | std::ios::binary);
    for (const std::string& payload : payloads) {
      file << payload << '\n';
    }
  }
  std::unique_ptr<Source> Open(OffsetTracker* tracker) override {
    FileReading reading;
    reading.files = WithCheckpoints({Path().string()}, "");
    reading.follow = true;
    reading.line_bytes_max = 1UL << 20;
    reading.commit_interval = absl::ZeroDuration();
    return std::make_unique<FileSource>(std::move(reading), tracker);
  }

 private:
  std::filesystem::path Path() const { return folder_.path() / "articles"; }
  TemporaryFolder folder_;
};

class KafkaOrigin : public Origin {
 public:
  KafkaOrigin() : broker_(*EmbeddedBroker::Start()) {
    EXPECT_TRUE(broker_->CreateTopic("articles", 1).ok());
    client_.properties["bootstrap.servers"] = broker_->bootstrap_servers();
    producer_ = *KafkaProducer::Create(client_, &events_);
  }
  void Append(const std::vector<std::string>& payloads) override {
    ArticleLoader loader(producer_.get(), "articles");
    for (const std::string& payload : payloads) {
      ASSERT_TRUE(loader.Load("key", payload, Forever));
    }
    loader.Flush(absl::Now() + absl::Minutes(1));
  }
  std::unique_ptr<Source> Open(OffsetTracker* tracker) override {
    auto source = KafkaSource::Create({.client = client_,
                                       .topics = {"articles"},
                                       .group = "desk",
                                       .commit_interval = absl::ZeroDuration()},
                                      tracker, &events_);
    EXPECT_TRUE(source.ok()) << source.status();
    return source.ok() ? *std::move(source) : nullptr;
  }

 private:
  KafkaEvents events_;
  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaClientOptions client_;
  std::unique_ptr<KafkaProducer> producer_;
};

struct Kind {
  const char* name;
  std::unique_ptr<Origin> (*make)();
};

std::vector<std::string> Payloads(size_t from, size_t to) {
  std::vector<std::string> payloads;
  for (size_t i = from; i < to; ++i) {
    payloads.push_back(StrCat("{\"title\":\"number ", i, "\"}"));
  }
  return payloads;
}

class SourceContractTest : public ::testing::TestWithParam<Kind> {
 protected:
  SourceContractTest() : origin_(GetParam().make()) {}

  using Batches = std::vector<std::shared_ptr<InFlightBatch>>;

  // Polls until `count` messages came; admitted, unresolved.
  static Batches Take(Source* source, OffsetTracker* tracker, size_t count) {
    Batches batches;
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    for (size_t taken = 0; taken < count && absl::Now() < deadline;) {
      auto batch = source->Poll(absl::Milliseconds(100));
      EXPECT_TRUE(batch.ok()) << batch.status();
      if (*batch != nullptr) {
        taken += (*batch)->messages().size();
        batches.push_back(
            std::make_shared<InFlightBatch>(*std::move(batch), tracker));
      }
    }
    return batches;
  }
  static std::vector<std::string> PayloadsOf(const Batches& batches) {
    std::vector<std::string> payloads;
    for (const auto& batch : batches) {
      for (const Message& message : batch->batch().messages()) {
        payloads.emplace_back(message.payload);
      }
    }
    return payloads;
  }
  // Resolves the first `count` messages.
  static void Resolve(const Batches& batches, size_t count) {
    for (const auto& batch : batches) {
      for (uint32_t i = 0; i < batch->batch().messages().size() && count > 0;
           ++i, --count) {
        batch->Resolve(i);
      }
    }
  }

  const std::unique_ptr<Origin> origin_;
};

TEST_P(SourceContractTest, GivesEveryMessageOnceInOrderWithItsPlace) {
  origin_->Append(Payloads(0, 100));
  OffsetTracker tracker;
  const auto source = origin_->Open(&tracker);
  const Batches batches = Take(source.get(), &tracker, 100);
  EXPECT_THAT(PayloadsOf(batches), ElementsAreArray(Payloads(0, 100)));
  int64_t expected = 0;
  for (const auto& batch : batches) {
    uint64_t bytes = 0;
    for (const Message& message : batch->batch().messages()) {
      EXPECT_EQ(message.offset, expected);
      EXPECT_GT(message.next, message.offset);
      expected = message.next;
      EXPECT_FALSE(message.source.empty());
      bytes += message.payload.size();
    }
    EXPECT_EQ(batch->batch().bytes(), bytes);
  }
  EXPECT_TRUE(source->Ready().ok());
  Resolve(batches, 100);
  EXPECT_TRUE(source->Close().ok());
}

TEST_P(SourceContractTest, WhatWasResolvedDoesNotComeAgain) {
  origin_->Append(Payloads(0, 50));
  {
    OffsetTracker tracker;
    const auto source = origin_->Open(&tracker);
    const Batches batches = Take(source.get(), &tracker, 50);
    Resolve(batches, 50);
    EXPECT_TRUE(source->Close().ok());
  }
  origin_->Append(Payloads(50, 60));
  OffsetTracker tracker;
  const auto source = origin_->Open(&tracker);
  const Batches batches = Take(source.get(), &tracker, 10);
  EXPECT_THAT(PayloadsOf(batches), ElementsAreArray(Payloads(50, 60)));
  Resolve(batches, 10);
  EXPECT_TRUE(source->Close().ok());
}

TEST_P(SourceContractTest, WhatWasNotResolvedComesAgain) {
  origin_->Append(Payloads(0, 50));
  {
    OffsetTracker tracker;
    const auto source = origin_->Open(&tracker);
    const Batches batches = Take(source.get(), &tracker, 50);
    Resolve(batches, 20);
    EXPECT_TRUE(source->Close().ok());
    EXPECT_EQ(tracker.counts().abandoned, 30U);
  }
  OffsetTracker tracker;
  const auto source = origin_->Open(&tracker);
  const Batches batches = Take(source.get(), &tracker, 30);
  EXPECT_THAT(PayloadsOf(batches), ElementsAreArray(Payloads(20, 50)));
  Resolve(batches, 30);
  EXPECT_TRUE(source->Close().ok());
}

TEST_P(SourceContractTest, ALaterMessageIsNotCommittedPastAnEarlierOne) {
  origin_->Append(Payloads(0, 10));
  {
    OffsetTracker tracker;
    const auto source = origin_->Open(&tracker);
    const Batches batches = Take(source.get(), &tracker, 10);
    // All but the first.
    size_t seen = 0;
    for (const auto& batch : batches) {
      for (uint32_t i = 0; i < batch->batch().messages().size(); ++i) {
        if (seen++ > 0) {
          batch->Resolve(i);
        }
      }
    }
    EXPECT_TRUE(source->Close().ok());
  }
  OffsetTracker tracker;
  const auto source = origin_->Open(&tracker);
  const Batches batches = Take(source.get(), &tracker, 10);
  EXPECT_THAT(PayloadsOf(batches), ElementsAreArray(Payloads(0, 10)));
}

TEST_P(SourceContractTest, WaitsForWhatComesLater) {
  origin_->Append(Payloads(0, 1));
  OffsetTracker tracker;
  const auto source = origin_->Open(&tracker);
  const Batches first = Take(source.get(), &tracker, 1);
  auto none = source->Poll(absl::Milliseconds(10));
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(*none, nullptr);
  EXPECT_FALSE(source->exhausted());
  origin_->Append(Payloads(1, 3));
  EXPECT_THAT(PayloadsOf(Take(source.get(), &tracker, 2)),
              ElementsAreArray(Payloads(1, 3)));
}

TEST_P(SourceContractTest, ABatchOutlivesItsSource) {
  origin_->Append(Payloads(0, 5));
  OffsetTracker tracker;
  auto source = origin_->Open(&tracker);
  const Batches batches = Take(source.get(), &tracker, 5);
  EXPECT_TRUE(source->Close().ok());
  source.reset();
  EXPECT_THAT(PayloadsOf(batches), ElementsAreArray(Payloads(0, 5)));
  Resolve(batches, 5);
}

INSTANTIATE_TEST_SUITE_P(
    Sources, SourceContractTest,
    ::testing::Values(Kind{"file",
                           []() -> std::unique_ptr<Origin> {
                             return std::make_unique<FileOrigin>();
                           }},
                      Kind{"kafka",
                           []() -> std::unique_ptr<Origin> {
                             return std::make_unique<KafkaOrigin>();
                           }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace presshawk
