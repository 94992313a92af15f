// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/required_topics.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/model/topic_names.h"
#include "ingest/kafka/client/topics.h"

namespace presshawk {
namespace {

// A start waits this long for a broker to answer.
constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);

// What presshawk can do without, as long as no article is taken back.
void LeaveOutRetractions(const Options& options,
                         std::vector<std::string>* missing,
                         std::vector<std::string>* topics) {
  for (const std::string& topic : RetractionTopics(options)) {
    if (std::erase(*missing, topic) > 0) {
      std::erase(*topics, topic);
      spdlog::warn(
          "kafka: topic {} does not exist: an article that its publisher takes "
          "back waits until it is made, and what comes after it in its "
          "partition is read again at a start",
          topic);
    }
  }
}

}  // namespace

std::vector<std::string> RetractionTopics(const Options& options) {
  std::vector<std::string> topics;
  for (const SinkOptions& sink : options.sinks) {
    if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
      topics.push_back(RetractionTopic(kafka->topic));
    }
  }
  return topics;
}

RequiredTopics::~RequiredTopics() { Stop(absl::InfinitePast()); }

absl::Status RequiredTopics::Start() {
  if (!options_.uses_kafka()) {
    return absl::OkStatus();
  }
  std::vector<std::string> topics = Topics();
  if (absl::Status status = FindOrMake(&topics); !status.ok()) {
    return status;
  }
  std::erase_if(
      topics, [](const std::string& topic) { return topic.starts_with('^'); });
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  if (topics.empty()) {
    return absl::OkStatus();
  }
  auto watch = ClusterWatch::Create(client_, std::move(topics), events_);
  if (!watch.ok()) {
    return watch.status();
  }
  watch_ = *std::move(watch);
  thread_ = std::thread([this] { Watch(watch_.get()); });
  return absl::OkStatus();
}

absl::Status RequiredTopics::FindOrMake(std::vector<std::string>* topics) {
  const absl::Time begin = absl::Now();
  auto missing = FindMissingTopics(
      client_, *topics, kBrokerTimeout, events_, [&](std::string_view cause) {
        std::string text =
            NoBrokerText(BootstrapServers(client_), begin, /*error=*/0, cause);
        MutexLock lock(&mutex_);
        waits_for_ = std::move(text);
      });
  {
    MutexLock lock(&mutex_);
    waits_for_.clear();
  }
  if (!missing.ok()) {
    return missing.status();
  }
  if (!options_.kafka.create_topics.has_value()) {
    LeaveOutRetractions(options_, &*missing, topics);
  }
  return missing->empty() || !options_.kafka.create_topics.has_value()
             ? MissingTopicsError(client_, *missing)
             : Make(*missing);
}

absl::Status RequiredTopics::Make(const std::vector<std::string>& missing) {
  const CreateTopicsOptions& wanted = *options_.kafka.create_topics;
  std::vector<TopicSpec> specs;
  for (const std::string& topic : missing) {
    TopicSpec& spec = specs.emplace_back();
    spec.name = topic;
    spec.partitions = wanted.partitions;
    spec.replication = wanted.replication;
    if (topic == options_.watchlists.topic) {
      spec.config["cleanup.policy"] = "compact";
    }
  }
  absl::Status status = CreateTopics(client_, specs, kBrokerTimeout, events_);
  for (size_t i = 0; status.ok() && i < specs.size(); ++i) {
    spdlog::info("kafka: made topic {}: {} partitions, {} replicas",
                 specs[i].name, specs[i].partitions, specs[i].replication);
  }
  return status;
}

std::string RequiredTopics::WaitsFor() const {
  MutexLock lock(&mutex_);
  return waits_for_;
}

void RequiredTopics::AppendProblems(std::vector<std::string>* problems) const {
  MutexLock lock(&mutex_);
  problems->insert(problems->end(), problems_.begin(), problems_.end());
}

void RequiredTopics::Watch(ClusterWatch* watch) {
  while (true) {
    std::vector<std::string> problems = watch->Ask(absl::Now());
    MutexLock lock(&mutex_);
    problems_ = std::move(problems);
    const Deadline next = Deadline::After(watch->wait());
    while (!stop_ && lock.WaitUntil(&stopped_, next)) {
    }
    if (stop_) {
      return;
    }
  }
}

void RequiredTopics::Stop(absl::Time /*deadline*/) {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::vector<std::string> RequiredTopics::Topics() const {
  std::vector<std::string> topics;
  if (const auto* source = std::get_if<KafkaSourceOptions>(&options_.source)) {
    topics = source->topics;
  }
  const auto add = [&](const SinkOptions& sink) {
    if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
      topics.push_back(kafka->topic);
    }
  };
  for (const SinkOptions& sink : options_.sinks) {
    add(sink);
  }
  add(options_.deadletter);
  for (std::string& topic : RetractionTopics(options_)) {
    topics.push_back(std::move(topic));
  }
  if (options_.kafka.create_topics.has_value() &&
      !options_.watchlists.topic.empty()) {
    topics.push_back(options_.watchlists.topic);
  }
  return topics;
}

}  // namespace presshawk
