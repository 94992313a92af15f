// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/client_config.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <librdkafka/rdkafka.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"
#include "core/config/kafka_rules.h"

namespace presshawk {
namespace {

constexpr char kTopicRefresh[] = "topic.metadata.refresh.interval.ms";
constexpr int64_t kTopicRefreshMillis = 30'000;
constexpr uint64_t kMinShareBytes = uint64_t{2} << 20;

enum class NumberType { kNone, kInteger, kFloat };

struct PropertyInfo {
  std::string scope;  // "C", "P" or "*".
  NumberType number = NumberType::kNone;
  std::string canonical;  // What it is an alias for; else itself.
};

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// A row of librdkafka's own table: `name | scope | range | default |
// importance | description`.
void AddPropertyRow(std::string_view row,
                    std::map<std::string, PropertyInfo, std::less<>>* table) {
  const size_t first = row.find('|');
  const size_t second =
      first == std::string_view::npos ? first : row.find('|', first + 1);
  if (second == std::string_view::npos) {
    return;
  }
  const std::string_view name = Trimmed(row.substr(0, first));
  const std::string_view scope =
      Trimmed(row.substr(first + 1, second - first - 1));
  if (scope != "C" && scope != "P" && scope != "*") {
    return;  // Header or ruler.
  }
  PropertyInfo info{.scope = std::string(scope),
                    .canonical = std::string(name)};
  if (row.find("*Type: integer*") != std::string_view::npos) {
    info.number = NumberType::kInteger;
  } else if (row.find("*Type: float*") != std::string_view::npos) {
    info.number = NumberType::kFloat;
  }
  constexpr std::string_view kAlias = "Alias for `";
  const size_t alias = row.find(kAlias, second);
  if (alias != std::string_view::npos) {
    const size_t begin = alias + kAlias.size();
    info.canonical =
        std::string(row.substr(begin, row.find('`', begin) - begin));
  }
  table->emplace(std::string(name), std::move(info));
}

// Every property that the linked librdkafka knows, from itself: new releases
// need no change here.
const std::map<std::string, PropertyInfo, std::less<>>& KnownProperties() {
  static const auto* const kTable = [] {
    auto* table = new std::map<std::string, PropertyInfo, std::less<>>();
    char* text = nullptr;
    size_t size = 0;
    std::FILE* file = open_memstream(&text, &size);
    rd_kafka_conf_properties_show(file);
    std::fclose(file);
    std::string_view rest(text, size);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      AddPropertyRow(rest.substr(0, end), table);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::free(text);
    return table;
  }();
  return *kTable;
}

// How librdkafka wants the number of a property, by its name.
std::string_view UnitOf(std::string_view name) {
  if (name.ends_with(".ms")) {
    return " of milliseconds";
  }
  if (name.ends_with(".kbytes")) {
    return " of KiB";
  }
  return name.ends_with(".bytes") ? " of bytes" : "";
}

// What is wrong with a value that is to be a number. librdkafka reads what a
// value begins with, "10s" as 10 and "010" as 8, and takes 32 bits of it.
std::optional<std::string> NumberError(const std::string& name, NumberType type,
                                       const std::string& value) {
  const std::string_view digits =
      std::string_view(value).substr(value.starts_with('-') ? 1 : 0);
  // A word: librdkafka knows some ("all"), and refuses the others itself.
  if (type == NumberType::kNone || digits.empty() ||
      !absl::ascii_isdigit(static_cast<unsigned char>(digits[0]))) {
    return std::nullopt;
  }
  const std::string is_no_number =
      StrCat("\"", value, "\" is no plain number: write the number",
             UnitOf(name), " without a unit, as in 10000");
  if (type == NumberType::kFloat) {
    double ignored = 0;
    return absl::SimpleAtod(value, &ignored)
               ? std::nullopt
               : std::optional<std::string>(is_no_number);
  }
  int64_t number = 0;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      (digits.size() > 1 && digits[0] == '0')) {
    return is_no_number;
  }
  if (!absl::SimpleAtoi(value, &number) || number > INT32_MAX ||
      number < INT32_MIN) {
    return StrCat("\"", value, "\" is too large a number: at most ", INT32_MAX);
  }
  return std::nullopt;
}

bool IsTrue(std::string_view value) {
  return value == "true" || value == "t" || value == "1";
}

// Why `canonical` may not have this value; nothing when it may.
std::optional<std::string> Refusal(std::string_view canonical,
                                   std::string_view value) {
  if (const PropertyRefusal rule = RefuseKafkaProperty(canonical, value);
      rule.refused()) {
    return StrCat(rule.reason, ": ", rule.fix);
  }
  if (canonical == "delivery.report.only.error" && IsTrue(value)) {
    return "acknowledgements would not be reported, and no offset committed";
  }
  if (canonical == "enabled_events") {
    return "presshawk serves librdkafka by callbacks";
  }
  return std::nullopt;
}

struct Section {
  const char* name;
  KafkaPropertyMap KafkaClientOptions::*member;
  std::string_view other_scope;  // The scope that does not belong here.
  std::string_view other_name;
};

constexpr std::array<Section, 3> kSections = {
    {{"kafka: properties:", &KafkaClientOptions::properties, "", ""},
     {"kafka: consumer:", &KafkaClientOptions::consumer, "P", "producer"},
     {"kafka: producer:", &KafkaClientOptions::producer, "C", "consumer"}}};

// Sets one property; the error shows no secret.
std::optional<std::string> SetProperty(rd_kafka_conf_t* conf,
                                       const std::string& name,
                                       const std::string& value) {
  std::array<char, 512> error;
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(),
                        error.size()) == RD_KAFKA_CONF_OK) {
    return std::nullopt;
  }
  if (IsSecretProperty(name)) {
    return std::string("its value is not accepted (not shown: a secret)");
  }
  // Some of them end with a line feed.
  std::string_view text = error.data();
  while (text.ends_with('\n') || text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

std::optional<std::string> CheckProperty(const Section& section,
                                         const std::string& name,
                                         const std::string& value,
                                         rd_kafka_conf_t* scratch) {
  const auto& table = KnownProperties();
  const auto it = table.find(name);
  if (it == table.end()) {
    return StrCat(section.name, " unknown property \"", name, "\": librdkafka ",
                  rd_kafka_version_str(),
                  " has no property of this name; check the spelling");
  }
  if (!section.other_scope.empty() && it->second.scope == section.other_scope) {
    return StrCat(section.name, " \"", name, "\" is a property of the ",
                  section.other_name, ": move it to ", section.other_name, ":");
  }
  if (auto reason = Refusal(it->second.canonical, value)) {
    return StrCat(section.name, " \"", name, "\" is refused: ", *reason);
  }
  if (auto error = NumberError(name, it->second.number, value)) {
    return StrCat(section.name, " \"", name, "\": ", *error);
  }
  if (auto error = SetProperty(scratch, name, value)) {
    return StrCat(section.name, " \"", name, "\": ", *error);
  }
  return std::nullopt;
}

// What each property alone shows.
std::vector<KafkaOptionError> CheckProperties(
    const KafkaClientOptions& options) {
  std::vector<KafkaOptionError> errors;
  const KafkaConf scratch(rd_kafka_conf_new());
  for (const Section& section : kSections) {
    for (const auto& [name, value] : options.*section.member) {
      if (auto error = CheckProperty(section, name, value, scratch.get())) {
        errors.push_back({.section = section.member,
                          .property = name,
                          .message = *std::move(error)});
      }
    }
  }
  if (BootstrapServers(options).empty()) {
    errors.push_back({.message = "kafka: properties: \"bootstrap.servers\" is "
                                 "missing: give the address of a broker, as in "
                                 "127.0.0.1:9092"});
  }
  return errors;
}

// Canonical name -> value; later sections override earlier ones, whatever alias
// each of them used.
KafkaPropertyMap Merged(KafkaPropertyMap defaults,
                        const KafkaClientOptions& options, bool is_consumer) {
  const auto& table = KnownProperties();
  const auto add = [&](const KafkaPropertyMap& properties) {
    for (const auto& [name, value] : properties) {
      const auto it = table.find(name);
      if (it != table.end() && it->second.scope != (is_consumer ? "P" : "C")) {
        defaults[it->second.canonical] = value;
      }
    }
  };
  add(options.properties);
  add(is_consumer ? options.consumer : options.producer);
  return defaults;
}

absl::StatusOr<KafkaConf> ToConf(const KafkaPropertyMap& properties) {
  KafkaConf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    if (auto error = SetProperty(conf.get(), name, value)) {
      return absl::InvalidArgumentError(
          StrCat("kafka: \"", name, "\": ", *error));
    }
  }
  return conf;
}

