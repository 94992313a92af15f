// SPDX-License-Identifier: Apache-2.0
#include "core/config/load_options.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kGood[] = R"(
kafka:      {properties: {bootstrap.servers: "127.0.0.1:9092"}}
source:     {kafka: {topics: [articles], group: presshawk}}
watchlists: {files: ["watchlists/*.yaml"], topic: watchlists}
sinks:      [{kafka: {topic: alerts}}, {file: {path: alerts.ndjson}}]
)";

std::optional<std::string> NoVariables(const std::string& /*name*/) {
  return std::nullopt;
}

LoadedOptions Parse(std::string_view text) {
  return ParseOptions(text, "p.yaml", NoVariables);
}

Options ParseGood(std::string_view text) {
  LoadedOptions loaded = Parse(text);
  EXPECT_EQ(FormatText(loaded.errors), "");
  return loaded.options;
}

// "line:column message" of each error.
std::vector<std::string> ErrorsOf(std::string_view text) {
  std::vector<std::string> errors;
  for (const ConfigError& error : Parse(text).errors) {
    errors.push_back(std::to_string(error.place.line) + ":" +
                     std::to_string(error.place.column) + " " + error.message);
  }
  return errors;
}

TEST(ParseOptions, ReadsEveryKeyOfTheDesign) {
  const Options o = ParseGood(R"(
kafka:      {properties: {bootstrap.servers: "127.0.0.1:9092"}, fetch_memory: 16MiB, consumer: {client.id: c}, producer: {client.id: p, linger.ms: 5}}
source:     {kafka: {topics: [articles, more], group: desk}}
mapping:    generic
watchlists: {files: ["watchlists/*.yaml"], topic: watchlists, allow_empty: true}
sinks:      [{kafka: {topic: alerts}}, {file: {path: alerts.ndjson}}]
deadletter: {kafka: {topic: articles.deadletter}}
http:       {listen: "0.0.0.0:0", token_file: /etc/token}
workers:    2
engine:     tokens
cache:      {path: /var/cache/presshawk}
commit_interval: 500ms
drain_timeout: 5m
limits:     {article_bytes: 1048576, hits: 5, snippets: 1}
log:        {format: json, level: debug}
)");
  const auto& source = std::get<KafkaSourceOptions>(o.source);
  EXPECT_THAT(source.topics, ElementsAre("articles", "more"));
  EXPECT_EQ(source.group, "desk");
  EXPECT_EQ(o.kafka.fetch_memory_bytes, 16U << 20);
  EXPECT_EQ(o.kafka.properties.at("bootstrap.servers").value, "127.0.0.1:9092");
  EXPECT_EQ(o.kafka.consumer.at("client.id").value, "c");
  EXPECT_EQ(o.kafka.producer.at("client.id").value, "p");
  EXPECT_EQ(o.kafka.producer.at("linger.ms").value, "5");
  EXPECT_THAT(o.watchlists.files, ElementsAre("watchlists/*.yaml"));
  EXPECT_EQ(o.watchlists.topic, "watchlists");
  EXPECT_TRUE(o.watchlists.allow_empty);
  EXPECT_THAT(
      o.sinks,
      ElementsAre(SinkOptions(KafkaSinkOptions{.topic = "alerts"}),
                  SinkOptions(FileSinkOptions{.path = "alerts.ndjson"})));
  EXPECT_EQ(std::get<KafkaSinkOptions>(o.deadletter).topic,
            "articles.deadletter");
  EXPECT_EQ(o.http.host, "0.0.0.0");
  EXPECT_EQ(o.http.port, 0);
  EXPECT_EQ(o.http.token_file, "/etc/token");
  EXPECT_EQ(o.workers, 2U);
  EXPECT_EQ(o.engine, EngineOption::kTokens);
  EXPECT_EQ(o.cache.path, "/var/cache/presshawk");
  EXPECT_EQ(o.commit_interval, absl::Milliseconds(500));
  EXPECT_EQ(o.drain_timeout, absl::Minutes(5));
  EXPECT_EQ(o.limits.article_bytes, 1U << 20);
  EXPECT_EQ(o.limits.hits, 5U);
  EXPECT_EQ(o.limits.snippets, 1U);
  EXPECT_EQ(o.log.format, LogFormat::kJson);
  EXPECT_EQ(o.log.level, LogLevel::kDebug);
}

