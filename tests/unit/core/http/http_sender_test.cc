// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_sender.h"

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "tests/support/scripted_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using Connection = ScriptedServer::Connection;

// What Send() ends with.
class Outcome {
 public:
  HttpSender::Done Taker() {
    return [this](const HttpEnd& end) {
      MutexLock lock(&mutex_);
      end_ = end;
      changed_.notify_all();
    };
  }
  HttpEnd Wait() {
    MutexLock lock(&mutex_);
    while (!end_.has_value()) {
      lock.Wait(&changed_);
    }
    return *end_;
  }

 private:
  Mutex mutex_;
  std::condition_variable changed_;
  std::optional<HttpEnd> end_ ABSL_GUARDED_BY(mutex_);
};

HttpAttempt To(const ScriptedServer& server, std::string body = "{}") {
  HttpAttempt attempt;
  attempt.url = StrCat("http://127.0.0.1:", server.port(), "/hook");
  attempt.allow_http = true;
  attempt.headers = {{"webhook-id", "msg_1"}};
  attempt.body = std::move(body);
  return attempt;
}

HttpEnd Send(HttpSender* sender, HttpAttempt attempt) {
  Outcome outcome;
  sender->Send(std::move(attempt), outcome.Taker());
  return outcome.Wait();
}

TEST(HttpSenderTest, SendsOnePostAndGivesTheAnswer) {
  ScriptedServer::Request seen;
  ScriptedServer server([&seen](Connection& connection) {
    ASSERT_TRUE(connection.ReadRequest());
    seen = connection.request();
    connection.Answer(202, "taken", "Retry-After:  7 \r\nX-Y: z\r\n");
  });
  HttpSender sender({});
  const HttpEnd end = Send(&sender, To(server, "{\"a\":1}"));
  EXPECT_EQ(end.kind, HttpEnd::Kind::kAnswered);
  EXPECT_EQ(end.status, 202);
  EXPECT_EQ(end.body, "taken");
  EXPECT_EQ(end.Header("retry-after"), "7 ");
  EXPECT_EQ(end.peer, StrCat("127.0.0.1:", server.port()));
  EXPECT_EQ(end.why, "");
  EXPECT_THAT(seen.head, HasSubstr("POST /hook HTTP/1.1\r\n"));
  EXPECT_EQ(seen.Header("webhook-id"), "msg_1");
  EXPECT_EQ(seen.Header("content-length"), "7");
  EXPECT_EQ(seen.body, "{\"a\":1}");
}

TEST(HttpSenderTest, ConnectionsAreUsedAgain) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  HttpSender sender({});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Send(&sender, To(server)).status, 200);
  }
  EXPECT_EQ(server.connections(), 1U);
  HttpAttempt alone = To(server);
  alone.new_connection = true;
  EXPECT_EQ(Send(&sender, alone).status, 200);
  EXPECT_EQ(server.connections(), 2U);
}

TEST(HttpSenderTest, ARedirectIsNotFollowed) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(302, "", "Location: /elsewhere\r\n");
    }
  });
  HttpSender sender({});
  EXPECT_EQ(Send(&sender, To(server)).status, 302);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpSenderTest, OnlyTheBeginningOfALongAnswerIsRead) {
  ScriptedServer server([](Connection& connection) {
    ASSERT_TRUE(connection.ReadRequest());
    connection.Answer(200, std::string(10'000'000, 'x'));
  });
  HttpSender sender({});
  const HttpEnd end = Send(&sender, To(server));
  EXPECT_EQ(end.kind, HttpEnd::Kind::kAnswered);
  EXPECT_EQ(end.status, 200);
  EXPECT_EQ(end.body.size(), 64U << 10);
}

TEST(HttpSenderTest, NothingIsSentWhereNobodyListens) {
  std::optional<ScriptedServer> server([](Connection&) {});
  const HttpAttempt attempt = To(*server);
  server.reset();
  HttpSender sender({});
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kNotSent);
  EXPECT_THAT(end.why, HasSubstr("connection refused"));
}

