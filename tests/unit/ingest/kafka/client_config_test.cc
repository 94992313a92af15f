// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/client_config.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

KafkaClientOptions Options() {
  return {.properties = {{"bootstrap.servers", "127.0.0.1:9092"}}};
}

// What CheckKafkaOptions() says, in words.
std::vector<std::string> Check(const KafkaClientOptions& options) {
  std::vector<std::string> messages;
  for (const KafkaOptionError& error : CheckKafkaOptions(options)) {
    messages.push_back(error.message);
  }
  return messages;
}

TEST(ClientConfigTest, PlainOptionsAreFine) {
  EXPECT_THAT(Check(Options()), IsEmpty());
}

TEST(ClientConfigTest, UnknownPropertyIsNamedWithItsSection) {
  KafkaClientOptions options = Options();
  options.consumer["fetch.wait.maximum.ms"] = "5";
  EXPECT_THAT(Check(options),
              ElementsAre(AllOf(HasSubstr("kafka: consumer:"),
                                HasSubstr("\"fetch.wait.maximum.ms\""),
                                HasSubstr("unknown"))));
}

TEST(ClientConfigTest, ErrorsNameTheSectionAndTheProperty) {
  KafkaClientOptions options = Options();
  options.consumer["client.id.x"] = "1";
  std::vector<KafkaOptionError> errors = CheckKafkaOptions(options);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].section, &KafkaClientOptions::consumer);
  EXPECT_EQ(errors[0].property, "client.id.x");

  options = Options();
  options.producer["max.in.flight"] = "6";  // librdkafka names it otherwise.
  errors = CheckKafkaOptions(options);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].section, &KafkaClientOptions::producer);
  EXPECT_EQ(errors[0].property, "max.in.flight");

  errors = CheckKafkaOptions({});  // No broker is nobody's fault.
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].section, nullptr);
  EXPECT_THAT(errors[0].property, IsEmpty());
}

TEST(ClientConfigTest, AllErrorsComeAtOnce) {
  KafkaClientOptions options;
  options.properties = {{"nonsense", "1"}, {"socket.timeout.ms", "soon"}};
  options.producer = {{"acks", "1"}};
  EXPECT_THAT(Check(options), SizeIs(4));  // And no broker.
}

TEST(ClientConfigTest, WhatWouldBreakTheGuaranteeIsRefusedWithTheReason) {
  const std::pair<const char*, const char*> refused[] = {
      {"enable.auto.offset.store", "false"},
      {"enable.auto.offset.store", "true"},
      {"enable.auto.commit", "true"},
      {"acks", "1"},
      {"request.required.acks", "0"},
      {"enable.idempotence", "false"},
      {"transactional.id", "x"},
      {"message.timeout.ms", "30000"},
      {"delivery.timeout.ms", "30000"},
      {"partition.assignment.strategy", "roundrobin"},
      {"partition.assignment.strategy", "range,roundrobin"},
      {"group.id", "x"}};
  for (const auto& [name, value] : refused) {
    KafkaClientOptions options = Options();
    options.properties[name] = value;
    EXPECT_THAT(Check(options),
                ElementsAre(AllOf(HasSubstr(name), HasSubstr("refused"))))
        << name << "=" << value;
  }
}

TEST(ClientConfigTest, TheSameByOtherNamesOrWithSafeValuesPasses) {
  const std::pair<const char*, const char*> accepted[] = {
      {"acks", "all"},
      {"acks", "-1"},
      {"enable.idempotence", "true"},
      {"message.timeout.ms", "0"},
      {"partition.assignment.strategy", "range"},
      {"partition.assignment.strategy", "cooperative-sticky"},
      {"security.protocol", "SSL"},
      {"reconnect.backoff.ms", "0"},
      {"auto.offset.reset", "error"}};
  for (const auto& [name, value] : accepted) {
    KafkaClientOptions options = Options();
    options.properties[name] = value;
    EXPECT_THAT(Check(options), IsEmpty()) << name << "=" << value;
    EXPECT_TRUE(MakeConsumerConf(options, "g", 0).ok()) << name;
    EXPECT_TRUE(MakeProducerConf(options).ok()) << name;
  }
}

TEST(ClientConfigTest, PropertyOfTheOtherKindOfClientIsAnError) {
  KafkaClientOptions options = Options();
  options.consumer["linger.ms"] = "5";
  EXPECT_THAT(Check(options), ElementsAre(HasSubstr("move it to producer:")));
}

TEST(ClientConfigTest, CommonPropertiesGoWhereTheyBelong) {
  KafkaClientOptions options = Options();
  options.properties["linger.ms"] = "50";
  options.properties["max.poll.interval.ms"] = "60000";
  const auto consumer = MakeConsumerConf(options, "g", 0);
  const auto producer = MakeProducerConf(options);
  ASSERT_TRUE(consumer.ok() && producer.ok());
  EXPECT_EQ(ConfValue(*consumer, "max.poll.interval.ms"), "60000");
  EXPECT_EQ(ConfValue(*producer, "linger.ms"), "50");
}

