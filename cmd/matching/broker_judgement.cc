// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/broker_judgement.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "cmd/matching/client_options.h"
#include "cmd/matching/required_topics.h"
#include "core/base/str_cat.h"
#include "core/model/topic_names.h"

namespace presshawk {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);
// Kafka's own default, less what a record has around its value.
constexpr int64_t kAlertBytes = 1'000'000;
// A stop over a weekend must not cost articles.
constexpr absl::Duration kRetentionMin = absl::Hours(72);

// What a topic is for.
struct Use {
  std::string topic;
  enum class Kind { kSource, kAlerts, kRetractions, kDeadLetters, kLists } kind;
};

std::vector<Use> UsesOf(const Options& options) {
  std::vector<Use> uses;
  if (const auto* source = std::get_if<KafkaSourceOptions>(&options.source)) {
    for (const std::string& topic : source->topics) {
      uses.push_back({topic, Use::Kind::kSource});
    }
  }
  for (const SinkOptions& sink : options.sinks) {
    if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
      uses.push_back({kafka->topic, Use::Kind::kAlerts});
      uses.push_back({RetractionTopic(kafka->topic), Use::Kind::kRetractions});
    }
  }
  if (const auto* kafka = std::get_if<KafkaSinkOptions>(&options.deadletter)) {
    uses.push_back({kafka->topic, Use::Kind::kDeadLetters});
  }
  if (!options.watchlists.topic.empty()) {
    uses.push_back({options.watchlists.topic, Use::Kind::kLists});
  }
  return uses;
}

class LimitJudge {
 public:
  LimitJudge(const Options& options, const std::string& path,
             BrokerJudgement* judgement)
      : options_(options), path_(path), judgement_(*judgement) {}

  void Judge(const Use& use, const TopicLimits& topic) {
    name_ = StrCat("kafka: topic ", topic.topic, ": ");
    switch (use.kind) {
      case Use::Kind::kSource:
        return JudgeSource(topic);
      case Use::Kind::kAlerts:
        JudgeReplicas(topic, "alert");
        if (topic.max_message_bytes >= 0 &&
            topic.max_message_bytes < kAlertBytes) {
          Warn(StrCat("max.message.bytes is ", topic.max_message_bytes,
                      ": larger alerts are cut to one hit"),
               "set it to 1048588 or more");
        }
        return;
      case Use::Kind::kRetractions:
        return JudgeReplicas(topic, "retraction");
      case Use::Kind::kDeadLetters:
        JudgeReplicas(topic, "dead letter");
        if (topic.max_message_bytes >= 0 &&
            topic.max_message_bytes <
                static_cast<int64_t>(options_.limits.article_bytes)) {
          Warn(StrCat("max.message.bytes is ", topic.max_message_bytes,
                      ", and articles may have ", options_.limits.article_bytes,
                      ": larger dead letters are cut and cannot be replayed"),
               "set it to that of the topic of articles");
        }
        return;
      case Use::Kind::kLists:
        if (topic.cleanup_policy.find("compact") == std::string::npos) {
          Warn(StrCat("cleanup.policy is ", topic.cleanup_policy,
                      ": watch-lists that nobody changes are deleted with "
                      "time"),
               "set cleanup.policy=compact");
        } else if (topic.cleanup_policy.find("delete") != std::string::npos) {
          Warn(
              "cleanup.policy is compact,delete: watch-lists older than "
              "retention.ms are deleted",
              "set cleanup.policy=compact");
        }
        return;
    }
  }

  void Error(std::string_view what, std::string fix) {
    judgement_.errors.push_back({.file = path_,
                                 .place = {},
                                 .message = StrCat(name_, what),
                                 .fix = std::move(fix)});
  }

  void Warn(std::string_view what, std::string fix) {
    judgement_.warnings.push_back({.file = path_,
                                   .place = {},
                                   .message = StrCat(name_, what),
                                   .fix = std::move(fix)});
  }

