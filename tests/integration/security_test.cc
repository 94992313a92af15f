// SPDX-License-Identifier: Apache-2.0
// Secured connections to a real Kafka: every command over each of them, and
// what people are told when it is refused.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/topics.h"
#include "tests/support/child_process.h"
#include "tests/support/program.h"
#include "tests/support/real_broker.h"
#include "tests/support/topic_reader.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// One broker for all; it ends sessions of SASL every three seconds.
class SecurityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (RealBroker::SkippedByEnvironment()) {
      return;
    }
    auto broker = RealBroker::Start(
        {.properties = "listener.name.sasl.connections.max.reauth.ms=3000\n",
         .secure = true});
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
  }
  static void TearDownTestSuite() { broker_.reset(); }

  void SetUp() override {
    if (RealBroker::SkippedByEnvironment()) {
      GTEST_SKIP() << "PRESSHAWK_SKIP_KAFKA=1";
    }
    ASSERT_NE(broker_, nullptr);
    lists_ = folder_.Write("lists.yaml",
                           "watchlists:\n  - {id: oil, terms: [oil]}\n");
    articles_ = folder_.Write(
        "articles.ndjson",
        "{\"id\":\"1\",\"title\":\"Oil is dear\"}\n{\"id\":\"2\"\n");
  }
  void TearDown() override {
    if (HasFailure()) {
      std::cerr << program_.ServiceLog() << "\n";
    }
  }

  static std::string Pem(const std::string& name) {
    return StrCat("\"", (broker_->directory() / name).string(), "\"");
  }
  static std::string Ca() { return StrCat("ssl.ca.location: ", Pem("ca.pem")); }
  static std::string Tls(const std::string& more) {
    return StrCat(
        "bootstrap.servers: \"127.0.0.1:", broker_->secure_ports().tls,
        "\", security.protocol: SSL, ", more);
  }
  static std::string MutualTls(const std::string& certificate,
                               const std::string& key) {
    std::string text = StrCat(
        "bootstrap.servers: \"127.0.0.1:", broker_->secure_ports().mutual_tls,
        "\", security.protocol: SSL, ", Ca());
    if (!certificate.empty()) {
      StrAppend(&text, ", ssl.certificate.location: ", Pem(certificate),
                ", ssl.key.location: ", Pem(key));
    }
    return text;
  }
  static std::string Sasl(const std::string& mechanism,
                          const std::string& password,
                          const std::string& user = kSaslUser) {
    return StrCat(
        "bootstrap.servers: \"127.0.0.1:", broker_->secure_ports().sasl_tls,
        "\", security.protocol: SASL_SSL, ", Ca(),
        ", sasl.mechanism: ", mechanism, ", sasl.username: ", user,
        ", sasl.password: ", password);
  }
  // Topics of their own, made where nothing is secured.
  std::string Config(const std::string& name, const std::string& properties,
                     const std::string& more = "") {
    const std::string topic =
        StrCat(::testing::UnitTest::GetInstance()->current_test_info()->name(),
               ".", name);
    KafkaClientOptions client;
    client.properties["bootstrap.servers"] = broker_->bootstrap_servers();
    EXPECT_TRUE(CreateTopics(client,
                             {{.name = topic},
                              {.name = topic + ".alerts"},
                              {.name = topic + ".dead"}},
                             absl::Seconds(30), &events_)
                    .ok());
    alerts_ = topic + ".alerts";
    topic_ = topic;
    return folder_.Write(
        name + ".yaml",
        StrCat("kafka: {properties: {", properties, "}}\n",
               "source: {kafka: {topics: [", topic, "], group: ", topic,
               "}}\nwatchlists: {files: [", lists_,
               "]}\nsinks: [{kafka: ", "{topic: ", topic,
               ".alerts}}]\ndeadletter: {kafka: {topic: ", topic,
               ".dead}}\nhttp: {listen: \"127.0.0.1:0\"}\nworkers: 1\n"
               "commit_interval: 100ms\n",
               more));
  }
  size_t Alerts() {
    const auto records = ReadTopic(broker_->bootstrap_servers(), alerts_);
    EXPECT_TRUE(records.ok()) << records.status();
    return records.ok() ? records->size() : 0;
  }
  static bool WaitFor(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    while (!condition()) {
      if (absl::Now() > deadline) {
        return false;
      }
      absl::SleepFor(absl::Milliseconds(20));
    }
    return true;
  }
  void EveryCommandWorks(const std::string& name,
                         const std::string& properties) {
    SCOPED_TRACE(name);
    const std::string config = Config(name, properties);
    const Program::Result produced =
        program_.Run({"produce", "--config", config, articles_});
    EXPECT_EQ(produced.exit_code, 0) << produced.err;
    program_.StartService(config);
    EXPECT_TRUE(WaitFor([&] {
      const auto dead =
          ReadTopic(broker_->bootstrap_servers(), topic_ + ".dead");
      return Alerts() == 1 && dead.ok() && dead->size() == 1;
    }));
    EXPECT_EQ(program_.StopService(), 0);
    const Program::Result listed =
        program_.Run({"deadletter", "list", "--config", config});
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr("not_json"));
    const Program::Result replayed =
        program_.Run({"deadletter", "replay", "--config", config, "--all"});
    EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
    const Program::Result tested = program_.Run(
        {"backtest", "-w", lists_, "--config", config, "--topic", topic_});
    EXPECT_EQ(tested.exit_code, 0) << tested.err;
    EXPECT_THAT(tested.out, HasSubstr("1 alert"));
  }
  // `run` and `deadletter` give up, and say `advice`.
  void IsRefused(const std::string& name, const std::string& properties,
                 const ::testing::Matcher<std::string>& advice) {
    SCOPED_TRACE(name);
    const std::string config = Config(name, properties);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"run", "--config", config},
          std::vector<std::string>{"deadletter", "list", "--config", config}}) {
      const absl::Time begin = absl::Now();
      const Program::Result result = program_.Run(command);
      EXPECT_EQ(result.exit_code, 3) << result.err;
      // The last thing that is said is what to do.
      const size_t last = result.err.rfind('\n', result.err.size() - 2);
      EXPECT_THAT(result.err.substr(last == std::string::npos ? 0 : last),
                  AllOf(HasSubstr("no answer from 127.0.0.1:"), advice))
          << result.err;
      // No endless retries; generous, as machines are slow.
      EXPECT_LT(absl::Now() - begin, absl::Minutes(1));
    }
  }

  static std::unique_ptr<RealBroker> broker_;
  KafkaEvents events_;
  TemporaryFolder folder_;
  Program program_{PRESSHAWK_BINARY, folder_.path()};
  std::string lists_;
  std::string articles_;
  std::string topic_;
  std::string alerts_;
};

