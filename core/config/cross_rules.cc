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

}  // namespace

void ApplyCrossRules(ConfigSection* file, const TopicUses& topics,
                     Options* options) {
  SettleDeadLetters(file, options);
  ApplyDeliveryRules(file, options);
  CheckTopicsHaveOneUse(file, topics.uses());
  CheckBrokersAreThere(file, options->kafka, topics.uses());
}

}  // namespace presshawk