TEST(ClientConfigTest, SectionsOverrideCommonProperties) {
  KafkaClientOptions options = Options();
  options.properties["socket.timeout.ms"] = "20000";
  options.producer["socket.timeout.ms"] = "30000";
  EXPECT_EQ(ConfValue(*MakeConsumerConf(options, "g", 0), "socket.timeout.ms"),
            "20000");
  EXPECT_EQ(ConfValue(*MakeProducerConf(options), "socket.timeout.ms"),
            "30000");
}

TEST(ClientConfigTest, ConsumerHasTheDocumentedDefaults) {
  const auto conf = MakeConsumerConf(Options(), "desk", 0);
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ConfValue(*conf, "group.id"), "desk");
  EXPECT_EQ(ConfValue(*conf, "session.timeout.ms"), "10000");
  EXPECT_EQ(ConfValue(*conf, "heartbeat.interval.ms"), "2000");
  EXPECT_EQ(ConfValue(*conf, "reconnect.backoff.max.ms"), "1000");
  EXPECT_EQ(ConfValue(*conf, "fetch.queue.backoff.ms"), "10");
  EXPECT_EQ(ConfValue(*conf, "partition.assignment.strategy"),
            "cooperative-sticky");
  EXPECT_EQ(ConfValue(*conf, "enable.auto.commit"), "false");
  EXPECT_EQ(ConfValue(*conf, "enable.auto.offset.store"), "false");
}

TEST(ClientConfigTest, ProducerHasTheDocumentedDefaults) {
  const auto conf = MakeProducerConf(Options());
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ConfValue(*conf, "enable.idempotence"), "true");
  EXPECT_EQ(ConfValue(*conf, "acks"), "-1");
  EXPECT_EQ(ConfValue(*conf, "message.timeout.ms"), "0");
  EXPECT_EQ(ConfValue(*conf, "message.max.bytes"), "17825792");
  EXPECT_EQ(ConfValue(*conf, "compression.codec"), "lz4");
  EXPECT_EQ(ConfValue(*conf, "linger.ms"), "5");
}

TEST(ClientConfigTest, EachWorkerHasItsOwnNames) {
  KafkaClientOptions options = Options();
  options.properties["client.id"] = "news";
  options.consumer["group.instance.id"] = "node1";
  const auto conf = MakeConsumerConf(options, "g", 3);
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ConfValue(*conf, "client.id"), "news-3");
  EXPECT_EQ(ConfValue(*conf, "group.instance.id"), "node1-3");
}

TEST(ClientConfigTest, FetchMemoryIsDividedAmongTheWorkers) {
  KafkaClientOptions options = Options();
  options.fetch_memory_bytes = uint64_t{64} << 20;
  options.workers = 4;
  const auto conf = MakeConsumerConf(options, "g", 0);
  ASSERT_TRUE(conf.ok());
  const uint64_t queued =
      std::stoull(ConfValue(*conf, "queued.max.messages.kbytes")) * 1024;
  EXPECT_EQ(queued + InFlightBytesMax(options), uint64_t{16} << 20);
}

TEST(ClientConfigTest, ANumberThatLibrdkafkaWouldReadOtherwiseIsAnError) {
  struct Row {
    const char* name;
    const char* value;
    const char* says;
  };
  const Row rows[] = {
      {"session.timeout.ms", "10s", "of milliseconds without a unit"},
      {"session.timeout.ms", "10000ms", "of milliseconds without a unit"},
      {"session.timeout.ms", "10 000", "without a unit"},
      {"session.timeout.ms", "1e4", "without a unit"},
      {"session.timeout.ms", "10000.5", "without a unit"},
      {"session.timeout.ms", "0x2710", "without a unit"},
      {"session.timeout.ms", "010000", "without a unit"},
      {"session.timeout.ms", "10000 ", "without a unit"},
      {"fetch.message.max.bytes", "1MiB", "of bytes without a unit"},
      {"queued.max.messages.kbytes", "16M", "of KiB without a unit"},
      {"queued.min.messages", "10k", "the number without a unit"},
      {"socket.timeout.ms", "4294977296", "too large"},
      {"socket.timeout.ms", "99999999999999999999", "too large"},
      {"socket.timeout.ms", "0", "outside allowed range"},
      {"socket.timeout.ms", "-5", "outside allowed range"},
      {"linger.ms", "5ms", "of milliseconds without a unit"},  // A fraction.
  };
  for (const Row& row : rows) {
    KafkaClientOptions options = Options();
    options.properties[row.name] = row.value;
    EXPECT_THAT(Check(options),
                ElementsAre(AllOf(HasSubstr(StrCat("\"", row.name, "\"")),
                                  HasSubstr(row.says), Not(HasSubstr("\n")))))
        << row.name << "=" << row.value;
  }
  for (const auto& [name, value] :
       {std::pair("session.timeout.ms", "10000"), std::pair("linger.ms", "0.5"),
        std::pair("retries", "5"), std::pair("acks", "-1"),
        std::pair("acks", "all"), std::pair("auto.offset.reset", "latest")}) {
    KafkaClientOptions options = Options();
    options.properties[name] = value;
    EXPECT_THAT(Check(options), IsEmpty()) << name << "=" << value;
  }
}

