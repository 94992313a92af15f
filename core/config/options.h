// The configuration of `presshawk run`: presshawk.yaml, read and validated.
// This header is the manual of each option; deploy/config/presshawk.yaml is a
// commented example.
//
//   presshawk.yaml ─► LoadOptions ─► Options, or every error at once
//
// LIFE. Plain values, read once at start; nothing refers to the file any more.
// PATHS that are relative are relative to the working directory of the process,
// not to the file: `presshawk run --config /etc/presshawk.yaml` behaves as the
// commands do that name files on their command line. (A systemd unit sets
// WorkingDirectory=.)
// SECRETS. Kafka properties may hold passwords (${VAR}, or {file: PATH}, the
// content of a file): never log them; DumpOptions shows everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/config/config_error.h"
#include "core/model/limits.h"

namespace presshawk {

// kafka: what holds for every consumer and producer of the process.
struct KafkaOptions {
  struct Property {
    std::string value;
    ConfigPlace place;  // Of its name: for errors that only librdkafka finds.
  };
  using PropertyMap = std::map<std::string, Property>;

  // properties: any librdkafka property, for consumers and producers. Needed
  // wherever Kafka is used: bootstrap.servers (or its other name,
  // metadata.broker.list). Refused, as they would break the guarantee that
  // nothing is lost: SPEC KAFKA-2; group.id stands in `source`.
  PropertyMap properties;
  // consumer:, producer: the same, for one side only; they override
  // `properties`.
  PropertyMap consumer;
  PropertyMap producer;
  // Files whose content is a value: {file: PATH}.
  std::vector<std::string> value_files;
  // fetch_memory: bytes that consumers may hold in fetched records that no
  // worker has taken yet; for the process, divided among its workers.
  // Default 64MiB, at least 1MiB.
  uint64_t fetch_memory_bytes = 64UL << 20;

  // `properties` with the overrides of one side: what librdkafka gets, before
  // our own defaults.
  std::map<std::string, std::string> ConsumerProperties() const;
  std::map<std::string, std::string> ProducerProperties() const;
  bool has_brokers() const;
};

// source: exactly one of the two.
struct KafkaSourceOptions {
  std::vector<std::string> topics;  // topics: at least one, names only.
  // group: of the consumer group; also in the alerts' ce_source.
  std::string group = "presshawk";
};
struct FileSourceOptions {
  std::vector<std::string> paths;  // paths: NDJSON, .gz and .zst too.
  // Where each of them stands: for errors that only looking at it finds.
  std::vector<ConfigPlace> path_places = {};
  // follow: wait for more at the end, through rotation. False: drain and exit.
  bool follow = false;
  // checkpoint: where the position is kept. Empty (the default): beside the
  // file, its name with .presshawk-offset.
  std::string checkpoint;
  ConfigPlace checkpoint_place = {};
};

// watchlists: files, a topic, or both; an id in both is taken from the file.
struct WatchListOptions {
  std::vector<std::string> files;  // files: glob patterns, in this order.
  ConfigPlace files_place;         // For errors that only reading them finds.
  std::string topic;               // topic: compacted, key = id; empty = none.
  // status_topic: compacted; what became of each list is written there, key =
  // id. Default `<topic>.status` where there is a topic, else none. What a list
  // says of `instance` is `client.id` of kafka: properties: where that is set
  // (give each instance its own), else host:pid.
  std::string status_topic;
  // allow_empty: consume articles also while no list is active.
  bool allow_empty = false;
};

// An entry of `sinks`, and `deadletter`.
struct KafkaSinkOptions {
  std::string topic;
  friend bool operator==(const KafkaSinkOptions&,
                         const KafkaSinkOptions&) = default;
};
struct FileSinkOptions {
  std::string path;  // NDJSON, appended to; ours alone: it is locked.
  ConfigPlace place = {};
  friend bool operator==(const FileSinkOptions& a, const FileSinkOptions& b) {
    return a.path == b.path;
  }
};
using SinkOptions = std::variant<KafkaSinkOptions, FileSinkOptions>;

// http: metrics, health, API and console on one port.
struct HttpOptions {
  // listen: "host:port" or "[ipv6]:port". Port 0 takes a free one, which the
  // log names. Default 127.0.0.1:9464.
  std::string host = "127.0.0.1";
  uint16_t port = 9464;
  ConfigPlace listen_place = {};
  // token_file: holds the token that requests must bear (`Authorization:
  // Bearer …`); /healthz and /readyz are open. Empty: none is asked for, so
  // listen on loopback only, or behind something that asks.
  std::string token_file;
  ConfigPlace token_place = {};
  // public_url: how browsers reach it, where that is through a proxy or by a
  // name: `https://watch.example`. Its host passes as those of hosts: do; with
  // https, cookies are for https alone. Empty: none.
  std::string public_url;
  // hosts: the names by which it may be asked, without port, beside addresses
  // and localhost. A request for another name is refused (421; health aside):
  // a page elsewhere could point its own name here and read (DNS rebinding).
  std::vector<std::string> hosts;
};

struct CacheOptions {
  // path: a directory for compiled lists and for the last good condition of
  // stale ones, of this service alone: it is locked. Empty (the default):
  // nothing is kept over a restart.
  std::string path;
  ConfigPlace place = {};
};

struct LimitOptions {
  // article_bytes: larger inputs are dead letters (too_large). 1KiB to 1GiB.
  uint64_t article_bytes = kArticleBytesMax;
  // hits, snippets: that an alert shows at most; 0 to 10000.
  size_t hits = kAlertHitsMax;
  size_t snippets = kAlertSnippetsMax;
};

enum class LogFormat : uint8_t { kText, kJson };
enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };
struct LogOptions {
  LogFormat format = LogFormat::kText;  // format: text or json, on stderr.
  LogLevel level = LogLevel::kInfo;     // level: debug, info, warn or error.
};

