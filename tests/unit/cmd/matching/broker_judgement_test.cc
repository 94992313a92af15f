// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/broker_judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kDay = 24LL * 3600 * 1000;

class BrokerJudgementTest : public ::testing::Test {
 protected:
  BrokerJudgementTest() {
    options_.source = KafkaSourceOptions{.topics = {"articles"}};
    options_.sinks = {KafkaSinkOptions{.topic = "alerts"}};
    options_.deadletter = KafkaSinkOptions{.topic = "dead"};
    options_.watchlists.topic = "lists";
    options_.workers = 2;
    options_.limits.article_bytes = 1 << 20;
    for (const char* topic : {"articles", "alerts", "dead", "lists"}) {
      limits_.topics.push_back({.topic = topic,
                                .partitions = 12,
                                .replicas = 3,
                                .max_message_bytes = 2 << 20,
                                .retention_ms = 7 * kDay,
                                .min_insync_replicas = 2,
                                .cleanup_policy = topic == std::string("lists")
                                                      ? "compact"
                                                      : "delete"});
    }
  }

  TopicLimits& Topic(std::string_view name) {
    for (TopicLimits& topic : limits_.topics) {
      if (topic.topic == name) {
        return topic;
      }
    }
    ADD_FAILURE() << name;
    return limits_.topics.front();
  }
  std::vector<std::string> Warnings() const {
    std::vector<std::string> texts;
    for (const auto& one : JudgeLimits(options_, "p.yaml", limits_).warnings) {
      texts.push_back(one.message);
    }
    return texts;
  }
  std::vector<std::string> Errors() const {
    std::vector<std::string> texts;
    for (const auto& one : JudgeLimits(options_, "p.yaml", limits_).errors) {
      texts.push_back(one.message);
    }
    return texts;
  }

  Options options_;
  ClusterLimits limits_;
};

TEST_F(BrokerJudgementTest, AGoodClusterHasNothingSaidOfIt) {
  EXPECT_THAT(Warnings(), IsEmpty());
  EXPECT_THAT(Errors(), IsEmpty());
}

TEST_F(BrokerJudgementTest, FewerPartitionsThanWorkers) {
  Topic("articles").partitions = 1;
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("1 partitions for 2 workers")));
}

TEST_F(BrokerJudgementTest, RetentionAndCompactionOfTheSource) {
  Topic("articles").retention_ms = kDay;
  Topic("articles").retention_bytes = 1 << 30;
  Topic("articles").cleanup_policy = "compact,delete";
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("cleanup.policy"),
                                      HasSubstr("retention.ms is 24h"),
                                      HasSubstr("retention.bytes")));
}

TEST_F(BrokerJudgementTest, ListsThatWouldBeDeleted) {
  Topic("lists").cleanup_policy = "delete";
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("nobody changes")));
  Topic("lists").cleanup_policy = "compact,delete";
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("older than retention.ms")));
}

TEST_F(BrokerJudgementTest, ReplicasOfWhatIsWritten) {
  Topic("alerts").min_insync_replicas = 4;
  EXPECT_THAT(Errors(), ElementsAre(HasSubstr("no alert can be acknowledged")));
  Topic("alerts").min_insync_replicas = 3;
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("stops all alerts")));
  Topic("alerts").min_insync_replicas = 1;
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("on one broker alone")));
  Topic("alerts").replicas = 1;
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("one replica")));
}

TEST_F(BrokerJudgementTest, SizesOfAlertsAndDeadLetters) {
  Topic("alerts").max_message_bytes = 100'000;
  Topic("dead").max_message_bytes = 100'000;
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("cut to one hit"),
                                      HasSubstr("cannot be replayed")));
}

TEST_F(BrokerJudgementTest, MissingTopicsAreErrorsUnlessTheyAreMade) {
  limits_.topics.clear();
  limits_.missing = {"articles", "lists"};
  EXPECT_THAT(Errors(), ElementsAre(HasSubstr("articles does not exist")));
  options_.kafka.create_topics = CreateTopicsOptions{12, 3};
  EXPECT_THAT(Errors(), IsEmpty());
}

TEST_F(BrokerJudgementTest, ATopicOfRetractionsThatIsMissingIsAWarning) {
  limits_.missing = {"alerts.retractions"};
  EXPECT_THAT(Errors(), IsEmpty());
  EXPECT_THAT(Warnings(),
              ElementsAre(HasSubstr("alerts.retractions does not exist")));
}

}  // namespace
}  // namespace presshawk