std::unique_ptr<RealBroker> SecurityTest::broker_;

TEST_F(SecurityTest, EveryCommandWorksOverTls) {
  EveryCommandWorks("tls", Tls(Ca()));
}

TEST_F(SecurityTest, EveryCommandWorksOverMutualTls) {
  EveryCommandWorks("mtls", MutualTls("client.pem", "client.key"));
}

TEST_F(SecurityTest, EveryCommandWorksOverScramAndPlain) {
  EveryCommandWorks("scram256", Sasl("SCRAM-SHA-256", kSaslPassword));
  EveryCommandWorks("scram512", Sasl("SCRAM-SHA-512", kSaslPassword));
  EveryCommandWorks("plain", Sasl("PLAIN", kSaslPassword));
}

TEST_F(SecurityTest, WrongCredentialsAreRefusedWithAdvice) {
  const auto advice = HasSubstr("check sasl.mechanism, sasl.username");
  IsRefused("wrong512", Sasl("SCRAM-SHA-512", "wrong-one"), advice);
  IsRefused("wrong256", Sasl("SCRAM-SHA-256", "wrong-one"), advice);
  IsRefused("wrongplain", Sasl("PLAIN", "wrong-one"), advice);
  IsRefused("nobody", Sasl("SCRAM-SHA-512", kSaslPassword, "nobody"), advice);
}

TEST_F(SecurityTest, AnUntrustedBrokerIsRefusedWithAdvice) {
  const auto advice = HasSubstr("set ssl.ca.location");
  IsRefused("noca", Tls("client.id: x"), advice);
  IsRefused("otherca", Tls(StrCat("ssl.ca.location: ", Pem("other-ca.pem"))),
            advice);
}