// engine: auto takes the faster one for the number of terms.
enum class EngineOption : uint8_t { kAuto, kHyperscan, kTokens };

struct Options {
  KafkaOptions kafka;
  std::variant<KafkaSourceOptions, FileSourceOptions> source;  // Required.
  // mapping: a preset (generic, newsapi, ninjs1, ninjs3, webz, eventregistry,
  // schemaorg) or a file: whatever has a `/` or a `.` in it. Default generic.
  std::string mapping = "generic";
  ConfigPlace mapping_place;       // For errors that only reading it finds.
  WatchListOptions watchlists;     // Required: files or a topic.
  std::vector<SinkOptions> sinks;  // Required; all must acknowledge an alert.
  // deadletter: default the topic articles.deadletter where brokers are
  // configured, else the file deadletter.ndjson.
  SinkOptions deadletter;
  HttpOptions http;
  // workers: threads that match, each with its own consumer. 1 to 1024.
  // Default: the number of cores.
  uint32_t workers = 1;
  EngineOption engine = EngineOption::kAuto;
  CacheOptions cache;
  // commit_interval: how often stored offsets are committed. 10ms to 1h.
  absl::Duration commit_interval = absl::Seconds(1);
  // drain_timeout: how long SIGTERM waits for acknowledgements. Up to 1h.
  absl::Duration drain_timeout = absl::Seconds(30);
  LimitOptions limits;
  LogOptions log;

  // Whether a source, a sink, the dead letters or the lists need brokers.
  bool uses_kafka() const;
};

std::string_view EngineOptionName(EngineOption engine);
std::string_view LogFormatName(LogFormat format);
std::string_view LogLevelName(LogLevel level);

// Whether a librdkafka property holds a secret: passwords, keys, client
// secrets, configurations of OAUTHBEARER. Paths (ssl.key.location) do not.
bool IsSecretProperty(std::string_view name);

// The options in force as YAML, defaults included, secrets as `<redacted>`.
std::string DumpOptions(const Options& options);

}  // namespace presshawk
