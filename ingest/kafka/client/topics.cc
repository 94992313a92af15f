// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/topics.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"
#include "ingest/kafka/client/metadata.h"

namespace presshawk {
namespace {

// A client for questions, with its callbacks, which must outlive it.
struct AdminClient {
  explicit AdminClient(KafkaEvents* events) : callbacks(events) {}
  ConnectionErrors callbacks;
  KafkaHandle handle;
};

absl::StatusOr<std::unique_ptr<AdminClient>> Connect(
    const KafkaClientOptions& options, KafkaEvents* events) {
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(options);
  if (!conf.ok()) {
    return conf.status();
  }
  auto client = std::make_unique<AdminClient>(events);
  client->callbacks.Install(conf->get());
  // A consumer, as asking a producer for a topic would make the topic.
  absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  client->handle = *std::move(handle);
  return client;
}

struct NewTopicDeleter {
  void operator()(rd_kafka_NewTopic_t* topic) const {
    rd_kafka_NewTopic_destroy(topic);
  }
};

absl::Status CreationResult(rd_kafka_event_t* event) {
  if (event == nullptr) {
    return absl::UnavailableError("kafka: no answer to the topics' creation");
  }
  if (const rd_kafka_resp_err_t error = rd_kafka_event_error(event)) {
    return absl::UnavailableError(
        StrCat("kafka: cannot create topics: ", rd_kafka_err2str(error)));
  }
  std::string failures;
  size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(
      rd_kafka_event_CreateTopics_result(event), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR &&
        error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      StrAppend(&failures, failures.empty() ? "" : "\n",
                "kafka: cannot create topic ",
                rd_kafka_topic_result_name(results[i]), ": ",
                rd_kafka_err2str(error));
    }
  }
  return failures.empty() ? absl::OkStatus()
                          : absl::FailedPreconditionError(failures);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindMissingTopics(
    const KafkaClientOptions& options, const std::vector<std::string>& topics,
    absl::Duration timeout, KafkaEvents* events, const WaitObserver& on_wait) {
  absl::StatusOr<std::unique_ptr<AdminClient>> client =
      Connect(options, events);
  if (!client.ok()) {
    return client.status();
  }
  const absl::StatusOr<KafkaMetadata> metadata = FetchMetadata(
      (*client)->handle.get(), (*client)->callbacks, options, timeout, on_wait);
  if (!metadata.ok()) {
    return metadata.status();
  }
  std::set<std::string> existing;
  for (int i = 0; i < (*metadata)->topic_cnt; ++i) {
    existing.insert((*metadata)->topics[i].topic);
  }
  std::vector<std::string> missing;
  for (const std::string& topic : topics) {
    if (!topic.starts_with('^') && !existing.contains(topic)) {
      missing.push_back(topic);
    }
  }
  return missing;
}

absl::Status MissingTopicsError(const KafkaClientOptions& options,
                                const std::vector<std::string>& missing) {
  std::string text;
  for (const std::string& topic : missing) {
    StrAppend(&text, text.empty() ? "" : "\n", "kafka: topic \"", topic,
              "\" does not exist on ", BootstrapServers(options),
              ": create it (kafka-topics.sh --create --topic ", topic,
              " --bootstrap-server ", BootstrapServers(options),
              "), correct its name, or give this client the right to see it");
  }
  return missing.empty() ? absl::OkStatus() : absl::NotFoundError(text);
}

absl::Status CheckTopicsExist(const KafkaClientOptions& options,
                              const std::vector<std::string>& topics,
                              absl::Duration timeout, KafkaEvents* events) {
  const auto missing = FindMissingTopics(options, topics, timeout, events);
  return missing.ok() ? MissingTopicsError(options, *missing)
                      : missing.status();
}

absl::Status CreateTopics(const KafkaClientOptions& options,
                          const std::vector<TopicSpec>& topics,
                          absl::Duration timeout, KafkaEvents* events) {
  absl::StatusOr<std::unique_ptr<AdminClient>> client =
      Connect(options, events);
  if (!client.ok()) {
    return client.status();
  }
  rd_kafka_t* handle = (*client)->handle.get();
  std::vector<std::unique_ptr<rd_kafka_NewTopic_t, NewTopicDeleter>> owned;
  std::vector<rd_kafka_NewTopic_t*> requests;
  std::array<char, 512> text;
  for (const TopicSpec& topic : topics) {
    owned.emplace_back(
        rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                              topic.replication, text.data(), text.size()));
    if (owned.back() == nullptr) {
      return absl::InvalidArgumentError(
          StrCat("kafka: topic ", topic.name, ": ", text.data()));
    }
    for (const auto& [name, value] : topic.config) {
      rd_kafka_NewTopic_set_config(owned.back().get(), name.c_str(),
                                   value.c_str());
    }
    requests.push_back(owned.back().get());
  }
  const KafkaQueue queue(rd_kafka_queue_new(handle));
  rd_kafka_AdminOptions_t* admin =
      rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_request_timeout(admin, Millis(timeout), text.data(),
                                            text.size());
  // Until the partitions have their leaders.
  rd_kafka_AdminOptions_set_operation_timeout(admin, Millis(timeout),
                                              text.data(), text.size());
  rd_kafka_CreateTopics(handle, requests.data(), requests.size(), admin,
                        queue.get());
  rd_kafka_AdminOptions_destroy(admin);
  const KafkaAnswer event(
      rd_kafka_queue_poll(queue.get(), Millis(timeout * 2)));
  return CreationResult(event.get());
}

}  // namespace presshawk