// What only a client as a whole shows: refused here, not when it is made.
TEST(ClientConfigTest, PropertiesThatDoNotFitTogetherAreNamed) {
  const std::pair<KafkaPropertyMap, const char*> rows[] = {
      {{{"max.poll.interval.ms", "9000"}}, "\"max.poll.interval.ms\""},
      {{{"session.timeout.ms", "400000"}}, "\"session.timeout.ms\""},
      {{{"retries", "0"}}, "\"retries\""},
      {{{"message.send.max.retries", "0"}}, "\"message.send.max.retries\""},
      {{{"max.in.flight", "6"}}, "\"max.in.flight\""},
      {{{"max.in.flight.requests.per.connection", "100"}},
       "\"max.in.flight.requests.per.connection\""},
      {{{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "PLAIN"}},
       "sasl.username"},
      {{{"security.protocol", "SSL"}, {"ssl.ca.location", "/no/such.pem"}},
       "\"ssl.ca.location\""}};
  for (const auto& [properties, named] : rows) {
    KafkaClientOptions options = Options();
    options.properties.insert(properties.begin(), properties.end());
    const std::vector<std::string> errors = Check(options);
    EXPECT_THAT(errors, ElementsAre(HasSubstr(named)));
  }
}

TEST(ClientConfigTest, ACheckLoadsAndRunsNothing) {
  const std::string proof =
      StrCat(::testing::TempDir(), "kinit_was_run_", ::getpid());
  KafkaClientOptions options = Options();
  options.properties = {
      {"bootstrap.servers", "127.0.0.1:9092"},
      {"security.protocol", "SASL_PLAINTEXT"},
      {"sasl.mechanism", "GSSAPI"},
      {"sasl.kerberos.kinit.cmd", StrCat("touch ", proof, "\ntouch ", proof)}};
  EXPECT_THAT(Check(options), IsEmpty());
  EXPECT_NE(::access(proof.c_str(), F_OK), 0);
  // A library runs what it likes as soon as it is loaded.
  options = Options();
  options.properties["plugin.library.paths"] = "libpresshawk-test-nothing.so";
  EXPECT_THAT(Check(options),
              ElementsAre(AllOf(HasSubstr("refused"), HasSubstr("plugin"))));
}

TEST(ClientConfigTest, AddedPartitionsAreSeenWithinHalfAMinute) {
  KafkaClientOptions options = Options();
  const char* const name = "topic.metadata.refresh.interval.ms";
  EXPECT_EQ(ConfValue(*MakeConsumerConf(options, "g", 0), name), "30000");
  EXPECT_EQ(ConfValue(*MakeProducerConf(options), name), "30000");
  EXPECT_EQ(ConfValue(*MakeReaderConf(options), name), "30000");
  options.properties[name] = "300000";
  EXPECT_EQ(ConfValue(*MakeConsumerConf(options, "g", 0), name), "300000");
}

TEST(ClientConfigTest, SecretsAreNotShown) {
  KafkaClientOptions options = Options();
  options.properties["sasl.password"] = "hunter2";
  options.properties["ssl.key.pem"] = "hunter2";
  options.properties["sasl.mechanisms"] = "bad mechanism";
  options.consumer["sasl.oauthbearer.client.secret.x"] = "hunter2";
  for (const std::string& error : Check(options)) {
    EXPECT_THAT(error, Not(HasSubstr("hunter2")));
  }
}

TEST(ClientConfigTest, ShortPollIntervalOfTheGroupDoesNotConcernReaders) {
  KafkaClientOptions options = Options();
  options.consumer["session.timeout.ms"] = "6000";
  options.consumer["max.poll.interval.ms"] = "9000";
  // A reader has the session time-out of 45 s that librdkafka sets, which may
  // not be over the poll interval; the check comes when the client is made.
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(options);
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ConfValue(*conf, "max.poll.interval.ms"), "300000");
}

TEST(ClientConfigTest, AReaderHasItsOwnLimit) {
  KafkaClientOptions options = Options();
  options.consumer["queued.max.messages.kbytes"] = "1000000";
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(options);
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ConfValue(*conf, "queued.max.messages.kbytes"), "16384");
}

TEST(ClientConfigTest, Kip848LeavesItsPropertiesToTheBroker) {
  KafkaClientOptions options = Options();
  options.consumer["group.protocol"] = "consumer";
  EXPECT_TRUE(MakeConsumerConf(options, "g", 0).ok());
}

}  // namespace
}  // namespace presshawk
