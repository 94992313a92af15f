// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kafka_fixture.h"

#include <iostream>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool Forever() { return true; }

}  // namespace

std::unique_ptr<RealBroker> KafkaTest::broker_;

void KafkaTest::SetUpTestSuite() {
  if (RealBroker::SkippedByEnvironment()) {
    GTEST_SKIP() << "PRESSHAWK_SKIP_KAFKA=1";
  }
  auto broker = RealBroker::Start({});
  ASSERT_TRUE(broker.ok()) << broker.status().message();
  broker_ = *std::move(broker);
}

void KafkaTest::TearDownTestSuite() { broker_.reset(); }

void KafkaTest::SetUp() {
  if (broker_ == nullptr) {
    if (RealBroker::SkippedByEnvironment()) {
      GTEST_SKIP() << "PRESSHAWK_SKIP_KAFKA=1";
    }
    FAIL() << "there is no broker";
  }
  if (!broker_->running()) {
    ASSERT_TRUE(broker_->Restart().ok());
  }
  const std::string name =
      ::testing::UnitTest::GetInstance()->current_test_info()->name();
  articles_ = StrCat(name, ".articles");
  alerts_ = StrCat(name, ".alerts");
  dead_ = StrCat(name, ".dead");
  group_ = StrCat(name, ".group");
  client_.properties["bootstrap.servers"] = broker_->bootstrap_servers();
  const absl::Status created =
      CreateTopics(client_,
                   {{.name = articles_, .partitions = 4},
                    {.name = alerts_, .partitions = 2},
                    {.name = dead_}},
                   absl::Seconds(30), &events_);
  ASSERT_TRUE(created.ok()) << created;
  auto producer = KafkaProducer::Create(client_, &events_);
  ASSERT_TRUE(producer.ok()) << producer.status();
  producer_ = *std::move(producer);
  dead_letter_sink_ =
      std::make_unique<KafkaDeadLetterSink>(producer_.get(), dead_);
  alert_sink_ =
      std::make_unique<KafkaAlertSink>(producer_.get(), alerts_, group_);
}

void KafkaTest::TearDown() {
  producer_.reset();
  if (HasFailure()) {
    MutexLock lock(&log_mutex_);
    for (const std::string& line : log_) {
      std::cerr << line << "\n";
    }
  }
}

void KafkaTest::Log(KafkaLogLevel level, std::string_view text) {
  if (level == KafkaLogLevel::kDebug) {
    return;
  }
  MutexLock lock(&log_mutex_);
  log_.push_back(StrCat(
      absl::FormatTime("%H:%M:%E3S ", absl::Now(), absl::UTCTimeZone()), text));
}

std::string KafkaTest::Describe(const Member& member) {
  const absl::Status ready = member.source->Ready();
  const KafkaCommitCounts commits = member.source->commits();
  std::string text =
      StrCat("ready: ", std::string(ready.ok() ? "yes" : ready.message()), "; ",
             commits.repeats, " commits repeated, ", commits.overdue,
             " overdue; ", member.worker->messages(), " messages, ",
             member.tracker.counts().resolved(), " resolved, ",
             member.tracker.in_flight(), " in flight; committed:");
  const auto offsets =
      CommittedOffsets(broker_->bootstrap_servers(), group_, articles_);
  if (!offsets.ok()) {
    return StrCat(text, " ", std::string(offsets.status().message()));
  }
  for (const auto& [partition, offset] : *offsets) {
    StrAppend(&text, " ", partition, "=", offset);
  }
  return text;
}

std::unique_ptr<KafkaTest::Member> KafkaTest::Join(KafkaPropertyMap consumer) {
  auto member = std::make_unique<Member>();
  KafkaClientOptions client = client_;
  client.consumer = std::move(consumer);
  auto source =
      KafkaSource::Create({.client = client,
                           .topics = {articles_},
                           .group = group_,
                           .commit_interval = absl::Milliseconds(100)},
                          &member->tracker, &events_);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!source.ok()) {
    return nullptr;
  }
  member->source = *std::move(source);
  member->worker =
      std::make_unique<EchoWorker>(member->source.get(), &member->tracker,
                                   alert_sink_.get(), dead_letter_sink_.get());
  return member;
}

void KafkaTest::Load(int from, int to) {
  ArticleLoader loader(producer_.get(), articles_);
  for (int i = from; i < to; ++i) {
    const std::string key = StrCat("k", i);
    ASSERT_TRUE(loader.Load(key, StrCat("value of ", key), Forever));
  }
  loader.Flush(absl::Now() + absl::Minutes(2));
  ASSERT_EQ(loader.loaded(), static_cast<uint64_t>(to - from));
}

void KafkaTest::LoadOne(const std::string& key, const std::string& value) {
  ArticleLoader loader(producer_.get(), articles_);
  ASSERT_TRUE(loader.Load(key, value, Forever));
  loader.Flush(absl::Now() + absl::Minutes(2));
  ASSERT_EQ(loader.loaded(), 1U);
}

bool KafkaTest::WaitFor(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Minutes(2);
  while (!condition()) {
    if (absl::Now() > deadline) {
      return false;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

bool KafkaTest::WaitForAlerts(size_t count) {
  return WaitFor([&] { return Read(alerts_).size() >= count; });
}

std::vector<ReadRecord> KafkaTest::Read(const std::string& topic) {
  auto records = ReadTopic(broker_->bootstrap_servers(), topic);
  EXPECT_TRUE(records.ok()) << records.status();
  return records.ok() ? *records : std::vector<ReadRecord>();
}

std::map<std::string, int> KafkaTest::AlertCounts() {
  std::map<std::string, int> counts;
  for (const ReadRecord& alert : Read(alerts_)) {
    ++counts[alert.headers.at("ce_id")];
    EXPECT_EQ(alert.value, StrCat("value of ", alert.headers.at("ce_id")));
  }
  return counts;
}

absl::StatusOr<int64_t> KafkaTest::AskCommittedSum() {
  const auto offsets =
      CommittedOffsets(broker_->bootstrap_servers(), group_, articles_);
  if (!offsets.ok()) {
    return offsets.status();
  }
  int64_t sum = 0;
  for (const auto& [partition, offset] : *offsets) {
    sum += offset;
  }
  return sum;
}

int64_t KafkaTest::CommittedSum() {
  const absl::StatusOr<int64_t> sum = AskCommittedSum();
  EXPECT_TRUE(sum.ok()) << sum.status();
  return sum.value_or(0);
}

bool KafkaTest::WaitForCommitted(int64_t sum) {
  return WaitFor([&] {
    const absl::StatusOr<int64_t> committed = AskCommittedSum();
    return committed.ok() && *committed == sum;
  });
}

}  // namespace presshawk