// Every way in which a server can take bytes and give no whole answer.
TEST(HttpSenderTest, WithoutAWholeAnswerTheOutcomeIsUnknown) {
  const std::pair<const char*, ScriptedServer::Script> kScripts[] = {
      {"closes after the body",
       [](Connection& connection) { connection.ReadRequest(); }},
      {"resets after the body",
       [](Connection& connection) {
         connection.ReadRequest();
         connection.Reset();
       }},
      {"resets before the body is there",
       [](Connection& connection) {
         connection.ReadHead();
         connection.Reset();
       }},
      {"half a head",
       [](Connection& connection) {
         connection.ReadRequest();
         connection.Send("HTTP/1.1 200 OK\r\nContent-Le");
       }},
      {"half a body",
       [](Connection& connection) {
         connection.ReadRequest();
         connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
       }},
      {"half a chunk",
       [](Connection& connection) {
         connection.ReadRequest();
         connection.Send(
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nha");
       }},
      {"no HTTP",
       [](Connection& connection) {
         connection.ReadRequest();
         connection.Send("SSH-2.0-OpenSSH_9.2\r\n");
       }},
  };
  HttpSender sender({});
  for (const auto& [what, script] : kScripts) {
    ScriptedServer server(script);
    const HttpEnd end = Send(&sender, To(server, std::string(4'000'000, 'x')));
    EXPECT_EQ(end.kind, HttpEnd::Kind::kNoAnswer) << what << ": " << end.why;
    EXPECT_NE(end.why, "") << what;
  }
}

TEST(HttpSenderTest, AServerThatHangsIsLeftAtTheTimeLimit) {
  ScriptedServer server([](Connection& connection) {
    connection.ReadRequest();
    connection.WaitForClose();
  });
  HttpSender sender({});
  HttpAttempt attempt = To(server);
  attempt.timeout = absl::Milliseconds(100);
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kNoAnswer);
}

TEST(HttpSenderTest, AnIdleConnectionThatWasClosedIsNoFailure) {
  ScriptedServer server([](Connection& connection) {
    connection.ReadRequest();
    connection.Answer(200, "");
  });
  HttpSender sender({});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Send(&sender, To(server)).status, 200);
  }
}

TEST(HttpSenderTest, OneServerThatHangsHoldsUpNobody) {
  ScriptedServer hanging([](Connection& connection) {
    connection.ReadRequest();
    connection.WaitForClose();
  });
  ScriptedServer good([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  HttpSender sender({});
  std::vector<std::unique_ptr<Outcome>> hangs;
  for (int i = 0; i < 20; ++i) {
    hangs.push_back(std::make_unique<Outcome>());
    sender.Send(To(hanging), hangs.back()->Taker());
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Send(&sender, To(good)).status, 200);
  }
  EXPECT_GE(sender.in_flight(), 20U);
  sender.Stop(absl::Now());
  for (const auto& outcome : hangs) {
    EXPECT_NE(outcome->Wait().kind, HttpEnd::Kind::kAnswered);
  }
}

TEST(HttpSenderTest, AStopWaitsForAnswersAndTellsWhatItCutOff) {
  Mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool go_on = false;
  ScriptedServer server([&](Connection& connection) {
    ASSERT_TRUE(connection.ReadRequest());
    {
      MutexLock lock(&mutex);
      ++waiting;
      changed.notify_all();
      while (!go_on && connection.request().body == "answer") {
        lock.Wait(&changed);
      }
    }
    if (connection.request().body == "answer") {
      connection.Answer(200, "");
    } else {
      connection.WaitForClose();
    }
  });
  HttpSender sender({});
  Outcome answered;
  Outcome cut_off;
  sender.Send(To(server, "answer"), answered.Taker());
  sender.Send(To(server, "hang"), cut_off.Taker());
  {
    MutexLock lock(&mutex);
    while (waiting < 2) {
      lock.Wait(&changed);
    }
    go_on = true;
    changed.notify_all();
  }
  EXPECT_EQ(answered.Wait().status, 200);
  sender.Stop(absl::Now());
  EXPECT_EQ(cut_off.Wait().kind, HttpEnd::Kind::kNoAnswer);
  EXPECT_EQ(Send(&sender, To(server)).kind, HttpEnd::Kind::kStopped);
}

TEST(HttpSenderTest, UrlsThatMayNotBeUsedAreRefused) {
  HttpSender sender({});
  for (const char* const url :
       {"", "hook.example", "ftp://hook.example/", "file:///etc/passwd",
        "http://hook.example/", "https://", "https://user@hook.example/",
        "https://user:word@hook.example/", "https://hook.example:0/",
        "https://hook.example:99999/", "https://ho ok.example/",
        "https://hook.example/a\nb"}) {
    const HttpEnd end = Send(&sender, {.url = url});
    EXPECT_EQ(end.kind, HttpEnd::Kind::kRefused) << url;
    EXPECT_NE(end.why, "") << url;
  }
}

// TLS.

class HttpSenderTlsTest : public ::testing::Test {
 protected:
  HttpSenderTlsTest()
      : server_(
            [](Connection& connection) {
              while (connection.ReadRequest()) {
                connection.Answer(200, "safe");
              }
            },
            /*tls=*/true),
        path_(StrCat(::testing::TempDir(), "presshawk_", getpid(), "_",
                     server_.port(), ".pem")) {
    std::ofstream(path_) << server_.certificate();
  }
  ~HttpSenderTlsTest() override { std::remove(path_.c_str()); }

  ScriptedServer server_;
  const std::string path_;
};

TEST_F(HttpSenderTlsTest, SendsToWhoHasACertificateThatIsTrusted) {
  HttpSender sender({.authorities = path_});
  const HttpEnd end =
      Send(&sender, {.url = StrCat("https://127.0.0.1:", server_.port(), "/")});
  EXPECT_EQ(end.status, 200) << end.why;
  EXPECT_EQ(end.body, "safe");
}

TEST_F(HttpSenderTlsTest, SendsNothingToAnyoneElse) {
  HttpSender strict({});
  const HttpEnd unknown =
      Send(&strict, {.url = StrCat("https://127.0.0.1:", server_.port(), "/")});
  EXPECT_EQ(unknown.kind, HttpEnd::Kind::kNotSent);
  EXPECT_THAT(unknown.why, HasSubstr("certificate"));
  HttpSender sender({.authorities = path_, .lookup = [](const std::string&) {
                       return std::vector<std::string>{"127.0.0.1"};
                     }});
  const HttpEnd other = Send(
      &sender, {.url = StrCat("https://other.example:", server_.port(), "/")});
  EXPECT_EQ(other.kind, HttpEnd::Kind::kNotSent);
  const HttpEnd named = Send(
      &sender, {.url = StrCat("https://hook.example:", server_.port(), "/")});
  EXPECT_EQ(named.status, 200) << named.why;
}

// Names.

TEST(HttpSenderNamesTest, EveryAddressOfANameMustPass) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  std::vector<std::string> addresses = {"127.0.0.1", "127.0.0.9"};
  HttpSender sender(
      {.lookup = [&addresses](const std::string&) { return addresses; }});
  HttpAttempt attempt = To(server);
  attempt.url = StrCat("http://mixed.example:", server.port(), "/");
  attempt.judge = [](const std::string& address, uint16_t) {
    return address == "127.0.0.9"
               ? absl::PermissionDeniedError("127.0.0.9 is refused")
               : absl::OkStatus();
  };
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kRefused);
  EXPECT_EQ(end.why, "127.0.0.9 is refused");
  EXPECT_EQ(server.connections(), 0U);
}

