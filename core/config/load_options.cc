#include "core/config/load_options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "absl/strings/numbers.h"
#include "core/base/authority.h"
#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/config/kafka_rules.h"
#include "core/config/suggestion.h"
#include "core/config/yaml_section.h"
#include "core/yaml/yaml_file.h"

namespace presshawk {
namespace {

constexpr uint64_t kWorkersMax = 1024;
constexpr std::array<std::string_view, 7> kMappingPresets = {
    "generic", "newsapi",       "ninjs1",   "ninjs3",
    "webz",    "eventregistry", "schemaorg"};

// Reads the sections one by one; what spans several is checked at the end.
class OptionsReader {
 public:
  OptionsReader(YamlReader* reader, const YamlNode& root)
      : root_(reader, "", root, {}) {}

  Options Read();

 private:
  // A place that needs brokers, for the error when there are none.
  struct KafkaUse {
    std::string by;
    ConfigPlace place;
  };
  struct TopicUse {
    std::string topic;
    std::string by;
    ConfigPlace place;
  };

  void ReadKafka();
  KafkaOptions::PropertyMap ReadProperties(YamlSection section);
  void ReadSource();
  void ReadMapping();
  void ReadWatchLists();
  void ReadSinks();
  std::optional<SinkOptions> ReadSink(YamlSection section, std::string_view by);
  void ReadDeadLetter();
  void ReadHttp();
  void ReadHttpNames(YamlSection* http);
  void WarnOfOpenHttp(YamlSection* http);
  void ReadRest();
  void CheckTopics();
  void CheckBrokers();
  // Reads a topic's name, remembering who uses it.
  std::string ReadTopic(YamlSection* section, std::string_view key,
                        std::string_view by);
  void UseTopic(const YamlScalar& name, std::string_view by);