absl::Status Checked(const KafkaClientOptions& options) {
  std::string all;
  for (const KafkaOptionError& error : CheckProperties(options)) {
    StrAppend(&all, all.empty() ? "" : "\n", error.message);
  }
  return all.empty() ? absl::OkStatus() : absl::InvalidArgumentError(all);
}

// Empty where it is not set.
std::string ConsumerProperty(const KafkaClientOptions& options,
                             const char* name) {
  for (const KafkaPropertyMap* properties :
       {&options.consumer, &options.properties}) {
    const auto it = properties->find(name);
    if (it != properties->end() && !it->second.empty()) {
      return it->second;
    }
  }
  return "";
}

uint64_t ShareBytes(const KafkaClientOptions& options) {
  return std::max(options.fetch_memory_bytes / std::max(options.workers, 1U),
                  kMinShareBytes);
}

KafkaPropertyMap CommonDefaults() {
  return {{"client.id", "presshawk"},
          {"reconnect.backoff.max.ms", "1000"},
          // How soon partitions that were added are read: librdkafka looks
          // every five minutes. Every 30 s is one small request for each
          // client, which is nothing to a broker, and a wait that nobody who
          // adds partitions takes for a fault.
          {kTopicRefresh, StrCat(kTopicRefreshMillis)}};
}