TEST_F(SecurityTest, ABadClientCertificateIsRefusedWithAdvice) {
  const auto advice = HasSubstr("ssl.certificate.location");
  IsRefused("missing", MutualTls("", ""), advice);
  IsRefused("expired", MutualTls("expired.pem", "client.key"), advice);
  IsRefused("stranger", MutualTls("stranger.pem", "stranger.key"), advice);
}

TEST_F(SecurityTest, TheWrongProtocolIsRefusedWithAdvice) {
  IsRefused("plaintext",
            StrCat("bootstrap.servers: \"127.0.0.1:",
                   broker_->secure_ports().tls, "\""),
            HasSubstr("security.protocol"));
  IsRefused("tls",
            StrCat("bootstrap.servers: \"", broker_->bootstrap_servers(),
                   "\", security.protocol: SSL, ", Ca()),
            HasSubstr("security.protocol"));
}

TEST_F(SecurityTest, SessionsThatEndAreRenewedWhileTheServiceRuns) {
  const std::string config = Config("renewed",
                                    StrCat(Sasl("SCRAM-SHA-512", kSaslPassword),
                                           ", debug: \"broker,security\""),
                                    "log: {level: debug}\n");
  program_.StartService(config);
  // Each client authenticates anew before its three seconds are over: the
  // fourth time is far beyond the first session's end.
  size_t renewals = 0;
  for (size_t round = 1; round <= 4; ++round) {
    ASSERT_TRUE(WaitFor([&] {
      renewals = 0;
      const std::string log = program_.ServiceLog();
      for (size_t at = log.find("Received REAUTH op"); at != std::string::npos;
           at = log.find("Received REAUTH op", at + 1)) {
        ++renewals;
      }
      return renewals >= round * 2;
    }));
    ASSERT_EQ(
        program_.Run({"produce", "--config", config, articles_}).exit_code, 0);
    ASSERT_TRUE(WaitFor([&] { return Alerts() == round; }));
  }
  EXPECT_EQ(program_.StopService(), 0);
}

TEST_F(SecurityTest, NoSecretIsShownAnywhere) {
  const std::string file =
      folder_.Write("password", StrCat(kSaslPassword, "\n"));
  const std::string key = ReadWholeFile(broker_->directory() / "client.key");
  const std::string key_line = key.substr(key.find('\n') + 1, 40);
  // As a file, and as PEM in the configuration; all that has to do with
  // connections is logged, the properties as librdkafka has them among it.
  const std::string config =
      Config("secret",
             StrCat(Sasl("SCRAM-SHA-512", StrCat("{file: ", file, "}")),
                    ", ssl.key.pem: {file: ", Pem("client.key"),
                    "}, ssl.certificate.pem: {file: ", Pem("client.pem"),
                    "}, debug: \"generic,broker,security,feature,conf\""),
             "log: {level: debug, format: json}\n");
  std::string shown =
      program_.Run({"produce", "--config", config, articles_}).err;
  program_.StartService(config);
  ASSERT_TRUE(WaitFor([&] { return program_.HttpPort() > 0; }));
  ASSERT_TRUE(WaitFor([&] { return Alerts() == 1; }));
  for (const char* const path :
       {"/", "/metrics", "/readyz", "/healthz", "/api/v1/status"}) {
    const std::string page = program_.Fetch(path);
    EXPECT_THAT(page, Not(IsEmpty())) << path;
    shown += page;
  }
  EXPECT_EQ(program_.StopService(), 0);
  const std::string log = program_.ServiceLog();
  EXPECT_THAT(log, HasSubstr("<redacted>"));  // The configuration in force.
  shown += log;
  // Refused, it is not shown either; nor where the configuration has errors.
  for (const std::string& properties :
       {Sasl("SCRAM-SHA-256", StrCat("{file: ", file, "}"), "nobody"),
        StrCat(Sasl("SCRAM-SHA-256", StrCat("{file: ", file, "}")),
               ", no.such.property: {file: ", file, "}, acks: {file: ", file,
               "}")}) {
    const std::string bad = Config("bad", properties);
    for (const char* const command : {"run", "check"}) {
      const Program::Result result = program_.Run({command, "--config", bad});
      shown += result.out + result.err;
    }
  }
  EXPECT_THAT(shown, HasSubstr("no.such.property"));
  EXPECT_THAT(shown, Not(HasSubstr(kSaslPassword)));
  EXPECT_THAT(shown, Not(HasSubstr(key_line)));
}

}  // namespace
}  // namespace presshawk