TEST(HttpSenderNamesTest, AConnectionThatIsUsedAgainIsJudgedAgain) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, connection.request().body);
    }
  });
  HttpSender sender({});
  EXPECT_EQ(Send(&sender, To(server, "first")).status, 200);
  HttpAttempt attempt = To(server, "second");
  // Passes the address of the URL, then refuses the connection itself.
  int asked = 0;
  attempt.judge = [&asked](const std::string&, uint16_t) {
    return ++asked == 1 ? absl::OkStatus()
                        : absl::PermissionDeniedError("judged again");
  };
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kRefused);
  EXPECT_EQ(end.why, "judged again");
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpSenderNamesTest, AnotherAddressThatAnswersIsUsed) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  HttpSender sender({.lookup = [](const std::string&) {
    return std::vector<std::string>{"127.0.0.77", "127.0.0.1"};
  }});
  HttpAttempt attempt = To(server);
  attempt.url = StrCat("http://two.example:", server.port(), "/");
  EXPECT_EQ(Send(&sender, attempt).status, 200);
}

TEST(HttpSenderNamesTest, ANameThatIsNotFoundIsTriedAgainNextTime) {
  ScriptedServer server([](Connection& connection) {
    while (connection.ReadRequest()) {
      connection.Answer(200, "");
    }
  });
  std::atomic<int> asked = 0;
  HttpSender sender(
      {.lookup = [&asked](const std::string& host) -> HostResolver::Addresses {
        if (++asked == 1) {
          return absl::NotFoundError(StrCat("no such host: ", host));
        }
        return std::vector<std::string>{"127.0.0.1"};
      }});
  HttpAttempt attempt = To(server);
  attempt.url = StrCat("http://late.example:", server.port(), "/");
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kNotSent);
  EXPECT_EQ(end.why, "no such host: late.example");
  EXPECT_EQ(Send(&sender, attempt).status, 200);
  EXPECT_EQ(Send(&sender, attempt).status, 200);
  EXPECT_EQ(asked, 2);
}

TEST(HttpSenderNamesTest, ANameServerThatHangsIsLeft) {
  Mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
  HttpSender sender({.lookup = [&](const std::string&) {
    MutexLock lock(&mutex);
    while (!is_over) {
      lock.Wait(&changed);
    }
    changed.notify_all();
    is_over = false;
    return std::vector<std::string>();
  }});
  HttpAttempt attempt = {.url = "https://slow.example/"};
  attempt.connect_timeout = absl::Milliseconds(50);
  const HttpEnd end = Send(&sender, attempt);
  EXPECT_EQ(end.kind, HttpEnd::Kind::kNotSent);
  EXPECT_THAT(end.why, HasSubstr("no name server"));
  // The lookup must be over before what it uses is.
  MutexLock lock(&mutex);
  is_over = true;
  changed.notify_all();
  while (is_over) {
    lock.Wait(&changed);
  }
}

}  // namespace
}  // namespace presshawk
