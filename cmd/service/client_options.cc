#include "cmd/service/client_options.h"

#include "core/base/str_cat.h"
#include "ingest/json/mapping.h"

namespace presshawk {
namespace {

KafkaPropertyMap Values(const KafkaOptions::PropertyMap& properties) {
  KafkaPropertyMap values;
  for (const auto& [name, property] : properties) {
    values.emplace(name, property.value);
  }
  return values;
}

// The place of the property that an error of CheckKafkaOptions names.
ConfigPlace PlaceOf(const KafkaOptions& kafka, std::string_view error) {
  struct Section {
    std::string_view prefix;
    const KafkaOptions::PropertyMap& properties;
  };
  for (const Section& section :
       {Section{"kafka: properties:", kafka.properties},
        Section{"kafka: consumer:", kafka.consumer},
        Section{"kafka: producer:", kafka.producer}}) {
    if (!error.starts_with(section.prefix)) {
      continue;
    }
    for (const auto& [name, property] : section.properties) {
      if (error.find(StrCat("\"", name, "\"")) != std::string_view::npos) {
        return property.place;
      }
    }
  }
  return {};
}

}  // namespace

KafkaClientOptions ClientOptions(const Options& options) {
  return {.properties = Values(options.kafka.properties),
          .consumer = Values(options.kafka.consumer),
          .producer = Values(options.kafka.producer),
          .fetch_memory_bytes = options.kafka.fetch_memory_bytes,
          .workers = options.workers};
}

std::vector<ConfigError> FindServiceProblems(const Options& options,
                                             const std::string& file) {
  std::vector<ConfigError> problems;
  const auto add = [&](ConfigPlace place, std::string message,
                       std::string fix = "") {
    problems.push_back({.file = file,
                        .place = place,
                        .message = std::move(message),
                        .fix = std::move(fix)});
  };
  if (options.uses_kafka()) {
    for (const std::string& error : CheckKafkaOptions(ClientOptions(options))) {
      add(PlaceOf(options.kafka, error), error);
    }
  }
  if (const auto mapping = LoadMapping(options.mapping); !mapping.ok()) {
    add({}, StrCat("mapping: ", std::string(mapping.status().message())));
  }
  if (!options.watchlists.topic.empty()) {
    add({}, "watchlists: topic: not supported by this build yet",
        "give watchlists: {files: [...]} and reload by SIGHUP");
  }
  if (options.engine == EngineOption::kTokens) {
    add({}, "engine: tokens: this build has no token index",
        "write auto or hyperscan");
  }
  return problems;
}

}  // namespace presshawk