// Whether a text has `name` as a whole word: `acks` is in
// `request.required.acks` too.
bool HasName(std::string_view text, std::string_view name) {
  const auto is_part = [&](size_t i) {
    return i < text.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(text[i])) ||
            text[i] == '.');
  };
  for (size_t at = text.find(name); at != text.npos;
       at = text.find(name, at + 1)) {
    if ((at == 0 || !is_part(at - 1)) && !is_part(at + name.size())) {
      return true;
    }
  }
  return false;
}

// The error of a whole client, at the configured property that it names by one
// of the property's names. librdkafka says by its text alone which one it is.
KafkaOptionError AtItsProperty(const KafkaClientOptions& options,
                               std::string_view error) {
  const auto& table = KnownProperties();
  for (const Section& section : kSections) {
    for (const auto& [name, value] : options.*section.member) {
      const std::string& canonical = table.find(name)->second.canonical;
      for (const auto& [other_name, info] : table) {
        if (info.canonical == canonical && HasName(error, other_name)) {
          return {.section = section.member,
                  .property = name,
                  .message = StrCat(section.name, " \"", name, "\": ", error)};
        }
      }
    }
  }
  return {.message = StrCat("kafka: ", error)};
}

KafkaPropertyMap ConsumerProperties(const KafkaClientOptions& options,
                                    std::string_view group, uint32_t worker) {
  KafkaPropertyMap defaults = CommonDefaults();
  defaults["auto.offset.reset"] = "earliest";
  // PITFALL 12: the default waits a second when a queue was full, which bounds
  // memory at a twelfth of the rate.
  defaults["fetch.queue.backoff.ms"] = "10";
  // PITFALL 11: 64 MB by default, and for each consumer. A group consumer's
  // partitions share one queue, so the limit is for all of them.
  defaults["queued.max.messages.kbytes"] =
      StrCat(ShareBytes(options) / 2 / 1024);
  defaults["statistics.interval.ms"] = "5000";
  KafkaPropertyMap merged = Merged(std::move(defaults), options, true);
  // PITFALL 14: KIP-848 is not our default; whoever asks for it gets it, with
  // the properties that it leaves to the broker left alone.
  if (merged["group.protocol"] != "consumer") {
    merged.emplace("session.timeout.ms", "10000");
    merged.emplace("heartbeat.interval.ms", "2000");
    merged.emplace("partition.assignment.strategy", "cooperative-sticky");
  }
  if (merged["group.protocol"].empty()) {
    merged.erase("group.protocol");
  }
  merged["group.id"] = std::string(group);
  // PITFALL 8: the default stores the offset of a message before it was worked
  // on, which loses it in a crash.
  merged["enable.auto.offset.store"] = "false";
  merged["enable.auto.commit"] = "false";
  merged["client.id"] = StrCat(merged["client.id"], "-", worker);
  if (std::string id = GroupInstanceId(options, worker); !id.empty()) {
    merged["group.instance.id"] = std::move(id);
  } else {
    merged.erase("group.instance.id");  // "${HOST:-}" of nothing.
  }
  return merged;
}

