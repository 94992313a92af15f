// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/client_options.h"

#include <algorithm>

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

// Where the property stands that an error names; the start of the file where it
// names none.
ConfigPlace PlaceOf(const KafkaOptions& kafka, const KafkaOptionError& error) {
  const KafkaOptions::PropertyMap& properties =
      error.section == &KafkaClientOptions::consumer   ? kafka.consumer
      : error.section == &KafkaClientOptions::producer ? kafka.producer
                                                       : kafka.properties;
  const auto found = properties.find(error.property);
  return found == properties.end() ? ConfigPlace() : found->second.place;
}

// What is wrong with the mapping; `file` is the configuration.
std::vector<ConfigError> FindMappingProblems(const Options& options,
                                             const std::string& file) {
  std::vector<MappingMistake> mistakes;
  const auto mapping = LoadMapping(options.mapping, &mistakes);
  std::vector<ConfigError> problems;
  for (MappingMistake& mistake : mistakes) {
    problems.push_back({.file = options.mapping,
                        .place = {mistake.line, mistake.column},
                        .message = std::move(mistake.message),
                        .fix = ""});
  }
  if (problems.empty() && !mapping.ok()) {
    problems.push_back(
        {.file = file,
         .place = options.mapping_place,
         .message =
             StrCat("mapping: ", std::string(mapping.status().message())),
         .fix = ""});
  }
  return problems;
}

std::vector<ConfigError> FindServiceProblems(const Options& options,
                                             const std::string& file) {
  std::vector<ConfigError> problems = FindMappingProblems(options, file);
  KafkaClientOptions clients = ClientOptions(options);
  if (!options.kafka.has_brokers()) {
    // What needs them LoadOptions tells; the other properties are looked at.
    clients.properties["bootstrap.servers"] = "127.0.0.1:9092";
  }
  for (KafkaOptionError& error : CheckKafkaOptions(clients)) {
    problems.push_back({.file = file,
                        .place = PlaceOf(options.kafka, error),
                        .message = std::move(error.message),
                        .fix = ""});
  }
  return problems;
}

}  // namespace

KafkaClientOptions ClientOptions(const Options& options) {
  return {.properties = Values(options.kafka.properties),
          .consumer = Values(options.kafka.consumer),
          .producer = Values(options.kafka.producer),
          .fetch_memory_bytes = options.kafka.fetch_memory_bytes,
          .workers = options.workers};
}

void AddLaterErrors(std::vector<ConfigError> errors, const std::string& path,
                    LoadedOptions* loaded) {
  const auto told = static_cast<ptrdiff_t>(loaded->errors.size());
  for (ConfigError& error : errors) {
    const bool is_told = std::any_of(
        loaded->errors.begin(), loaded->errors.begin() + told,
        [&](const ConfigError& earlier) {
          return earlier.file == error.file && earlier.place == error.place;
        });
    if (!is_told) {
      loaded->errors.push_back(std::move(error));
    }
  }
  std::stable_sort(loaded->errors.begin(), loaded->errors.end(),
                   [&](const ConfigError& a, const ConfigError& b) {
                     return std::pair(a.file != path, a.place) <
                            std::pair(b.file != path, b.place);
                   });
}

LoadedOptions LoadServiceOptions(const std::string& path,
                                 const Environment& environment) {
  LoadedOptions loaded = LoadOptions(path, environment);
  AddLaterErrors(FindServiceProblems(loaded.options, path), path, &loaded);
  return loaded;
}

}  // namespace presshawk
