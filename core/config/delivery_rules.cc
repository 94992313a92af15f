// SPDX-License-Identifier: Apache-2.0
#include "core/config/delivery_rules.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/str_cat.h"
#include "core/config/suggestion.h"

namespace presshawk {
namespace {

ConfigPlace PlaceOf(const OptionPlace& place) {
  return {.line = place.line, .column = place.column};
}

void CheckSectionsBelongTogether(ConfigSection* file, const Options& options) {
  const bool delivers = file->Has("delivery");
  if (delivers && !file->Has("store")) {
    file->Error(file->PlaceOfKey("delivery"),
                "delivery needs a store, where it keeps what is owed",
                "write store: {sqlite: {path: ledger.db}}");
  }
  if (!delivers && file->Has("store")) {
    file->Warn(file->PlaceOfKey("store"),
               "store is not used: there is no delivery",
               "write delivery: {subscriptions: {files: […]}}, or remove it");
  }
  if (!delivers && !options.receivers.empty()) {
    file->Warn(file->PlaceOfKey("receivers"),
               "receivers are not used: there is no delivery",
               "write delivery: {subscriptions: {files: […]}}, or remove them");
  }
}

// The topics of the Kafka sinks, each once.
std::vector<std::string> AlertTopics(const Options& options) {
  std::vector<std::string> topics;
  for (const SinkOptions& sink : options.sinks) {
    const auto* kafka = std::get_if<KafkaSinkOptions>(&sink);
    if (kafka != nullptr && !kafka->topic.empty()) {
      topics.push_back(kafka->topic);
    }
  }
  return topics;
}

// With a Kafka source the ledger reads the alert topic, so that one that is
// down holds no matcher up.
void SettleFrom(ConfigSection* file, Options* options) {
  DeliveryOptions& delivery = *options->delivery;
  ConfigSection section = file->Map("delivery");
  if (!std::holds_alternative<KafkaSourceOptions>(options->source)) {
    return;
  }
  const std::vector<std::string> topics = AlertTopics(*options);
  if (!file->Has("sinks")) {
    file->Error({}, "sinks is missing",
                "write sinks: [{kafka: {topic: alerts}}]: with a Kafka source, "
                "delivery reads the topic of alerts");
  } else if (section.Has("from")) {
    if (!delivery.from_topic.empty() &&
        std::find(topics.begin(), topics.end(), delivery.from_topic) ==
            topics.end()) {
      file->Warn(section.PlaceOfKey("from"),
                 StrCat("no sink writes the topic `", delivery.from_topic,
                        "` that delivery reads"),
                 "name the topic of a Kafka sink in delivery.from");
    }
  } else if (topics.size() == 1) {
    delivery.from_topic = topics.front();
  } else {
    file->Error(
        file->PlaceOfKey("delivery"),
        StrCat("delivery.from is missing, and ",
               topics.empty() ? "no sink writes" : "several sinks write",
               " a topic of alerts"),
        "write from: {kafka: {topic: NAME}} with the topic of a Kafka "
        "sink");
  }
}

void CheckOperator(ConfigSection* file, const Options& options) {
  const std::string& name = options.delivery->operator_receiver;
  std::vector<std::string_view> names;
  for (const ReceiverOptions& receiver : options.receivers) {
    names.push_back(receiver.name);
  }
  ConfigSection section = file->Map("delivery");
  if (name.empty()) {
    if (!section.Has("operator")) {
      file->Warn(file->PlaceOfKey("delivery"),
                 "delivery.operator is missing: nobody is told when a receiver "
                 "fails",
                 "write operator: NAME with the name of a receiver");
    }
  } else if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string_view near = NearestName(name, names);
    file->Error(section.PlaceOfKey("operator"),
                StrCat("delivery.operator: there is no receiver `", name, "`"),
                near.empty() ? "name one of receivers:"
                             : StrCat("did you mean ", near, "?"));
  }
}

// A file is appended to by one writer.
void CheckFilesHaveOneWriter(ConfigSection* file, const Options& options) {
  std::vector<std::string> taken;
  const auto take = [&](const SinkOptions& sink) {
    if (const auto* output = std::get_if<FileSinkOptions>(&sink)) {
      taken.push_back(output->path);
    }
  };
  std::for_each(options.sinks.begin(), options.sinks.end(), take);
  take(options.deadletter);
  for (const ReceiverOptions& receiver : options.receivers) {
    if (receiver.kind != ReceiverKind::kFile || receiver.path.empty()) {
      continue;
    }
    if (std::find(taken.begin(), taken.end(), receiver.path) != taken.end()) {
      file->Error(
          PlaceOf(receiver.place),
          StrCat("the receiver ", receiver.name, " writes the file `",
                 receiver.path, "`, which something else writes as well"),
          "give it a file of its own");
    }
    taken.push_back(receiver.path);
  }
}

// Messages to people have links.
void CheckPublicUrl(ConfigSection* file, const Options& options) {
  for (const ReceiverOptions& receiver : options.receivers) {
    if (IsForPeople(receiver.kind) && options.http.public_url.empty()) {
      file->Error(PlaceOf(receiver.place),
                  StrCat("the receiver ", receiver.name,
                         " needs http.public_url, to which its messages link"),
                  "write http: {public_url: \"https://watch.example\"}");
    }
  }
}

}  // namespace

void ApplyDeliveryRules(ConfigSection* file, Options* options) {
  CheckSectionsBelongTogether(file, *options);
  CheckFilesHaveOneWriter(file, *options);
  CheckPublicUrl(file, *options);
  if (file->HoldsMap("delivery")) {
    SettleFrom(file, options);
    CheckOperator(file, *options);
  }
}

}  // namespace presshawk