KafkaPropertyMap ProducerProperties(const KafkaClientOptions& options) {
  KafkaPropertyMap defaults = CommonDefaults();
  defaults["queue.buffering.max.ms"] = "5";  // linger.ms
  defaults["compression.codec"] = "lz4";
  defaults["message.max.bytes"] = StrCat(17 << 20);
  defaults["queue.buffering.max.kbytes"] = "65536";
  KafkaPropertyMap merged = Merged(std::move(defaults), options, false);
  merged["request.required.acks"] = "all";
  merged["enable.idempotence"] = "true";
  // PITFALL 6: a short timeout provokes sequence errors, and gives alerts up.
  merged["message.timeout.ms"] = "0";
  return merged;
}

KafkaPropertyMap ReaderProperties(const KafkaClientOptions& options) {
  KafkaPropertyMap merged = Merged(CommonDefaults(), options, true);
  // Not a member of any group: assignment by hand, no commits.
  for (const char* name :
       {"group.instance.id", "group.protocol", "group.remote.assignor",
        "partition.assignment.strategy", "session.timeout.ms",
        // Would be checked against the default of the session, 45 s.
        "max.poll.interval.ms", "heartbeat.interval.ms",
        "statistics.interval.ms"}) {
    merged.erase(name);
  }
  merged["client.id"] = StrCat(merged["client.id"], "-reader");
  merged["group.id"] = "presshawk-reader";
  merged["enable.auto.offset.store"] = "false";
  merged["enable.auto.commit"] = "false";
  merged["enable.partition.eof"] = "true";
  merged["queued.max.messages.kbytes"] = "16384";
  merged["fetch.queue.backoff.ms"] = "10";
  merged["auto.offset.reset"] = "earliest";
  return merged;
}

// Makes a client and lets go of it: only then librdkafka judges what properties
// are together, and reads the files that they name. It knows no broker, so
// nothing is connected to, and what a client would run or load is left out.
std::optional<std::string> TryClient(KafkaPropertyMap properties,
                                     bool is_consumer) {
  for (const char* name :
       {"metadata.broker.list", "ssl.engine.location", "ssl.providers"}) {
    properties.erase(name);
  }
  absl::StatusOr<KafkaConf> conf = ToConf(properties);
  if (!conf.ok()) {
    return std::string(conf.status().message());
  }
  // As a comment of the shell: what it refers to is still judged.
  std::string kinit = ConfValue(*conf, "sasl.kerberos.kinit.cmd");
  std::replace(kinit.begin(), kinit.end(), '\n', ' ');
  rd_kafka_conf_set(conf->get(), "sasl.kerberos.kinit.cmd",
                    StrCat("# ", kinit).c_str(), nullptr, 0);
  rd_kafka_conf_set_log_cb(conf->get(), nullptr);
  std::array<char, 512> error = {};
  rd_kafka_t* const client =
      rd_kafka_new(is_consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER,
                   conf->get(), error.data(), error.size());
  if (client == nullptr) {
    return std::string(error.data());
  }
  conf->release();  // The client's now.
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  return std::nullopt;
}

}  // namespace