  YamlSection root_;
  Options options_;
  std::vector<KafkaUse> kafka_uses_;
  std::vector<TopicUse> topics_;
};

Options OptionsReader::Read() {
  ReadKafka();
  ReadSource();
  ReadMapping();
  ReadWatchLists();
  ReadSinks();
  ReadDeadLetter();
  ReadHttp();
  ReadRest();
  CheckTopics();
  CheckBrokers();
  root_.RejectUnknownKeys();
  return std::move(options_);
}

void OptionsReader::ReadKafka() {
  YamlSection kafka = root_.Map("kafka");
  options_.kafka.properties = ReadProperties(kafka.Map("properties"));
  options_.kafka.consumer = ReadProperties(kafka.Map("consumer"));
  options_.kafka.producer = ReadProperties(kafka.Map("producer"));
  if (const auto size = kafka.Size("fetch_memory", 1UL << 20, 1UL << 40)) {
    options_.kafka.fetch_memory_bytes = *size;
  }
  kafka.RejectUnknownKeys();
}

KafkaOptions::PropertyMap OptionsReader::ReadProperties(YamlSection section) {
  KafkaOptions::PropertyMap properties;
  for (const auto& [name, value] : section.Scalars()) {
    const PropertyRefusal refusal = RefuseKafkaProperty(name.text, value.text);
    if (refusal.refused()) {
      section.Error(
          name.place,
          StrCat("the property ", name.text, " is refused: ", refusal.reason),
          refusal.fix);
      continue;
    }
    properties[name.text] = {.value = value.text, .place = name.place};
    if (!value.file.empty()) {
      options_.kafka.value_files.push_back(value.file);
    }
  }
  return properties;
}

void OptionsReader::UseTopic(const YamlScalar& name, std::string_view by) {
  const std::string error = TopicNameError(name.text);
  if (!error.empty()) {
    root_.Error(name.place, StrCat(by, ": `", name.written, "`: ", error), "");
  }
  topics_.push_back(
      {.topic = name.text, .by = std::string(by), .place = name.place});
  kafka_uses_.push_back({.by = std::string(by), .place = name.place});
}

std::string OptionsReader::ReadTopic(YamlSection* section, std::string_view key,
                                     std::string_view by) {
  const std::optional<YamlScalar> topic = section->Scalar(key);
  if (!topic.has_value()) {
    return {};
  }
  UseTopic(*topic, by);
  return topic->text;
}

void OptionsReader::ReadSource() {
  constexpr std::string_view kFix =
      "write source: {kafka: {topics: [articles], group: presshawk}} or "
      "source: {file: {paths: [articles.ndjson]}}";
  const bool given = root_.Has("source");
  YamlSection source = root_.Map("source");
  if (!given) {
    root_.Error({}, "source is missing", std::string(kFix));
    return;
  }
  constexpr std::array<std::string_view, 2> kKinds = {"kafka", "file"};
  const std::optional<size_t> kind = source.OneOf(kKinds, kFix);
  if (kind == size_t{0}) {
    YamlSection section = source.Map("kafka");
    KafkaSourceOptions kafka;
    for (const YamlScalar& topic : section.Texts("topics")) {
      UseTopic(topic, "source.kafka.topics");
      kafka.topics.push_back(topic.text);
    }
    if (!section.Has("topics")) {
      section.Error(section.place(), "source.kafka.topics is missing",
                    "write topics: [articles]");
    } else if (kafka.topics.empty()) {
      section.Error(section.PlaceOfKey("topics"),
                    "source.kafka.topics names no topic",
                    "write topics: [articles]");
    }
    if (auto group = section.Text("group")) {
      kafka.group = *std::move(group);
    }
    section.RejectUnknownKeys();
    options_.source = std::move(kafka);
  } else if (kind == size_t{1}) {
    YamlSection section = source.Map("file");
    FileSourceOptions file;
    for (YamlScalar& path : section.Texts("paths")) {
      file.paths.push_back(std::move(path.text));
      file.path_places.push_back(path.place);
    }
    if (file.paths.empty()) {
      section.Error(section.PlaceOfKey("paths"),
                    "source.file.paths names no file",
                    "write paths: [articles.ndjson]");
    }
    file.follow = section.Bool("follow").value_or(false);
    file.checkpoint = section.Text("checkpoint").value_or("");
    file.checkpoint_place = section.PlaceOfKey("checkpoint");
    section.RejectUnknownKeys();
    options_.source = std::move(file);
  }
  source.RejectUnknownKeys();
}

void OptionsReader::ReadMapping() {
  const std::optional<YamlScalar> mapping = root_.Scalar("mapping");
  if (!mapping.has_value()) {
    return;
  }
  const bool is_file = mapping->text.find_first_of("/.") != std::string::npos;
  const bool is_preset =
      std::find(kMappingPresets.begin(), kMappingPresets.end(),
                mapping->text) != kMappingPresets.end();
  if (!is_file && !is_preset) {
    const std::string_view near = NearestName(mapping->text, kMappingPresets);
    root_.Error(
        mapping->place, StrCat("`", mapping->written, "` is no mapping preset"),
        near.empty() ? "write generic, newsapi, ninjs1, ninjs3, webz, "
                       "eventregistry or schemaorg, or a file with its path: "
                       "./mapping.yaml"
                     : StrCat("did you mean ", near, "? (a file: ./",
                              mapping->written, ")"));
  }
  options_.mapping = mapping->text;
  options_.mapping_place = mapping->place;
}

void OptionsReader::ReadWatchLists() {
  constexpr char kFix[] =
      "write watchlists: {files: [\"watchlists/*.yaml\"]} or "
      "watchlists: {topic: watchlists}";
  if (!root_.Has("watchlists")) {
    root_.Error({}, "watchlists is missing", kFix);
    return;
  }
  YamlSection section = root_.Map("watchlists");
  WatchListOptions& lists = options_.watchlists;
  lists.files_place = section.PlaceOfKey("files");
  for (YamlScalar& file : section.Texts("files")) {
    lists.files.push_back(std::move(file.text));
  }
  lists.topic = ReadTopic(&section, "topic", "watchlists.topic");
  lists.status_topic =
      ReadTopic(&section, "status_topic", "watchlists.status_topic");
  if (lists.status_topic.empty() && !lists.topic.empty()) {
    lists.status_topic = StrCat(lists.topic, ".status");
  }
  lists.allow_empty = section.Bool("allow_empty").value_or(false);
  if (lists.files.empty() && !section.Has("topic")) {
    section.Error(section.place(), "watchlists names neither files nor a topic",
                  kFix);
  }
  section.RejectUnknownKeys();
}

std::optional<SinkOptions> OptionsReader::ReadSink(YamlSection section,
                                                   std::string_view by) {
  constexpr std::array<std::string_view, 2> kKinds = {"kafka", "file"};
  const std::optional<size_t> kind = section.OneOf(
      kKinds, "write {kafka: {topic: NAME}} or {file: {path: FILE}}");
  std::optional<SinkOptions> sink;
  if (kind == size_t{0}) {
    YamlSection kafka = section.Map("kafka");
    if (!kafka.Has("topic")) {
      kafka.Error(kafka.place(), StrCat(by, ".kafka.topic is missing"),
                  "write {kafka: {topic: NAME}}");
    }
    sink = KafkaSinkOptions{
        .topic = ReadTopic(&kafka, "topic", StrCat(by, ".kafka.topic"))};
    kafka.RejectUnknownKeys();
  } else if (kind == size_t{1}) {
    YamlSection file = section.Map("file");
    if (!file.Has("path")) {
      file.Error(file.place(), StrCat(by, ".file.path is missing"),
                 "write {file: {path: FILE}}");
    }
    sink = FileSinkOptions{.path = file.Text("path").value_or(""),
                           .place = file.PlaceOfKey("path")};
    file.RejectUnknownKeys();
  }
  section.RejectUnknownKeys();
  return sink;
}

void OptionsReader::ReadSinks() {
  constexpr char kFix[] = "write sinks: [{kafka: {topic: alerts}}]";
  const bool given = root_.Has("sinks");
  std::vector<YamlSection> sections = root_.Maps("sinks");
  for (size_t i = 0; i < sections.size(); ++i) {
    const std::optional<SinkOptions> sink =
        ReadSink(sections[i], StrCat("sinks[", i, "]"));
    if (!sink.has_value()) {
      continue;
    }
    std::vector<SinkOptions>& sinks = options_.sinks;
    if (std::find(sinks.begin(), sinks.end(), *sink) != sinks.end()) {
      root_.Error(sections[i].place(),
                  StrCat("sinks[", i, "] is the same as an earlier sink"),
                  "remove one of them: each alert would be written twice");
    }
    sinks.push_back(*sink);
  }
  if (!given) {
    root_.Error({}, "sinks is missing", kFix);
  } else if (sections.empty()) {
    root_.Error(root_.PlaceOfKey("sinks"), "sinks names no sink", kFix);
  }
}

void OptionsReader::ReadDeadLetter() {
  if (!root_.Has("deadletter")) {
    if (options_.kafka.has_brokers()) {
      options_.deadletter = KafkaSinkOptions{.topic = "articles.deadletter"};
    } else {
      options_.deadletter =
          FileSinkOptions{.path = "deadletter.ndjson", .place = {}};
    }
    return;
  }
  YamlSection section = root_.Map("deadletter");
  const ConfigPlace place = section.place();
  if (const auto sink = ReadSink(std::move(section), "deadletter")) {
    options_.deadletter = *sink;
    const auto* file = std::get_if<FileSinkOptions>(&*sink);
    const std::vector<SinkOptions>& sinks = options_.sinks;
    if (file != nullptr &&
        std::find(sinks.begin(), sinks.end(), *sink) != sinks.end()) {
      root_.Error(place, "deadletter and a sink write the same file",
                  "give the dead letters a file of their own");
    }
  }
}

void OptionsReader::ReadHttp() {
  YamlSection http = root_.Map("http");
  if (const std::optional<YamlScalar> listen = http.Scalar("listen")) {
    const size_t colon = listen->text.rfind(':');
    std::string host = listen->text.substr(0, colon);
    const bool bracketed =
        host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
      host = host.substr(1, host.size() - 2);
    }
    uint32_t port = 0;
    if (colon == std::string::npos || host.empty() ||
        (!bracketed && host.find(':') != std::string::npos) ||
        !absl::SimpleAtoi(listen->text.substr(colon + 1), &port) ||
        port > 65535) {
      http.Error(listen->place,
                 StrCat("http.listen must be an address and a port, not `",
                        listen->written, "`"),
                 "write listen: \"127.0.0.1:9464\" (\"0.0.0.0:9464\" for all "
                 "interfaces, \"[::1]:9464\" for IPv6)");
    } else {
      options_.http.host = std::move(host);
      options_.http.port = static_cast<uint16_t>(port);
    }
  }
  options_.http.listen_place = http.PlaceOfKey("listen");
  options_.http.token_file = http.Text("token_file").value_or("");
  options_.http.token_place = http.PlaceOfKey("token_file");
  ReadHttpNames(&http);
  WarnOfOpenHttp(&http);
  http.RejectUnknownKeys();
}

void OptionsReader::ReadHttpNames(YamlSection* http) {
  if (const std::optional<YamlScalar> url = http->Scalar("public_url")) {
    if (ParseHttpUrl(url->text).has_value()) {
      options_.http.public_url = url->text;
    } else {
      http->Error(
          url->place,
          StrCat("http.public_url must be a URL, not `", url->written, "`"),
          "write public_url: \"https://watch.example\"");
    }
  }
  for (YamlScalar& host : http->Texts("hosts")) {
    const std::optional<Authority> name = ParseAuthority(host.text);
    if (name.has_value() && name->port.empty() &&
        host.text.find_first_of(":[") == std::string::npos) {
      options_.http.hosts.push_back(std::move(host.text));
    } else {
      http->Error(host.place,
                  StrCat("http.hosts holds names, not `", host.written, "`"),
                  "write the name alone: hosts: [watch.example] (addresses "
                  "pass without)");
    }
  }
}

// Who listens on more than this machine tells by which names, and who may ask.
void OptionsReader::WarnOfOpenHttp(YamlSection* http) {
  const HttpOptions& options = options_.http;
  const ConfigPlace place = http->PlaceOfKey("listen");
  const std::string& host = options.host;
  const std::optional<Authority> listens = ParseAuthority(
      host.find(':') == std::string::npos ? host : StrCat("[", host, "]"));
  if (!listens.has_value() || listens->host == "localhost") {
    return;
  }
  const bool is_everywhere =
      listens->host == "0.0.0.0" || listens->host == "::";
  const bool is_loopback =
      listens->host.starts_with("127.") || listens->host == "::1";
  const std::optional<HttpUrl> url = ParseHttpUrl(options.public_url);
  const bool is_named =
      (url.has_value() && url->authority.host == listens->host) ||
      std::any_of(options.hosts.begin(), options.hosts.end(),
                  [&](const std::string& name) {
                    return ParseAuthority(name)->host == listens->host;
                  });
  if (is_everywhere && options.hosts.empty() && options.public_url.empty()) {
    http->Warn(place,
               "http.listen is open on every interface and http.hosts names "
               "nobody: requests by a name are refused, those by an address or "
               "localhost answered",
               "write hosts: [NAME] with the names by which Prometheus and "
               "browsers ask");
  } else if (!is_everywhere && !listens->is_ip && !is_named) {
    http->Warn(place,
               StrCat("http.listen is at the name `", host,
                      "`, and requests by that name are refused"),
               StrCat("write hosts: [", host, "]"));
  }
  if (!is_loopback && options.token_file.empty()) {
    http->Warn(place,
               "http.listen is open to other machines without a token: whoever "
               "reaches it reads and reloads",
               "write token_file: PATH, or listen on 127.0.0.1");
  }
}

void OptionsReader::ReadRest() {
  constexpr std::array<std::string_view, 3> kEngines = {"auto", "hyperscan",
                                                        "tokens"};
  constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn",
                                                       "error"};
  constexpr uint64_t kShownMax = 10'000;  // Of hits and snippets an alert.
  Options& o = options_;
  // hardware_concurrency is 0 where it cannot tell.
  const uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
  o.workers = static_cast<uint32_t>(
      root_.Integer("workers", 1, kWorkersMax)
          .value_or(std::min<uint64_t>(cores, kWorkersMax)));
  o.engine =
      static_cast<EngineOption>(root_.Choice("engine", kEngines).value_or(0));
  YamlSection cache = root_.Map("cache");
  o.cache.path = cache.Text("path").value_or("");
  o.cache.place = cache.PlaceOfKey("path");
  cache.RejectUnknownKeys();
  o.commit_interval =
      root_.Duration("commit_interval", absl::Milliseconds(10), absl::Hours(1))
          .value_or(o.commit_interval);
  o.drain_timeout =
      root_.Duration("drain_timeout", absl::ZeroDuration(), absl::Hours(1))
          .value_or(o.drain_timeout);
  YamlSection limits = root_.Map("limits");
  o.limits.article_bytes = limits.Size("article_bytes", 1UL << 10, 1UL << 30)
                               .value_or(o.limits.article_bytes);
  o.limits.hits = limits.Integer("hits", 0, kShownMax).value_or(o.limits.hits);
  o.limits.snippets =
      limits.Integer("snippets", 0, kShownMax).value_or(o.limits.snippets);
  limits.RejectUnknownKeys();
  YamlSection log = root_.Map("log");
  o.log.format =
      static_cast<LogFormat>(log.Choice("format", kFormats).value_or(0));
  o.log.level = static_cast<LogLevel>(
      log.Choice("level", kLevels)
          .value_or(static_cast<size_t>(LogLevel::kInfo)));
  log.RejectUnknownKeys();
}