TEST(ParseOptions, GivesDefaultsForWhatIsLeftOut) {
  const Options o = ParseGood(kGood);
  EXPECT_EQ(o.mapping, "generic");
  EXPECT_EQ(std::get<KafkaSinkOptions>(o.deadletter).topic,
            "articles.deadletter");
  EXPECT_EQ(o.http.host, "127.0.0.1");
  EXPECT_EQ(o.http.port, 9464);
  EXPECT_EQ(o.workers, std::thread::hardware_concurrency());
  EXPECT_EQ(o.commit_interval, absl::Seconds(1));
  EXPECT_EQ(o.drain_timeout, absl::Seconds(30));
  EXPECT_EQ(o.limits.article_bytes, 16777216U);
  EXPECT_EQ(o.limits.hits, 20U);
  EXPECT_EQ(o.limits.snippets, 3U);
  EXPECT_EQ(o.kafka.fetch_memory_bytes, 64U << 20);
  EXPECT_TRUE(o.uses_kafka());
}

TEST(ParseOptions, FilesAloneNeedNoKafka) {
  const Options o = ParseGood(
      "source: {file: {paths: [a.ndjson], follow: true, checkpoint: c}}\n"
      "watchlists: {files: [l.yaml]}\n"
      "sinks: [{file: {path: out.ndjson}}]\n");
  const auto& source = std::get<FileSourceOptions>(o.source);
  EXPECT_THAT(source.paths, ElementsAre("a.ndjson"));
  EXPECT_TRUE(source.follow);
  EXPECT_EQ(source.checkpoint, "c");
  EXPECT_EQ(std::get<FileSinkOptions>(o.deadletter).path, "deadletter.ndjson");
  EXPECT_FALSE(o.uses_kafka());
}

TEST(ParseOptions, ReportsEveryErrorAtOnceInOrderOfPlace) {
  EXPECT_THAT(
      ErrorsOf("kafka: {properties: {bootstrap.servers: b:1}}\n"
               "source: {kafka: {topic: articles}}\n"
               "wachtlists: {}\n"
               "sinks: []\n"
               "http: {listen: 9464}\n"
               "workers: none\n"
               "commit_interval: 5\n"
               "limits: {article_bytes: 16M}\n"),
      ElementsAre(
          "1:1 watchlists is missing", "2:10 source.kafka.topics is missing",
          "2:18 unknown key `topic` in source.kafka",
          "3:1 unknown key `wachtlists`", "4:1 sinks names no sink",
          "5:16 http.listen must be an address and a port, not `9464`",
          "6:10 workers must be a whole number from 1 to 1024, not `none`",
          "7:18 commit_interval must be a duration, not `5`",
          "8:25 limits.article_bytes must be a size, not `16M`"));
}

TEST(ParseOptions, SuggestsTheKeyThatWasMeant) {
  const LoadedOptions loaded = Parse(std::string(kGood) + "enigne: auto\n");
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(FormatText(loaded.errors[0]),
            "p.yaml:6:1: error: unknown key `enigne`\n"
            "  fix: did you mean engine?");
}

TEST(ParseOptions, AnUnknownKeyInsideAListOfMapsIsAnError) {
  EXPECT_THAT(ErrorsOf("source: {file: {paths: [a]}}\n"
                       "watchlists: {files: [l]}\n"
                       "sinks:\n"
                       "  - file: {path: a, pth: b}\n"
                       "  - kafa: {topic: a}\n"),
              ElementsAre("4:21 unknown key `pth` in sinks[0].file",
                          "5:5 sinks[1] needs one of kafka or file",
                          "5:5 unknown key `kafa` in sinks[1]"));
}

TEST(ParseOptions, KafkaWithoutBrokersIsAnError) {
  EXPECT_THAT(
      ErrorsOf("source: {kafka: {topics: [articles]}}\n"
               "watchlists: {files: [l.yaml]}\n"
               "sinks: [{file: {path: a}}]\n"),
      ElementsAre("1:27 source.kafka.topics needs Kafka, but no brokers "
                  "are configured"));
}

TEST(ParseOptions, TwoSourcesAreAnError) {
  EXPECT_THAT(
      ErrorsOf(absl::StrReplaceAll(
          kGood, {{"group: presshawk}", "group: g}, file: {paths: [a]}"}})),
      ElementsAre("3:1 source takes only one of kafka or file"));
}

TEST(ParseOptions, ATopicHasOneUse) {
  EXPECT_THAT(ErrorsOf(absl::StrReplaceAll(
                  kGood, {{"topic: alerts", "topic: articles"}})),
              ElementsAre(HasSubstr("are the same topic `articles`")));
  EXPECT_THAT(ErrorsOf(std::string(kGood) +
                       "deadletter: {kafka: {topic: watchlists}}\n"),
              ElementsAre(HasSubstr("are the same topic `watchlists`")));
  // A topic of alerts brings that of its retractions.
  EXPECT_THAT(ErrorsOf(std::string(kGood) +
                       "deadletter: {kafka: {topic: alerts.retractions}}\n"),
              ElementsAre(HasSubstr("(its retractions) are the same topic")));
}