 private:
  void JudgeSource(const TopicLimits& topic) {
    if (topic.partitions < options_.workers) {
      Warn(StrCat("it has ", topic.partitions, " partitions for ",
                  options_.workers,
                  " workers: ", options_.workers - topic.partitions,
                  " of them have nothing to do"),
           StrCat("add partitions, or set workers: ", topic.partitions));
    }
    if (topic.cleanup_policy.find("compact") != std::string::npos) {
      Warn(StrCat("cleanup.policy is ", topic.cleanup_policy,
                  ": of articles with one key only the newest is sure to be "
                  "read"),
           "set cleanup.policy=delete");
    }
    if (topic.retention_ms >= 0 &&
        absl::Milliseconds(topic.retention_ms) < kRetentionMin) {
      Warn(StrCat("retention.ms is ",
                  absl::FormatDuration(absl::Milliseconds(topic.retention_ms)),
                  ": articles that are not read by then are lost"),
           "set it to 3 days or more");
    }
    if (topic.retention_bytes >= 0) {
      Warn(StrCat("retention.bytes is ", topic.retention_bytes,
                  " for each partition: articles beyond that are lost, read "
                  "or not"),
           "make sure that this is some days of articles");
    }
  }

  void JudgeReplicas(const TopicLimits& topic, std::string_view what) {
    const auto replicas = static_cast<int64_t>(topic.replicas);
    if (topic.min_insync_replicas > replicas) {
      Error(StrCat("min.insync.replicas is ", topic.min_insync_replicas,
                   ", and there are ", replicas, " replicas: no ", what,
                   " can be acknowledged"),
            "add replicas, or lower it");
    } else if (replicas == 1) {
      Warn(StrCat("it has one replica: the disk of one broker is all that an "
                  "acknowledged ",
                  what, " is on"),
           "give it three replicas");
    } else if (topic.min_insync_replicas == 1) {
      Warn(StrCat("min.insync.replicas is 1: an acknowledged ", what,
                  " may be on one broker alone"),
           "set it to 2");
    } else if (topic.min_insync_replicas == replicas) {
      Warn(StrCat("min.insync.replicas is ", replicas,
                  ", as many as there are replicas: one broker that restarts "
                  "stops all alerts"),
           "add a replica, or lower it");
    }
  }

  const Options& options_;
  const std::string& path_;
  BrokerJudgement& judgement_;
  std::string name_;
};

}  // namespace

BrokerJudgement JudgeLimits(const Options& options, const std::string& path,
                            const ClusterLimits& limits) {
  BrokerJudgement judgement;
  LimitJudge judge(options, path, &judgement);
  const std::vector<std::string> retractions = RetractionTopics(options);
  for (const std::string& topic : limits.missing) {
    // The topic of watch-lists is waited for, and create_topics makes all.
    if (topic == options.watchlists.topic ||
        options.kafka.create_topics.has_value()) {
      continue;
    }
    if (std::find(retractions.begin(), retractions.end(), topic) !=
        retractions.end()) {
      judge.Warn(StrCat("kafka: topic ", topic,
                        " does not exist: the first article that its publisher "
                        "takes back waits for it"),
                 StrCat("create it (kafka-topics.sh --create --topic ", topic,
                        "), or set kafka: create_topics:"));
    } else {
      judge.Error(StrCat("kafka: topic ", topic, " does not exist"),
                  StrCat("create it (kafka-topics.sh --create --topic ", topic,
                         "), or set kafka: create_topics:"));
    }
  }
  for (const Use& use : UsesOf(options)) {
    const auto topic = std::find_if(
        limits.topics.begin(), limits.topics.end(),
        [&](const TopicLimits& one) { return one.topic == use.topic; });
    if (topic != limits.topics.end()) {
      judge.Judge(use, *topic);
    }
  }
  return judgement;
}

BrokerJudgement JudgeBrokers(const Options& options, const std::string& path) {
  std::vector<std::string> topics;
  for (const Use& use : UsesOf(options)) {
    if (std::find(topics.begin(), topics.end(), use.topic) == topics.end()) {
      topics.push_back(use.topic);
    }
  }
  if (topics.empty()) {
    return {};
  }
  KafkaEvents events;
  const auto limits =
      ReadTopicLimits(ClientOptions(options), topics, kTimeout, &events);
  if (!limits.ok()) {
    BrokerJudgement judgement;
    judgement.errors.push_back(
        {.file = path,
         .place = {},
         .message = std::string(limits.status().message()),
         .fix = ""});
    return judgement;
  }
  return JudgeLimits(options, path, *limits);
}

}  // namespace presshawk