// A topic has one use: what presshawk writes must not come back as an article
// or as a watch-list.
void OptionsReader::CheckTopics() {
  for (size_t i = 0; i < topics_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (topics_[i].topic != topics_[j].topic || topics_[i].topic.empty()) {
        continue;
      }
      // Two sinks of one topic were reported already.
      if (topics_[i].by.starts_with("sinks") &&
          topics_[j].by.starts_with("sinks")) {
        continue;
      }
      root_.Error(topics_[i].place,
                  StrCat(topics_[i].by, " and ", topics_[j].by,
                         " are the same topic `", topics_[i].topic, "`"),
                  "give each its own: what is written to one would be read or "
                  "kept as the other");
      break;
    }
  }
}

void OptionsReader::CheckBrokers() {
  if (options_.kafka.has_brokers() || kafka_uses_.empty()) {
    return;
  }
  const KafkaUse& use = kafka_uses_.front();
  root_.Error(use.place,
              StrCat(use.by, " needs Kafka, but no brokers are configured"),
              "write kafka: {properties: {bootstrap.servers: \"HOST:9092\"}}");
}

}  // namespace

LoadedOptions ParseOptions(std::string_view text, const std::string& file,
                           const Environment& environment) {
  LoadedOptions loaded;
  YamlReader reader(text, file, environment);
  const YamlFile yaml = ReadYaml(text);
  for (const YamlMistake& mistake : yaml.mistakes) {
    const ConfigPlace place{.line = mistake.place.line,
                            .column = mistake.place.column};
    // `{a: ${B}}` ends the map at the first brace.
    const bool is_variable = !yaml.whole && reader.LineAt(place).find("${") !=
                                                std::string_view::npos;
    reader.Error(place, mistake.message,
                 is_variable
                     ? "put values with ${…} in quotes inside { } and [ ]"
                     : mistake.fix);
  }
  if (yaml.whole) {  // Else what follows cannot be told.
    loaded.options = OptionsReader(&reader, yaml.root).Read();
  }
  loaded.errors = reader.TakeErrors();
  loaded.warnings = reader.TakeWarnings();
  return loaded;
}

LoadedOptions LoadOptions(const std::string& path,
                          const Environment& environment) {
  const absl::StatusOr<std::string> text = ReadFile(path, kConfigFileBytesMax);
  if (text.ok()) {
    return ParseOptions(*text, path, environment);
  }
  std::string what(text.status().message());
  for (const std::string& prefix :
       {path + ": ", std::string("cannot read: ")}) {
    if (what.starts_with(prefix)) {
      what.erase(0, prefix.size());
    }
  }
  LoadedOptions loaded;
  loaded.errors.push_back(
      {.file = path,
       .place = {},
       .message = StrCat("cannot read the configuration file: ", what),
       .fix = "check the path, what is there, and its permissions"});
  return loaded;
}

}  // namespace presshawk