TEST(ParseOptions, RefusesPropertiesThatBreakTheGuarantee) {
  for (const char* property :
       {"enable.auto.commit: true", "enable.auto.offset.store: false",
        "acks: 1", "request.required.acks: 0", "enable.idempotence: false",
        "transactional.id: x", "message.timeout.ms: 5000",
        "partition.assignment.strategy: roundrobin", "group.id: g"}) {
    const std::string text = absl::StrReplaceAll(
        kGood, {{"bootstrap.servers:",
                 absl::StrJoin({property, " bootstrap.servers:"}, ",")}});
    EXPECT_THAT(ErrorsOf(text), ElementsAre(HasSubstr("is refused")))
        << property;
  }
  for (const char* property :
       {"acks: all", "message.timeout.ms: 0", "enable.idempotence: true",
        "partition.assignment.strategy: range"}) {
    ParseGood(absl::StrReplaceAll(
        kGood, {{"bootstrap.servers:",
                 absl::StrJoin({property, " bootstrap.servers:"}, ",")}}));
  }
}

TEST(ParseOptions, KeepsThePlaceOfAPropertyForErrorsOfTheLibrary) {
  const Options o = ParseGood(kGood);
  EXPECT_EQ(o.kafka.properties.at("bootstrap.servers").place,
            (ConfigPlace{.line = 2, .column = 27}));
}

TEST(ParseOptions, CountsColumnsInCodePoints) {
  EXPECT_THAT(
      ErrorsOf(std::string(kGood) + "limits: {\"größe\": 1, hits: x}\n"),
      ElementsAre("6:10 unknown key `größe` in limits",
                  HasSubstr("6:28 limits.hits must be")));
}

TEST(ParseOptions, PutsInTheEnvironment) {
  const LoadedOptions loaded = ParseOptions(
      absl::StrReplaceAll(kGood,
                          {{"127.0.0.1:9092", "${BROKER}:9092"},
                           {"topic: alerts", "topic: \"${T:-alerts.x}\""}}),
      "p.yaml", [](const std::string& name) -> std::optional<std::string> {
        return name == "BROKER" ? std::optional<std::string>("h, group: [")
                                : std::nullopt;
      });
  EXPECT_EQ(FormatText(loaded.errors), "");
  EXPECT_EQ(loaded.options.kafka.properties.at("bootstrap.servers").value,
            "h, group: [:9092");
  EXPECT_EQ(std::get<KafkaSinkOptions>(loaded.options.sinks[0]).topic,
            "alerts.x");
}

TEST(ParseOptions, AnUnquotedVariableInAFlowMapIsExplained) {
  const LoadedOptions loaded = Parse("http: {token_file: ${TOKEN_FILE}}\n");
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(loaded.errors[0].fix,
            "put values with ${…} in quotes inside { } and [ ]");
}

TEST(ParseOptions, AnUnsetVariableIsAnErrorAtItsPlace) {
  EXPECT_THAT(
      ErrorsOf(absl::StrReplaceAll(kGood, {{"127.0.0.1", "${BROKER}"}})),
      testing::Contains(
          "2:46 kafka.properties.bootstrap.servers: the environment "
          "variable BROKER is not set"));
}

