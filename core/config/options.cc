#include "core/config/options.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "core/config/quantities.h"

namespace presshawk {
namespace {

// A YAML double-quoted scalar.
std::string Quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      StrAppend(&quoted, '\\', c);
    } else if (byte < 0x20 || byte == 0x7F) {
      StrAppend(&quoted, "\\x", kHex[byte >> 4U], kHex[byte & 0xFU]);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    StrAppend(&list, list.size() == 1 ? "" : ", ", Quoted(text));
  }
  return list + "]";
}

void AppendProperties(std::string_view name,
                      const KafkaOptions::PropertyMap& properties,
                      std::string* dump) {
  if (properties.empty()) {
    return;
  }
  StrAppend(dump, "  ", name, ":\n");
  for (const auto& [key, property] : properties) {
    StrAppend(dump, "    ", Quoted(key), ": ",
              Quoted(IsSecretProperty(key) ? "<redacted>" : property.value),
              "\n");
  }
}

std::string SinkText(const SinkOptions& sink) {
  if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
    return StrCat("{kafka: {topic: ", Quoted(kafka->topic), "}}");
  }
  return StrCat("{file: {path: ", Quoted(std::get<FileSinkOptions>(sink).path),
                "}}");
}

std::string SourceText(
    const std::variant<KafkaSourceOptions, FileSourceOptions>& source) {
  if (const auto* kafka = std::get_if<KafkaSourceOptions>(&source)) {
    return StrCat("{kafka: {topics: ", QuotedList(kafka->topics),
                  ", group: ", Quoted(kafka->group), "}}");
  }
  const auto& file = std::get<FileSourceOptions>(source);
  std::string text = StrCat("{file: {paths: ", QuotedList(file.paths),
                            ", follow: ", file.follow ? "true" : "false");
  if (!file.checkpoint.empty()) {
    StrAppend(&text, ", checkpoint: ", Quoted(file.checkpoint));
  }
  return text + "}}";
}

std::map<std::string, std::string> Merged(
    const KafkaOptions::PropertyMap& common,
    const KafkaOptions::PropertyMap& overrides) {
  std::map<std::string, std::string> merged;
  for (const auto* properties : {&common, &overrides}) {
    for (const auto& [name, property] : *properties) {
      merged[name] = property.value;
    }
  }
  return merged;
}

}  // namespace

std::map<std::string, std::string> KafkaOptions::ConsumerProperties() const {
  return Merged(properties, consumer);
}

std::map<std::string, std::string> KafkaOptions::ProducerProperties() const {
  return Merged(properties, producer);
}

bool KafkaOptions::has_brokers() const {
  for (const char* name : {"bootstrap.servers", "metadata.broker.list"}) {
    const auto found = properties.find(name);
    if (found != properties.end() && !found->second.value.empty()) {
      return true;
    }
  }
  return false;
}

bool Options::uses_kafka() const {
  return std::holds_alternative<KafkaSourceOptions>(source) ||
         std::holds_alternative<KafkaSinkOptions>(deadletter) ||
         !watchlists.topic.empty() || !watchlists.status_topic.empty() ||
         std::any_of(sinks.begin(), sinks.end(), [](const SinkOptions& sink) {
           return std::holds_alternative<KafkaSinkOptions>(sink);
         });
}

std::string_view EngineOptionName(EngineOption engine) {
  constexpr std::string_view kNames[] = {"auto", "hyperscan", "tokens"};
  return kNames[static_cast<size_t>(engine)];
}

std::string_view LogFormatName(LogFormat format) {
  constexpr std::string_view kNames[] = {"text", "json"};
  return kNames[static_cast<size_t>(format)];
}

std::string_view LogLevelName(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
  return kNames[static_cast<size_t>(level)];
}

bool IsSecretProperty(std::string_view name) {
  const auto contains = [name](std::string_view piece) {
    return name.find(piece) != std::string_view::npos;
  };
  if (name.ends_with(".location")) {
    return false;
  }
  return contains("password") || contains("secret") || contains("token") ||
         contains("passphrase") || name == "ssl.key.pem" || name == "ssl_key" ||
         name == "sasl.oauthbearer.config" ||
         name.starts_with("sasl.oauthbearer.assertion.private.key") ||
         contains("jaas");
}

std::string DumpOptions(const Options& options) {
  std::string dump = "kafka:\n";
  AppendProperties("properties", options.kafka.properties, &dump);
  AppendProperties("consumer", options.kafka.consumer, &dump);
  AppendProperties("producer", options.kafka.producer, &dump);
  StrAppend(
      &dump,
      "  fetch_memory: ", FormatConfigSize(options.kafka.fetch_memory_bytes),
      "\nsource: ", SourceText(options.source),
      "\nmapping: ", Quoted(options.mapping),
      "\nwatchlists:\n  files: ", QuotedList(options.watchlists.files), "\n");
  if (!options.watchlists.topic.empty()) {
    StrAppend(&dump, "  topic: ", Quoted(options.watchlists.topic), "\n");
  }
  if (!options.watchlists.status_topic.empty()) {
    StrAppend(&dump,
              "  status_topic: ", Quoted(options.watchlists.status_topic),
              "\n");
  }
  StrAppend(&dump, "  allow_empty: ",
            options.watchlists.allow_empty ? "true" : "false", "\nsinks:\n");
  for (const SinkOptions& sink : options.sinks) {
    StrAppend(&dump, "  - ", SinkText(sink), "\n");
  }
  const bool ipv6 = options.http.host.find(':') != std::string::npos;
  StrAppend(&dump, "deadletter: ", SinkText(options.deadletter),
            "\nhttp:\n  listen: ",
            Quoted(StrCat(ipv6 ? "[" : "", options.http.host, ipv6 ? "]" : "",
                          ":", options.http.port)),
            "\n");
  if (!options.http.token_file.empty()) {
    StrAppend(&dump, "  token_file: ", Quoted(options.http.token_file), "\n");
  }
  if (!options.http.public_url.empty()) {
    StrAppend(&dump, "  public_url: ", Quoted(options.http.public_url), "\n");
  }
  if (!options.http.hosts.empty()) {
    StrAppend(&dump, "  hosts: ", QuotedList(options.http.hosts), "\n");
  }
  StrAppend(&dump, "workers: ", options.workers,
            "\nengine: ", EngineOptionName(options.engine), "\n");
  if (!options.cache.path.empty()) {
    StrAppend(&dump, "cache: {path: ", Quoted(options.cache.path), "}\n");
  }
  StrAppend(
      &dump, "commit_interval: ", absl::FormatDuration(options.commit_interval),
      "\ndrain_timeout: ", absl::FormatDuration(options.drain_timeout),
      "\nlimits: {article_bytes: ",
      FormatConfigSize(options.limits.article_bytes),
      ", hits: ", options.limits.hits, ", snippets: ", options.limits.snippets,
      "}\nlog: {format: ", LogFormatName(options.log.format),
      ", level: ", LogLevelName(options.log.level), "}\n");
  return dump;
}

}  // namespace presshawk
