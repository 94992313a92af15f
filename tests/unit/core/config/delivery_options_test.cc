// SPDX-License-Identifier: Apache-2.0
// store:, delivery:, receivers: of presshawk.yaml.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/str_cat.h"
#include "core/config/load_options.h"
#include "core/config/receiver_rules.h"
#include "core/config/value_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::optional<std::string> Variables(const std::string& name) {
  return name == "HOOK" ? std::optional<std::string>(
                              "https://hooks.example/T0/very-secret")
                        : std::nullopt;
}

// A configuration that reads a file and delivers.
std::string WithFileSource(std::string_view rest) {
  return StrCat(
      "source:     {file: {paths: [in.ndjson]}}\n"
      "watchlists: {files: [lists.yaml]}\n",
      rest);
}

std::string WithReceivers(std::string_view receivers) {
  return WithFileSource(
      StrCat("store: {sqlite: {path: ledger.db}}\n"
             "delivery: {subscriptions: {files: [s.yaml]}, operator: ops}\n"
             "receivers:\n"
             "  ops: {file: {path: ops.ndjson}}\n",
             receivers));
}

LoadedOptions Parse(std::string_view text) {
  return ParseOptions(text, "p.yaml", Variables);
}

Options ParseGood(std::string_view text) {
  LoadedOptions loaded = Parse(text);
  EXPECT_EQ(FormatText(loaded.errors), "");
  return loaded.options;
}

std::vector<std::string> TextsOf(const std::vector<ConfigError>& errors) {
  std::vector<std::string> texts;
  for (const ConfigError& error : errors) {
    texts.push_back(
        StrCat(error.place.line, ":", error.place.column, " ", error.message));
  }
  return texts;
}
std::vector<std::string> ErrorsOf(std::string_view text) {
  return TextsOf(Parse(text).errors);
}
std::vector<std::string> WarningsOf(std::string_view text) {
  return TextsOf(Parse(text).warnings);
}

// A file that is gone at the end of the test.
class TextFile {
 public:
  explicit TextFile(std::string_view content)
      : path_(StrCat(testing::TempDir(), "/value_", getpid(), "_", ++made_)) {
    Write(content);
  }
  ~TextFile() { std::filesystem::remove(path_); }
  void Write(std::string_view content) const {
    std::ofstream(path_, std::ios::trunc) << content;
  }
  const std::string& path() const { return path_; }

 private:
  static inline int made_ = 0;
  const std::string path_;
};

