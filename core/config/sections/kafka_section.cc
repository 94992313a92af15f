// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections/kafka_section.h"

#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/kafka_rules.h"
#include "core/config/quantities.h"

namespace presshawk {
namespace {

KafkaOptions::PropertyMap ReadProperties(
    ConfigSection section, std::vector<std::string>* value_files) {
  KafkaOptions::PropertyMap properties;
  for (const auto& [name, value] : section.ScalarsOrFiles()) {
    const PropertyRefusal refusal = RefuseKafkaProperty(name.text, value.text);
    if (refusal.refused()) {
      section.Error(
          name.place,
          StrCat("the property ", name.text, " is refused: ", refusal.reason),
          refusal.fix);
      continue;
    }
    properties[name.text] = {.value = value.text, .place = name.place};
    if (!value.value_file.empty()) {
      value_files->push_back(value.value_file);
    }
  }
  return properties;
}

std::optional<CreateTopicsOptions> ReadCreateTopics(ConfigSection* kafka) {
  if (!kafka->Has("create_topics")) {
    return std::nullopt;
  }
  ConfigSection section = kafka->Map("create_topics");
  CreateTopicsOptions options;
  const auto read = [&](std::string_view key, uint64_t max, int32_t* to) {
    if (!section.Has(key)) {
      section.Error(section.place(),
                    StrCat("kafka.create_topics.", key, " is missing"),
                    "write create_topics: {partitions: 12, replication: 3}");
    } else if (const auto number = section.Integer(key, 1, max)) {
      *to = static_cast<int32_t>(*number);
    }
  };
  read("partitions", 10'000, &options.partitions);
  read("replication", 100, &options.replication);
  section.RejectUnknownKeys();
  return options;
}

void DumpProperties(std::string_view name,
                    const KafkaOptions::PropertyMap& properties,
                    std::string* dump) {
  if (properties.empty()) {
    return;
  }
  StrAppend(dump, "  ", name, ":\n");
  for (const auto& [key, property] : properties) {
    StrAppend(dump, "    ", QuotedYaml(key), ": ",
              QuotedYaml(IsSecretProperty(key) ? "<redacted>" : property.value),
              "\n");
  }
}

}  // namespace

bool KafkaOptions::has_brokers() const {
  for (const char* name : {"bootstrap.servers", "metadata.broker.list"}) {
    const auto found = properties.find(name);
    if (found != properties.end() && !found->second.value.empty()) {
      return true;
    }
  }
  return false;
}

void ReadKafka(ConfigSection* file, KafkaOptions* options) {
  ConfigSection kafka = file->Map("kafka");
  std::vector<std::string>* const value_files = &options->value_files;
  options->properties = ReadProperties(kafka.Map("properties"), value_files);
  options->consumer = ReadProperties(kafka.Map("consumer"), value_files);
  options->producer = ReadProperties(kafka.Map("producer"), value_files);
  if (const auto size = kafka.Size("fetch_memory", 1UL << 20, 1UL << 40)) {
    options->fetch_memory_bytes = *size;
  }
  options->create_topics = ReadCreateTopics(&kafka);
  kafka.RejectUnknownKeys([](std::string_view key) {
    return std::string(key.find('.') == std::string_view::npos
                           ? ""
                           : "librdkafka's properties go under kafka: "
                             "properties:");
  });
}

void DumpKafka(const KafkaOptions& options, std::string* dump) {
  StrAppend(dump, "kafka:\n");
  DumpProperties("properties", options.properties, dump);
  DumpProperties("consumer", options.consumer, dump);
  DumpProperties("producer", options.producer, dump);
  StrAppend(dump,
            "  fetch_memory: ", FormatConfigSize(options.fetch_memory_bytes),
            "\n");
  if (const auto& make = options.create_topics) {
    StrAppend(dump, "  create_topics: {partitions: ", make->partitions,
              ", replication: ", make->replication, "}\n");
  }
}

}  // namespace presshawk
