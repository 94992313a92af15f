// SPDX-License-Identifier: Apache-2.0
#include "ingest/webhook/webhook_courier.h"

#include <atomic>
#include <condition_variable>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/delivery/webhook_signature.h"
#include "tests/support/scripted_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using Connection = ScriptedServer::Connection;

constexpr char kSecretA[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kSecretB[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

ReceiverOptions To(uint16_t port) {
  ReceiverOptions receiver;
  receiver.name = "crm";
  receiver.url.value = StrCat("http://127.0.0.1:", port, "/hook");
  receiver.secret.value = kSecretA;
  receiver.allow_http = true;
  receiver.allow_networks = {"127.0.0.1"};
  return receiver;
}

AttemptResult Send(WebhookCourier* courier, const ReceiverOptions& receiver,
                   const std::string& body = "{}",
                   absl::Time at = absl::FromUnixSeconds(1'614'265'330)) {
  Mutex mutex;
  std::condition_variable changed;
  std::optional<AttemptResult> result;
  courier->Send(receiver,
                {.delivery = "0123456789abcdef0123456789abcdef",
                 .subscription = "politics-desk",
                 .type = "presshawk.alert.v1",
                 .body = body,
                 .at = at},
                [&](AttemptResult one) {
                  MutexLock lock(&mutex);
                  result = std::move(one);
                  changed.notify_all();
                });
  MutexLock lock(&mutex);
  while (!result.has_value()) {
    lock.Wait(&changed);
  }
  return *result;
}

TEST(WebhookCourierTest, SendsTheSealedBytesWithASignatureOfThisAttempt) {
  ScriptedServer::Request seen;
  ScriptedServer server([&seen](Connection& connection) {
    ASSERT_TRUE(connection.ReadRequest());
    seen = connection.request();
    connection.Answer(204, "");
  });
  WebhookCourier courier({});
  ReceiverOptions receiver = To(server.port());
  receiver.previous_secret.value = kSecretB;
  receiver.previous_until = absl::FromUnixSeconds(1'614'265'331);
  const std::string body = "{\"t\":\"K\xc3\xb6ln\"}";
  const AttemptResult result = Send(&courier, receiver, body);
  EXPECT_EQ(result.outcome, AttemptOutcome::kDelivered);
  EXPECT_EQ(result.status, 204);
  EXPECT_EQ(result.peer, StrCat("127.0.0.1:", server.port()));
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.Header("content-type"), "application/json");
  EXPECT_EQ(seen.Header("user-agent"), "presshawk");
  EXPECT_EQ(seen.Header("webhook-id"), "msg_0123456789abcdef0123456789abcdef");
  EXPECT_EQ(seen.Header("webhook-timestamp"), "1614265330");
  EXPECT_EQ(seen.Header("webhook-signature"),
            WebhookSignature({*WebhookKey(kSecretA), *WebhookKey(kSecretB)},
                             seen.Header("webhook-id"), 1614265330, body));
  // A second later the previous secret does not hold any more.
  Send(&courier, receiver, body, receiver.previous_until);
  EXPECT_EQ(seen.Header("webhook-signature").find(' '), std::string::npos);
}

TEST(WebhookCourierTest, AnswersMeanWhatTheSpecificationSays) {
  struct Case {
    int status;
    const char* headers;
    AttemptOutcome outcome;
    absl::Duration retry_after = absl::ZeroDuration();
  };
  const Case kCases[] = {
      {200, "", AttemptOutcome::kDelivered},
      {202, "Retry-After: 5\r\n", AttemptOutcome::kDelivered},
      {302, "Location: /\r\n", AttemptOutcome::kMisconfigured},
      {400, "", AttemptOutcome::kRefused},
      {401, "", AttemptOutcome::kUnauthorized},
      {410, "", AttemptOutcome::kGone},
      {413, "", AttemptOutcome::kTooLarge},
      {429, "Retry-After: 120\r\n", AttemptOutcome::kThrottled,
       absl::Minutes(2)},
      {429, "retry-after: 0.376\r\n", AttemptOutcome::kThrottled,
       absl::Milliseconds(376)},
      {429, "Retry-After: soon\r\n", AttemptOutcome::kThrottled},
      {500, "", AttemptOutcome::kTransient},
      {503, "", AttemptOutcome::kTransient},
      {503, "Retry-After: 99999999\r\n", AttemptOutcome::kThrottled,
       absl::Hours(24)},
  };
  for (const Case& one : kCases) {
    ScriptedServer server([&one](Connection& connection) {
      ASSERT_TRUE(connection.ReadRequest());
      connection.Answer(one.status, "said so", one.headers);
    });
    WebhookCourier courier({});
    const AttemptResult result = Send(&courier, To(server.port()));
    EXPECT_EQ(result.outcome, one.outcome) << one.status;
    EXPECT_EQ(result.status, one.status);
    EXPECT_LT(absl::AbsDuration(result.retry_after - one.retry_after),
              absl::Milliseconds(1))
        << one.status;
    EXPECT_EQ(result.answer, "said so");
    EXPECT_EQ(result.why.empty(), one.status < 300) << one.status;
  }
}

TEST(WebhookCourierTest, TellsWhatWasNotSentFromWhatHasNoAnswer) {
  std::optional<ScriptedServer> gone([](Connection&) {});
  const ReceiverOptions nobody = To(gone->port());
  gone.reset();
  WebhookCourier courier({});
  EXPECT_EQ(Send(&courier, nobody).outcome, AttemptOutcome::kTransient);
  ScriptedServer silent([](Connection& connection) {
    connection.ReadRequest();
    connection.Reset();
  });
  EXPECT_EQ(Send(&courier, To(silent.port())).outcome,
            AttemptOutcome::kUnknown);
  courier.Stop(absl::Now());
  EXPECT_EQ(Send(&courier, To(silent.port())).outcome,
            AttemptOutcome::kStopped);
}

TEST(WebhookCourierTest, ChatsAreNotSignedAndTeamsOnlyTakesOver) {
  ScriptedServer::Request seen;
  ScriptedServer server([&seen](Connection& connection) {
    while (connection.ReadRequest()) {
      seen = connection.request();
      connection.Answer(202, "");
    }
  });
  WebhookCourier courier({});
  ReceiverOptions receiver = To(server.port());
  receiver.secret.value.clear();
  receiver.kind = ReceiverKind::kSlack;
  EXPECT_EQ(Send(&courier, receiver).outcome, AttemptOutcome::kDelivered);
  EXPECT_EQ(seen.Header("webhook-id"), "");
  receiver.kind = ReceiverKind::kTeams;
  EXPECT_EQ(Send(&courier, receiver).outcome, AttemptOutcome::kHandedOver);
  EXPECT_EQ(server.connections(), 2U);
}

TEST(WebhookCourierTest, ASecretThatIsNoneIsSaidAndNothingSent) {
  ScriptedServer server([](Connection&) {});
  WebhookCourier courier({});
  for (const char* const secret : {"", "whsec_", "not base64!"}) {
    ReceiverOptions receiver = To(server.port());
    receiver.secret.value = secret;
    const AttemptResult result = Send(&courier, receiver);
    EXPECT_EQ(result.outcome, AttemptOutcome::kMisconfigured) << secret;
    EXPECT_THAT(result.why, HasSubstr("the secret of the receiver is"));
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST(WebhookCourierTest, TheLogHasTheFirstKibibyteAsText) {
  EXPECT_EQ(AnswerForTheLog("ok"), "ok");
  EXPECT_EQ(AnswerForTheLog(std::string("a\0b\xff", 4)), "a b\xef\xbf\xbd");
  EXPECT_EQ(AnswerForTheLog(std::string(5000, 'x')).size(), 1024U);
  EXPECT_LE(AnswerForTheLog(std::string(5000, '\xff')).size(), 1024U);
}

// Places that only this machine can reach, in every dress: nothing may connect.
TEST(WebhookAddressTest, NoDisguiseReachesWhatIsNotPublic) {
  ScriptedServer server([](Connection&) {});
  const char* const kHosts[] = {
      // Written out.
      "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "10.0.0.1",
      "10.255.255.255", "100.64.0.1", "169.254.169.254", "169.254.170.2",
      "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
      "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1",
      "240.0.0.1", "255.255.255.255",
      // As other numbers.
      "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1",
      "127.1", "127.0.1", "0", "3232235777", "0xa9fea9fe", "169.254.43518",
      // IPv6.
      "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
      "[2001:db8::1]", "[2001::1]", "[100::1]", "[3fff::1]", "[5f00::1]",
      // IPv4 in IPv6.
      "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]",
      "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
      "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
      // Names, by the system's resolver and by ours below.
      "localhost", "LOCALHOST", "localhost.", "loopback.example", "v6.example",
      "mapped.example", "metadata.example", "mixed.example", "mixed6.example",
      // No hosts at all.
      "user@127.0.0.1", "user:word@localhost", "127.0.0.1%00.example"};
  WebhookCourier courier(
      {.lookup = [](const std::string& host) -> HostResolver::Addresses {
        using List = std::vector<std::string>;
        if (host == "v6.example") {
          return List{"::1"};
        }
        if (host == "mapped.example") {
          return List{"::ffff:127.0.0.1"};
        }
        if (host == "metadata.example") {
          return List{"169.254.169.254"};
        }
        if (host == "mixed.example") {
          return List{"93.184.216.34", "127.0.0.1"};
        }
        if (host == "mixed6.example") {
          return List{"93.184.216.34", "::1"};
        }
        return List{"127.0.0.1"};
      }});
  EXPECT_GE(std::size(kHosts), 60U);
  for (const char* const host : kHosts) {
    for (const uint16_t port : {server.port(), uint16_t{443}}) {
      ReceiverOptions receiver = To(port);
      receiver.allow_networks.clear();
      receiver.allow_ports = {server.port()};
      receiver.url.value = StrCat("http://", host, ":", port, "/");
      const AttemptResult result = Send(&courier, receiver);
      EXPECT_EQ(result.outcome, AttemptOutcome::kMisconfigured)
          << host << ": " << result.why;
      EXPECT_NE(result.why, "");
    }
  }
  EXPECT_EQ(server.connections(), 0U);
}

// A name server that first names a good address and then another one.
TEST(WebhookAddressTest, ANameThatMovesIsJudgedWhereItIsThen) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  std::atomic<int> asked = 0;
  WebhookCourier courier({.lookup = [&asked](const std::string&) {
    return std::vector<std::string>{++asked == 1 ? "127.0.0.2" : "127.0.0.1"};
  }});
  ReceiverOptions receiver = To(server.port());
  receiver.url.value = StrCat("http://moving.example:", server.port(), "/");
  receiver.allow_networks = {"127.0.0.2"};
  // Nobody listens there; the next attempt asks anew.
  EXPECT_EQ(Send(&courier, receiver).outcome, AttemptOutcome::kTransient);
  EXPECT_EQ(Send(&courier, receiver).outcome, AttemptOutcome::kMisconfigured);
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ(asked, 2);
}

// Two receivers with one host: a connection of the one that may is no way in
// for the one that may not.
TEST(WebhookAddressTest, AConnectionOfAnotherReceiverIsNoWayIn) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  WebhookCourier courier({});
  EXPECT_EQ(Send(&courier, To(server.port())).outcome,
            AttemptOutcome::kDelivered);
  ReceiverOptions other = To(server.port());
  other.allow_networks.clear();
  other.allow_ports = {server.port()};
  EXPECT_EQ(Send(&courier, other).outcome, AttemptOutcome::kMisconfigured);
}

TEST(WebhookAddressTest, HttpAndPortsMustBeAllowed) {
  WebhookCourier courier({});
  ReceiverOptions receiver = To(80);
  receiver.allow_http = false;
  EXPECT_THAT(Send(&courier, receiver).why, HasSubstr("allow_http"));
  receiver.url.value = "https://8.8.8.8:8080/";
  EXPECT_THAT(Send(&courier, receiver).why, HasSubstr("allow_ports"));
}

}  // namespace
}  // namespace presshawk
