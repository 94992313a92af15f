// SPDX-License-Identifier: Apache-2.0
#include "core/config/cross_rules.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "core/config/delivery_rules.h"

namespace presshawk {
namespace {

void SettleDeadLetters(ConfigSection* file, Options* options) {
  if (!file->Has("deadletter")) {
    if (options->kafka.has_brokers()) {
      options->deadletter = KafkaSinkOptions{.topic = "articles.deadletter"};
    } else {
      options->deadletter = FileSinkOptions{.path = "deadletter.ndjson"};
    }
    return;
  }
  if (std::holds_alternative<FileSinkOptions>(options->deadletter) &&
      std::find(options->sinks.begin(), options->sinks.end(),
                options->deadletter) != options->sinks.end()) {
    file->Error(file->PlaceOfKey("deadletter"),
                "deadletter and a sink write the same file",
                "give the dead letters a file of their own");
  }
}

// What presshawk writes must not come back as an article or as a watch-list.
void CheckTopicsHaveOneUse(ConfigSection* file,
                           const std::vector<TopicUses::Use>& uses) {
  for (auto use = uses.begin(); use != uses.end(); ++use) {
    const auto earlier =
        std::find_if(uses.begin(), use, [&](const TopicUses::Use& other) {
          return other.topic == use->topic && !use->topic.empty() &&
                 !(other.holds == use->holds &&
                   use->holds != TopicUses::Holds::kOther);
        });
    if (earlier != use) {
      file->Error(use->place,
                  StrCat(use->by, " and ", earlier->by, " are the same topic `",
                         use->topic, "`"),
                  "give each its own: what is written to one would be read or "
                  "kept as the other");
    }
  }
}

void CheckBrokersAreThere(ConfigSection* file, const KafkaOptions& kafka,
                          const std::vector<TopicUses::Use>& uses) {
  if (!kafka.has_brokers() && !uses.empty()) {
    file->Error(
        uses.front().place,
        StrCat(uses.front().by, " needs Kafka, but no brokers are configured"),
        "write kafka: {properties: {bootstrap.servers: \"HOST:9092\"}}");
  }
}

// auto.offset.reset says where each partition without a position begins, also
// one that is added next year: with `latest` its first articles are lost.
void CheckStartIsSaidOnce(ConfigSection* file, const Options& options) {
  const auto* source = std::get_if<KafkaSourceOptions>(&options.source);
  if (source == nullptr) {
    return;
  }
  for (const auto* properties :
       {&options.kafka.properties, &options.kafka.consumer}) {
    const auto found = properties->find("auto.offset.reset");
    if (found == properties->end()) {
      continue;
    }
    // librdkafka's words; of others it says itself that they are none.
    const std::string& value = found->second.value;
    const bool is_latest =
        value == "latest" || value == "end" || value == "largest";
    if (!is_latest && value != "earliest" && value != "beginning" &&
        value != "smallest") {
      continue;  // `error` is no place to begin at.
    }
    if (source->start_at.has_value() && is_latest) {
      file->Error(
          found->second.place,
          StrCat("auto.offset.reset: ", value,
                 " contradicts source: kafka: start_at: partitions that "
                 "are added later would lose their first articles"),
          "remove it; start_at says where a new group begins");
    } else {
      file->Warn(found->second.place,
                 "auto.offset.reset is superseded by source: kafka: start_at, "
                 "which holds for a new group alone",
                 "write source: {kafka: {start_at: latest}}, or earliest, or a "
                 "time");
    }
  }
}

}  // namespace

void ApplyCrossRules(ConfigSection* file, const TopicUses& topics,
                     Options* options) {
  SettleDeadLetters(file, options);
  ApplyDeliveryRules(file, options);
  CheckTopicsHaveOneUse(file, topics.uses());
  CheckBrokersAreThere(file, options->kafka, topics.uses());
  CheckStartIsSaidOnce(file, *options);
}

}  // namespace presshawk