TEST(DeliveryOptionsTest, ReadsEveryKey) {
  const TextFile key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const TextFile old("YW4gb2xkZXIgb25l");
  const Options o = ParseGood(StrCat(
      R"(
kafka:      {properties: {bootstrap.servers: "127.0.0.1:9092"}}
source:     {kafka: {topics: [articles]}}
watchlists: {files: [lists.yaml]}
sinks:      [{kafka: {topic: alerts}}]
store:      {sqlite: {path: /var/lib/ledger.db}, alerts: matched, reserve: 64MiB}
delivery:
  from:          {kafka: {topic: alerts, group: desk}}
  subscriptions: {files: ["subscriptions/*.yaml"], topic: subscriptions}
  zone:          Europe/Berlin
  operator:      ops
  retention:     90d
  listen:        "0.0.0.0:9500"
receivers:
  crm: {webhook: {url: "https://crm.example/hook", secret: {current: {file: )",
      key.path(), "}, previous: {file: ", old.path(), R"(}, until: 2026-12-24},
        rate: 5 per 1m, in_flight: 4, give_up: 2d, max_body: 50kB, allow_ports: [8444]}}
  env: {webhook: {url: "${HOOK}", secret: cGxhaW4=}}
  lake: {kafka: {topic: notifications}}
  ops: {webhook: {url: "http://127.0.0.1:9099/ops", secret: {file: )",
      key.path(), R"(}, allow_http: true, allow_networks: [127.0.0.0/8]}}
  archive: {file: {path: notifications.ndjson}}
)"));
  ASSERT_TRUE(o.store.has_value());
  EXPECT_EQ(o.store->path, "/var/lib/ledger.db");
  EXPECT_FALSE(o.store->keeps_all_alerts);
  EXPECT_EQ(o.store->reserve, 64U << 20);
  EXPECT_EQ(o.store->shown, "sqlite:/var/lib/ledger.db");
  ASSERT_TRUE(o.delivery.has_value());
  EXPECT_EQ(o.delivery->from_topic, "alerts");
  EXPECT_EQ(o.delivery->from_group, "desk");
  EXPECT_THAT(o.delivery->subscription_files,
              ElementsAre("subscriptions/*.yaml"));
  EXPECT_EQ(o.delivery->subscription_topic, "subscriptions");
  EXPECT_EQ(o.delivery->subscription_status_topic, "subscriptions.status");
  EXPECT_EQ(o.delivery->zone, "Europe/Berlin");
  EXPECT_EQ(o.delivery->operator_receiver, "ops");
  EXPECT_EQ(o.delivery->retention, absl::Hours(24 * 90));
  EXPECT_EQ(o.delivery->host, "0.0.0.0");
  EXPECT_EQ(o.delivery->port, 9500);
  ASSERT_EQ(o.receivers.size(), 5U);
  const ReceiverOptions& crm = o.receivers[0];
  EXPECT_EQ(crm.name, "crm");
  EXPECT_EQ(crm.secret.value, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_EQ(crm.secret.file, key.path());
  EXPECT_EQ(crm.previous_secret.value, "YW4gb2xkZXIgb25l");
  EXPECT_EQ(absl::FormatTime(crm.previous_until, absl::UTCTimeZone()),
            "2026-12-24T00:00:00+00:00");
  EXPECT_EQ(crm.rate, 5U);
  EXPECT_EQ(crm.rate_period, absl::Minutes(1));
  EXPECT_EQ(crm.in_flight, 4U);
  EXPECT_EQ(crm.give_up, absl::Hours(48));
  EXPECT_EQ(crm.max_body, 50'000U);
  EXPECT_THAT(crm.allow_ports, ElementsAre(8444));
  EXPECT_EQ(o.receivers[1].url.value, "https://hooks.example/T0/very-secret");
  EXPECT_EQ(o.receivers[2].topic, "notifications");
  EXPECT_THAT(o.receivers[3].allow_networks, ElementsAre("127.0.0.0/8"));
  EXPECT_EQ(o.receivers[4].path, "notifications.ndjson");
  EXPECT_EQ(o.receivers[4].shown, "file:notifications.ndjson");
}

TEST(DeliveryOptionsTest, DefaultsAreThoseOfTheManual) {
  const Options o = ParseGood(WithReceivers(""));
  EXPECT_TRUE(o.store->keeps_all_alerts);
  EXPECT_EQ(o.store->reserve, 1U << 30);
  EXPECT_EQ(o.delivery->from_topic, "");  // A file source: directly.
  EXPECT_EQ(o.delivery->from_group, "presshawk-delivery");
  EXPECT_EQ(o.delivery->retention, absl::Hours(24 * 30));
  EXPECT_EQ(o.delivery->port, 9465);
  EXPECT_EQ(o.receivers[0].in_flight, 2U);
  EXPECT_EQ(o.receivers[0].give_up, absl::Hours(24 * 7));
  EXPECT_EQ(o.receivers[0].max_body, 20'000U);
  EXPECT_THAT(o.sinks, IsEmpty());
}

TEST(DeliveryOptionsTest, WithAKafkaSourceTheTopicIsThatOfItsSink) {
  constexpr char kFront[] =
      "kafka: {properties: {bootstrap.servers: \"127.0.0.1:9092\"}}\n"
      "source: {kafka: {topics: [articles]}}\n"
      "watchlists: {files: [lists.yaml]}\n"
      "store: {sqlite: {path: l.db}}\n"
      "delivery: {subscriptions: {files: [s.yaml]}}\n";
  EXPECT_EQ(ParseGood(StrCat(kFront, "sinks: [{kafka: {topic: found}}]\n"))
                .delivery->from_topic,
            "found");
  EXPECT_THAT(ErrorsOf(kFront), ElementsAre("1:1 sinks is missing"));
  EXPECT_THAT(
      ErrorsOf(StrCat(kFront, "sinks: [{file: {path: a.ndjson}}]\n")),
      ElementsAre("5:1 delivery.from is missing, and no sink writes a topic of "
                  "alerts"));
}

TEST(DeliveryOptionsTest, SectionsNeedEachOther) {
  EXPECT_THAT(
      ErrorsOf(WithFileSource("delivery: {subscriptions: {files: [s.yaml]}}")),
      ElementsAre("3:1 delivery needs a store, where it keeps what is owed"));
  EXPECT_THAT(ErrorsOf(WithFileSource("store: {sqlite: {path: l.db}}\n"
                                      "delivery: {operator: opps}\n"
                                      "receivers: {ops: {file: {path: f}}}")),
              ElementsAre("4:1 delivery.subscriptions is missing",
                          "4:12 delivery.operator: there is no receiver "
                          "`opps`"));
  EXPECT_THAT(WarningsOf(WithFileSource("sinks: [{file: {path: a}}]\n"
                                        "store: {sqlite: {path: l.db}}\n"
                                        "receivers: {o: {file: {path: f}}}")),
              ElementsAre("4:1 store is not used: there is no delivery",
                          "5:1 receivers are not used: there is no delivery"));
  EXPECT_THAT(ErrorsOf(WithReceivers("  twin: {file: {path: ops.ndjson}}")),
              ElementsAre("7:3 the receiver twin writes the file `ops.ndjson`, "
                          "which something else writes as well"));
}

TEST(DeliveryOptionsTest, TellsEveryMistakeOfAReceiverAtItsPlace) {
  EXPECT_THAT(
      ErrorsOf(WithReceivers(
          "  a: {webhook: {url: \"ftp://x/\", rate: 5 per 1d, in_flight: 0}}\n"
          "  b: {webhook: {urll: x}}\n"
          "  _c: {file: {path: c}}\n"
          "  d: {file: {path: d, burst: 3}}\n"
          "  e: {file: {path: e}, kafka: {topic: e}}\n")),
      ElementsAre(
          "7:22 receivers.a.webhook.url is no http(s) URL",
          "7:40 receivers.a.webhook.rate must be a rate, not `5 per 1d`",
          "7:61 receivers.a.webhook.in_flight must be a whole number from 1 to "
          "1024, not `0`",
          "8:7 receivers.b.webhook.url is missing",
          "8:17 unknown key `urll` in receivers.b.webhook",
          "9:3 `_c`: names that begin with _ are presshawk's own, as _feed is",
          "10:23 unknown key `burst` in receivers.d.file",
          "11:3 receivers.e takes only one of webhook, slack, teams, email, "
          "kafka or file"));
}

TEST(DeliveryOptionsTest, ReceiversOfChatsHaveARateOfTheirOwn) {
  const Options options = ParseGood(WithReceivers(
      "  newsroom: {slack: {url: \"https://hooks.example/x\", on_unknown: "
      "hold, burst: 3, stale_after: 2h}}\n"
      "  chat: {slack: {url: \"https://chat.example/y\", rate: 5 per 1m}}\n"
      "  board: {teams: {url: \"https://flow.example/z\"}}\n"
      "http: {public_url: \"https://watch.example/\"}\n"));
  ASSERT_EQ(options.receivers.size(), 4U);
  const ReceiverOptions& newsroom = options.receivers[1];
  EXPECT_EQ(newsroom.kind, ReceiverKind::kSlack);
  EXPECT_EQ(newsroom.rate, 1U);
  EXPECT_EQ(newsroom.rate_period, absl::Seconds(1));
  EXPECT_EQ(newsroom.burst, 3U);
  EXPECT_EQ(newsroom.stale_after, absl::Hours(2));
  EXPECT_TRUE(newsroom.hold_unknown);
  EXPECT_EQ(options.receivers[2].rate, 5U);
  EXPECT_EQ(options.receivers[2].rate_period, absl::Minutes(1));
  EXPECT_FALSE(options.receivers[2].hold_unknown);
  EXPECT_EQ(options.receivers[3].kind, ReceiverKind::kTeams);
  EXPECT_EQ(options.receivers[3].rate, 2U);
  EXPECT_EQ(options.receivers[3].rate_period, absl::Seconds(1));
  EXPECT_THAT(DumpOptions(options),
              HasSubstr("burst: 3, stale_after: 2h, on_unknown: hold}}"));
  // Its messages have links.
  EXPECT_THAT(
      ErrorsOf(WithReceivers(
          "  newsroom: {slack: {url: \"https://hooks.example/x\"}}\n"
          "  other: {slack: {secret: eHh4, on_unknown: drop}}\n")),
      ElementsAre("7:3 the receiver newsroom needs http.public_url, to which "
                  "its messages link",
                  "8:3 the receiver other needs http.public_url, to which its "
                  "messages link",
                  "8:11 receivers.other.slack.url is missing",
                  "8:19 unknown key `secret` in receivers.other.slack",
                  "8:45 receivers.other.slack.on_unknown must be resend or "
                  "hold, not `drop`"));
}

TEST(DeliveryOptionsTest, EmailIsReadAndSaidNotToBeBuilt) {
  const std::vector<std::string> errors = ErrorsOf(
      WithReceivers("  anna: {email: {to: [anna]}}\n"
                    "smtp: {url: \"smtp://mail.example\"}\n"
                    "http: {public_url: \"https://watch.example/\"}\n"));
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_THAT(
      errors[0],
      HasSubstr("7:10 receivers of email are not built yet: presshawk "));
  EXPECT_THAT(errors[0],
              HasSubstr(" sends to webhook, slack, teams, kafka and file"));
  EXPECT_THAT(errors[1], HasSubstr("`anna` is no address"));
  EXPECT_THAT(errors[2], HasSubstr("smtp is not built yet"));
}

TEST(DeliveryOptionsTest, NoSecretIsEverShown) {
  const std::string good = WithReceivers(
      "  a: {webhook: {url: \"${HOOK}\", secret: aHVzaGh1c2g=}}\n");
  const std::string dump = DumpOptions(ParseGood(good));
  EXPECT_THAT(dump, HasSubstr("url: \"https://hooks.example/…#"));
  EXPECT_THAT(dump, HasSubstr("secret: \"<redacted>\""));
  EXPECT_THAT(dump, Not(HasSubstr("very-secret")));
  EXPECT_THAT(dump, Not(HasSubstr("aHVzaGh1c2g=")));
  const LoadedOptions bad = Parse(WithReceivers(
      "  a: {webhook: {url: \"http://h.example/very-secret\", secret: "
      "whsec_hush-hush}}\n"
      "  b: {webhook: {url: \"https://u:very-secret@h.example/\", secret: "
      "eHh4}}\n"
      "  c: {webhook: {url: \"https://h.example:99/#very-secret\", secret: "
      "eHh4}}"));
  EXPECT_EQ(bad.errors.size(), 4U);
  const std::string text = FormatText(bad.errors);
  EXPECT_THAT(text, Not(HasSubstr("very-secret")));
  EXPECT_THAT(text, Not(HasSubstr("hush-hush")));
}

TEST(DeliveryOptionsTest, TheDumpIsAConfigurationAgain) {
  const std::string text = WithReceivers(
      "  a: {webhook: {url: \"https://h.example/\", secret: eHh4, rate: 2 per "
      "1h, allow_ports: [1, 2], give_up: 36h}}\n");
  const std::string dump = DumpOptions(ParseGood(text));
  EXPECT_THAT(dump, HasSubstr("rate: 2 per 1h"));
  EXPECT_THAT(dump, HasSubstr("allow_ports: [1, 2]"));
  EXPECT_THAT(dump, HasSubstr("give_up: 36h"));
  for (const std::string& error : ErrorsOf(dump)) {
    // Its URL and its secret are shown, and are none.
    EXPECT_THAT(error, HasSubstr("receivers.a.webhook."));
  }
}

TEST(ShownUrlTest, TellsOneSecretFromAnotherAndGivesNeitherAway) {
  const std::string one = ShownUrl("https://h.example:8443/a?token=1");
  const std::string two = ShownUrl("https://h.example:8443/a?token=2");
  EXPECT_THAT(one, HasSubstr("https://h.example:8443/…#"));
  EXPECT_EQ(one.size(), std::string("https://h.example:8443/…#4f2a").size());
  EXPECT_NE(one, two);
  EXPECT_THAT(ShownUrl("postgresql://me:pw@db/news"),
              HasSubstr("postgresql://db/…#"));
  EXPECT_THAT(ShownUrl("host=db password=pw"), Not(HasSubstr("pw")));
}

TEST(ReceiverUrlTest, IsJudgedByWhatTheReceiverAllows) {
  struct Case {
    const char* url;
    bool allow_http;
    std::vector<std::string> networks;
    std::vector<uint16_t> ports;
    const char* message;  // The beginning of it; "" for a good one.
  };
  const Case cases[] = {
      {"https://h.example/a?b=c", false, {}, {}, ""},
      {"https://h.example:8443/", false, {}, {}, ""},
      {"https://h.example:444/", false, {}, {}, "has port 444"},
      {"https://h.example:444/", false, {}, {444}, ""},
      {"https://10.1.2.3:444/", false, {"10.0.0.0/8"}, {}, ""},
      {"https://11.1.2.3:444/", false, {"10.0.0.0/8"}, {}, "cannot be sent to"},
      {"https://[fd00::1]:444/", false, {"fd00::/8"}, {}, ""},
      {"https://h.example:444/", false, {"10.0.0.0/8"}, {}, ""},
      {"http://h.example/", false, {}, {}, "is not https"},
      {"http://h.example/", true, {}, {80}, ""},
      {"http://h.example/", true, {}, {}, "has port 80"},
      {"https://127.0.0.1/", false, {}, {}, "cannot be sent to: 127.0.0.1 is"},
      {"https://169.254.169.254/", false, {}, {}, "cannot be sent to"},
      {"https://a@h.example/", false, {}, {}, "holds a user name"},
      {"https://h.example/#a", false, {}, {}, "holds a fragment"},
      {"https://h.example/a b", false, {}, {}, "is no http(s) URL"},
      {"h.example", false, {}, {}, "is no http(s) URL"},
  };
  for (const Case& one : cases) {
    ReceiverOptions receiver;
    receiver.url.value = one.url;
    receiver.allow_http = one.allow_http;
    receiver.allow_networks = one.networks;
    receiver.allow_ports = one.ports;
    const std::string message = JudgeReceiverUrl(receiver).message;
    EXPECT_TRUE(*one.message == '\0' ? message.empty()
                                     : message.starts_with(one.message))
        << one.url << ": " << message;
  }
  EXPECT_NE(NetworkMistake("10.0.0.0/33"), "");
  EXPECT_NE(NetworkMistake("10.0.0/8"), "");
  EXPECT_EQ(NetworkMistake("10.0.0.1"), "");
  EXPECT_EQ(NetworkMistake("::/0"), "");
}

TEST(RereadSecretsTest, AChangedFileIsTakenAndABadOneIsNot) {
  const TextFile url("https://h.example/one\n");
  const TextFile key("Zmlyc3Q=");
  LoadedOptions loaded =
      Parse(WithReceivers(StrCat("  a: {webhook: {url: {file: ", url.path(),
                                 "}, secret: {file: ", key.path(), "}}}\n")));
  ASSERT_EQ(FormatText(loaded.errors), "");
  ReceiverOptions& receiver = loaded.options.receivers[1];
  const std::string shown = receiver.shown;
  const std::string fingerprint = receiver.fingerprint;
  EXPECT_FALSE(*RereadSecrets(&receiver));
  key.Write("c2Vjb25k\r\n");
  EXPECT_TRUE(*RereadSecrets(&receiver));
  EXPECT_EQ(receiver.secret.value, "c2Vjb25k");
  EXPECT_EQ(receiver.shown, shown);
  url.Write("https://h.example/two");
  EXPECT_TRUE(*RereadSecrets(&receiver));
  EXPECT_EQ(receiver.url.value, "https://h.example/two");
  EXPECT_NE(receiver.shown, shown);
  EXPECT_EQ(receiver.fingerprint, fingerprint);
  url.Write("http://h.example/secret-path");
  key.Write("dGhpcmQ=");
  const auto refused = RereadSecrets(&receiver);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("is not https"));
  EXPECT_THAT(std::string(refused.status().message()),
              Not(HasSubstr("secret-path")));
  EXPECT_EQ(receiver.url.value, "https://h.example/two");
  EXPECT_EQ(receiver.secret.value, "c2Vjb25k");  // All or nothing.
  url.Write("https://h.example/two");
  key.Write("no base64!");
  EXPECT_THAT(std::string(RereadSecrets(&receiver).status().message()),
              HasSubstr("is no secret in base64"));
  url.Write("");
  EXPECT_THAT(std::string(RereadSecrets(&receiver).status().message()),
              HasSubstr(" is empty"));
}

TEST(ReceiverFingerprintTest, AnEditChangesItAndAFilesContentDoesNot) {
  const auto of = [](std::string_view receiver) {
    return Parse(WithReceivers(receiver)).options.receivers[1].fingerprint;
  };
  const std::string base = of("  a: {file: {path: a}}\n");
  EXPECT_EQ(of("  a: {file: {path: a}}\n"), base);
  EXPECT_NE(of("  a: {file: {path: b}}\n"), base);
  EXPECT_NE(of("  a: {file: {path: a, in_flight: 3}}\n"), base);
}

}  // namespace
}  // namespace presshawk