std::vector<KafkaOptionError> CheckKafkaOptions(
    const KafkaClientOptions& options) {
  std::vector<KafkaOptionError> errors = CheckProperties(options);
  if (!errors.empty()) {
    return errors;
  }
  for (const auto& error :
       {TryClient(ConsumerProperties(options, "check", 0), true),
        TryClient(ReaderProperties(options), true),
        TryClient(ProducerProperties(options), false)}) {
    if (!error.has_value()) {
      continue;
    }
    KafkaOptionError found = AtItsProperty(options, *error);
    if (std::none_of(errors.begin(), errors.end(),
                     [&](const KafkaOptionError& earlier) {
                       return earlier.message == found.message;
                     })) {
      errors.push_back(std::move(found));
    }
  }
  return errors;
}

absl::StatusOr<KafkaConf> MakeConsumerConf(const KafkaClientOptions& options,
                                           std::string_view group,
                                           uint32_t worker) {
  if (absl::Status status = Checked(options); !status.ok()) {
    return status;
  }
  return ToConf(ConsumerProperties(options, group, worker));
}

absl::StatusOr<KafkaConf> MakeProducerConf(const KafkaClientOptions& options) {
  if (absl::Status status = Checked(options); !status.ok()) {
    return status;
  }
  return ToConf(ProducerProperties(options));
}

absl::StatusOr<KafkaConf> MakeReaderConf(const KafkaClientOptions& options) {
  if (absl::Status status = Checked(options); !status.ok()) {
    return status;
  }
  return ToConf(ReaderProperties(options));
}

absl::StatusOr<KafkaConf> MakeFollowerConf(const KafkaClientOptions& options,
                                           const std::string& group) {
  if (absl::Status status = Checked(options); !status.ok()) {
    return status;
  }
  KafkaPropertyMap properties = ReaderProperties(options);
  properties["group.id"] = group;
  properties["auto.offset.reset"] = "error";
  return ToConf(properties);
}

uint64_t InFlightBytesMax(const KafkaClientOptions& options) {
  return ShareBytes(options) / 2;
}

std::string BootstrapServers(const KafkaClientOptions& options) {
  // Either name is accepted by librdkafka.
  for (const KafkaPropertyMap* properties :
       {&options.consumer, &options.producer, &options.properties}) {
    for (const char* name : {"bootstrap.servers", "metadata.broker.list"}) {
      const auto it = properties->find(name);
      if (it != properties->end() && !it->second.empty()) {
        return it->second;
      }
    }
  }
  return "";
}

std::string GroupInstanceId(const KafkaClientOptions& options,
                            uint32_t worker) {
  const std::string id = ConsumerProperty(options, "group.instance.id");
  return id.empty() ? "" : StrCat(id, "-", worker);
}

std::string AutoOffsetReset(const KafkaClientOptions& options) {
  std::string reset = ConsumerProperty(options, "auto.offset.reset");
  return reset.empty() ? "earliest" : reset;
}

absl::Duration TopicRefreshInterval(const KafkaClientOptions& options) {
  int64_t millis = 0;
  return absl::SimpleAtoi(ConsumerProperty(options, kTopicRefresh), &millis) &&
                 millis > 0
             ? absl::Milliseconds(millis)
             : absl::Milliseconds(kTopicRefreshMillis);
}

std::string ConfValue(const KafkaConf& conf, const char* name) {
  size_t size = 0;
  if (rd_kafka_conf_get(conf.get(), name, nullptr, &size) != RD_KAFKA_CONF_OK ||
      size == 0) {
    return "";
  }
  std::string value(size, '\0');
  rd_kafka_conf_get(conf.get(), name, value.data(), &size);
  value.resize(size - 1);  // The size counts the terminating NUL.
  return value;
}

}  // namespace presshawk