TEST(ParseOptions, WritesNoSecretIntoErrorsOrDumps) {
  const std::string text = absl::StrReplaceAll(
      kGood,
      {{"bootstrap.servers:",
        "sasl.password: hunter2, ssl.key.password: hunter2, ssl.key.pem: "
        "hunter2, sasl.oauthbearer.client.secret: hunter2, ssl.key.location: "
        "/k.pem, bootstrap.servers:"}});
  const std::string dump = DumpOptions(ParseGood(text));
  EXPECT_THAT(dump, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(dump, HasSubstr("\"sasl.password\": \"<redacted>\""));
  EXPECT_THAT(dump, HasSubstr("/k.pem"));
}

TEST(ParseOptions, APropertyMayBeTheContentOfAFile) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("presshawk-config-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const auto write = [&folder](const char* name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return "{file: " + (folder / name).string() + "}";
  };
  const auto with = [](const std::string& properties) {
    return absl::StrReplaceAll(
        kGood, {{"bootstrap.servers:", properties + ", bootstrap.servers:"}});
  };
  const std::string good =
      "sasl.password: " + write("password", "\xEF\xBB\xBFs3cret \n") +
      ", sasl.username: " + write("user", "${not a variable}\r\n");
  const Options o = ParseGood(with(good));
  EXPECT_EQ(o.kafka.properties.at("sasl.password").value, "s3cret ");
  EXPECT_EQ(o.kafka.properties.at("sasl.username").value, "${not a variable}");
  EXPECT_THAT(DumpOptions(o), Not(HasSubstr("s3cret")));
  for (const auto& [properties, error] :
       std::vector<std::pair<std::string, std::string>>{
           {"sasl.password: {file: /no/such/file}",
            "cannot read /no/such/file"},
           {"sasl.password: " + write("empty", "\n"), "is empty"},
           {"sasl.password: " + write("long", std::string(70'000, 'x')),
            "no text of at most 64 KiB"},
           {"sasl.password: {fil: x}", "must be a single value, not a map"},
           {"sasl.password: {file: x, more: y}", "unknown key `more`"}}) {
    EXPECT_THAT(ErrorsOf(with(properties)), Contains(HasSubstr(error)));
  }
  std::filesystem::remove_all(folder);
}

TEST(ParseOptions, AGroupBeginsWhereStartAtSays) {
  const auto start_of = [](const std::string& value) {
    const Options options = ParseGood(absl::StrReplaceAll(
        kGood, {{"group: presshawk", StrCat("start_at: ", value)}}));
    return std::get<KafkaSourceOptions>(options.source).start_at;
  };
  EXPECT_EQ(start_of("earliest")->kind, StartAt::Kind::kEarliest);
  EXPECT_EQ(start_of("latest")->kind, StartAt::Kind::kLatest);
  EXPECT_EQ(start_of("2026-01-02")->time, absl::FromUnixSeconds(1767312000));
  EXPECT_EQ(start_of("\"2026-01-02T03:04:05Z\"")->time,
            absl::FromUnixSeconds(1767323045));
  EXPECT_THAT(ErrorsOf(absl::StrReplaceAll(
                  kGood, {{"group: presshawk", "start_at: yesterday"}})),
              ElementsAre(HasSubstr("neither earliest nor latest nor a time")));
}

TEST(ParseOptions, AutoOffsetResetIsSupersededAndMayNotContradict) {
  const auto with = [](const std::string& reset, const std::string& start) {
    return absl::StrReplaceAll(
        kGood, {{"kafka:      {", StrCat("kafka:      {consumer: "
                                         "{auto.offset.reset: ",
                                         reset, "}, ")},
                {"group: presshawk", start}});
  };
  EXPECT_THAT(FormatText(Parse(with("latest", "group: g")).warnings),
              HasSubstr("superseded by source: kafka: start_at"));
  EXPECT_EQ(FormatText(Parse(with("error", "group: g")).warnings), "");
  EXPECT_THAT(ErrorsOf(with("latest", "start_at: latest")),
              ElementsAre(HasSubstr("contradicts source: kafka: start_at")));
}

TEST(ParseOptions, TopicsAreMadeWhereTheFileSaysSo) {
  const auto with = [](const std::string& value) {
    return absl::StrReplaceAll(
        kGood, {{"kafka:      {",
                 StrCat("kafka:      {create_topics: ", value, ", ")}});
  };
  const Options options = ParseGood(with("{partitions: 12, replication: 3}"));
  EXPECT_EQ(options.kafka.create_topics->partitions, 12);
  EXPECT_EQ(options.kafka.create_topics->replication, 3);
  EXPECT_FALSE(ParseGood(kGood).kafka.create_topics.has_value());
  EXPECT_THAT(
      ErrorsOf(with("{partitions: 0}")),
      ElementsAre(HasSubstr("create_topics"), HasSubstr("create_topics")));
}

TEST(DumpOptions, IsReadBackAsTheSame) {
  for (const char* text :
       {kGood,
        "source: {file: {paths: [\"a \\\"b\\\".ndjson\"], checkpoint: c}}\n"
        "watchlists: {files: [l.yaml]}\nsinks: [{file: {path: out}}]\n"
        "http: {listen: \"[::1]:80\", token_file: t}\ncache: {path: c}\n"}) {
    const std::string dump = DumpOptions(ParseGood(text));
    EXPECT_EQ(DumpOptions(ParseGood(dump)), dump);
  }
}

TEST(ParseOptions, HttpKnowsItsNames) {
  const Options o = ParseGood(
      StrCat(kGood,
             "http: {public_url: \"https://watch.example/p/\", hosts: "
             "[press.internal, \"10.0.0.1\"]}\n"));
  EXPECT_EQ(o.http.public_url, "https://watch.example/p/");
  EXPECT_THAT(o.http.hosts, ElementsAre("press.internal", "10.0.0.1"));
  EXPECT_EQ(DumpOptions(ParseGood(DumpOptions(o))), DumpOptions(o));
  for (const char* bad :
       {"hosts: [\"https://x\"]", "hosts: [\"x:80\"]", "hosts: [\"*.x\"]",
        "hosts: [\"[::1]\"]", "hosts: [\"\"]", "hosts: x",
        "public_url: watch.example", "public_url: \"ftp://x\"",
        "public_url: \"https://\""}) {
    EXPECT_THAT(ErrorsOf(StrCat(kGood, "http: {", bad, "}\n")),
                ElementsAre(HasSubstr("http.")))
        << bad;
  }
}

TEST(ParseOptions, HttpThatIsOpenToOthersIsWarnedOf) {
  const auto warnings = [](const char* http) {
    std::vector<std::string> texts;
    for (const ConfigError& warning :
         Parse(StrCat(kGood, "http: {", http, "}\n")).warnings) {
      EXPECT_NE(warning.fix, "");
      texts.push_back(warning.message);
    }
    return texts;
  };
  for (const char* quiet :
       {"listen: \"127.0.0.1:0\"", "listen: \"[::1]:0\"",
        "listen: \"localhost:0\"",
        "listen: \"0.0.0.0:0\", token_file: t, hosts: [x]",
        "listen: \"[::]:0\", token_file: t, public_url: \"http://x\"",
        "listen: \"10.0.0.1:0\", token_file: t",
        "listen: \"x:0\", token_file: t, hosts: [X]"}) {
    EXPECT_THAT(warnings(quiet), IsEmpty()) << quiet;
  }
  EXPECT_THAT(
      warnings("listen: \"0.0.0.0:0\""),
      ElementsAre(HasSubstr("every interface"), HasSubstr("without a token")));
  EXPECT_THAT(warnings("listen: \"[::]:0\", token_file: t"),
              ElementsAre(HasSubstr("every interface")));
  EXPECT_THAT(warnings("listen: \"10.0.0.1:0\""),
              ElementsAre(HasSubstr("without a token")));
  EXPECT_THAT(warnings("listen: \"x:0\", token_file: t"),
              ElementsAre(HasSubstr("by that name are refused")));
}

TEST(ParseOptions, BrokenYamlIsOneErrorWithItsPlace) {
  EXPECT_THAT(ErrorsOf("kafka: {a: [}\n"),
              ElementsAre(HasSubstr("1:13 not YAML: ")));
}

TEST(ParseOptions, AnythingAtAllIsAnswered) {
  for (const char* text :
       {"", "---", "# only a comment", "[]", "word", "{",
        "source:", "a: &x [*x]", "source: {kafka: [1]}",
        "sinks: {kafka: {topic: a}}", "sinks: [1, [2]]", "? [a]\n: b",
        "kafka: {properties: [a]}", "source: 5\nsource: 6",
        "--- \na: 1\n---\nb: 2", "\xEF\xBB\xBFmapping: generic", "\xFF\xFE: x",
        "kafka: {properties: {a: {b: c}, d: ~}}"}) {
    EXPECT_FALSE(Parse(text).ok()) << text;
  }
}

TEST(ParseOptions, AKeyGivenTwiceIsAnError) {
  EXPECT_THAT(ErrorsOf(std::string(kGood) + "workers: 1\nworkers: 2\n"),
              ElementsAre("7:1 `workers` is given twice (first in line 6)"));
}

TEST(LoadOptions, AFileThatCannotBeReadIsAnError) {
  const LoadedOptions loaded = LoadOptions("/does/not/exist.yaml", NoVariables);
  EXPECT_EQ(FormatText(loaded.errors),
            "/does/not/exist.yaml:1:1: error: cannot read the configuration "
            "file: No such file or directory\n  fix: check the path, what is "
            "there, and its permissions\n");
  EXPECT_FALSE(LoadOptions("/", NoVariables).ok());
}

TEST(LoadOptions, EveryExampleOfTheRepositoryIsGood) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           PRESSHAWK_SOURCE_DIR "/deploy")) {
    if (entry.path().filename() != "presshawk.yaml") {
      continue;
    }
    ++count;
    EXPECT_EQ(FormatText(LoadOptions(entry.path(), NoVariables).errors), "");
  }
  EXPECT_GE(count, 1U);
}

}  // namespace
}  // namespace presshawk
