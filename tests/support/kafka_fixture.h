// SPDX-License-Identifier: Apache-2.0
// One real broker for all tests of a program, and what they do with it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/topics.h"
#include "ingest/kafka/consume/kafka_source.h"
#include "ingest/kafka/produce/article_loader.h"
#include "ingest/kafka/produce/kafka_alert_sink.h"
#include "ingest/kafka/produce/kafka_dead_letter_sink.h"
#include "ingest/kafka/produce/kafka_producer.h"
#include "tests/support/echo_worker.h"
#include "tests/support/real_broker.h"
#include "tests/support/topic_reader.h"

namespace presshawk {

// Each test has topics and a group of its own: articles, alerts and dead
// letters, named after the test.
class KafkaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  static RealBroker& broker() { return *broker_; }

  // A member of the test's group with its tracker and bare worker.
  struct Member {
    OffsetTracker tracker;
    std::unique_ptr<KafkaSource> source;
    std::unique_ptr<EchoWorker> worker;
  };
  std::unique_ptr<Member> Join(KafkaPropertyMap consumer = {});
  // Loads articles key k<from> … k<to - 1>, value "value of <key>".
  void Load(int from, int to);
  void LoadOne(const std::string& key, const std::string& value);
  // Waits until the topic of alerts has at least `count` records; false after
  // two minutes.
  bool WaitForAlerts(size_t count);
  // Number of alerts by article key.
  std::map<std::string, int> AlertCounts();
  std::vector<ReadRecord> Read(const std::string& topic);
  // Sum over the partitions of what the group committed in `articles`.
  int64_t CommittedSum();
  // Waits until it is that, also while the broker cannot say; false after two
  // minutes.
  bool WaitForCommitted(int64_t sum);
  // Waits until `condition` holds; false after two minutes.
  static bool WaitFor(const std::function<bool()>& condition);

  std::string articles_;
  std::string alerts_;
  std::string dead_;
  std::string group_;
  // Of the clients; shown where a test fails.
  Mutex log_mutex_;
  std::vector<std::string> log_ ABSL_GUARDED_BY(log_mutex_);
  KafkaEvents events_{
      [this](KafkaLogLevel level, std::string_view text) { Log(level, text); }};
  KafkaClientOptions client_;
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaDeadLetterSink> dead_letter_sink_;
  std::unique_ptr<KafkaAlertSink> alert_sink_;

  // What a member says of itself, for the message of an assertion.
  std::string Describe(const Member& member);

 private:
  void Log(KafkaLogLevel level, std::string_view text)
      ABSL_LOCKS_EXCLUDED(log_mutex_);
  absl::StatusOr<int64_t> AskCommittedSum();

  static std::unique_ptr<RealBroker> broker_;
};

}  // namespace presshawk
