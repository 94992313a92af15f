// SPDX-License-Identifier: Apache-2.0
// What slow, many and hostile clients get.
#include <condition_variable>
#include <memory>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "core/http/http_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/http/http_client.h"
#include "tests/unit/core/http/test_server.h"

namespace presshawk {
namespace {

constexpr const char* kPartOfARequest =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
constexpr const char* kReload =
    "POST /-/reload HTTP/1.1\r\nHost: localhost\r\n";

class HttpLimitsTest : public ::testing::Test {
 protected:
  uint16_t Start(const HttpLimits& limits, std::string metrics = "up 1\n") {
    server_ = std::make_unique<TestServer>(
        HttpServer::Options{.limits = limits}, std::move(metrics));
    return server_->port();
  }
  uint64_t evicted() { return server_->server().counts().evicted; }

  std::unique_ptr<TestServer> server_;
};

TEST_F(HttpLimitsTest, AnUnfinishedRequestIsClosedAtItsDeadline) {
  const uint16_t port = Start({.read_timeout = absl::Milliseconds(50)});
  HttpClient silent(port);
  HttpClient partial(port);
  partial.Send(kPartOfARequest);
  EXPECT_NE(silent.Receive().status, 200);
  EXPECT_NE(partial.Receive().status, 200);
  EXPECT_EQ(server_->server().counts().slow, 2u);
}

TEST_F(HttpLimitsTest, ADripOfBytesDoesNotMoveTheDeadline) {
  const uint16_t port = Start({.read_timeout = absl::Milliseconds(100)});
  HttpClient drip(port);
  drip.Send("GET /metrics HTTP/1.1\r\nX: ");
  while (drip.Send("a")) {
  }
  EXPECT_NE(drip.Receive().status, 200);
}

TEST_F(HttpLimitsTest, SlowClientsDoNotKeepOthersOut) {
  const uint16_t port = Start({.threads = 1,
                               .read_timeout = absl::Minutes(10),
                               .write_timeout = absl::Minutes(10)});
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<HttpClient>(port));
    slow.back()->Send(kPartOfARequest);
  }
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
  EXPECT_EQ(Request(port, "GET", "/metrics").status, 200);
}

TEST_F(HttpLimitsTest, ClientsThatDoNotReadDoNotKeepOthersOut) {
  const uint16_t port = Start({.threads = 1,
                               .read_timeout = absl::Minutes(10),
                               .write_timeout = absl::Minutes(10)},
                              std::string(32 << 20, 'x'));
  std::vector<std::unique_ptr<HttpClient>> deaf;
  for (int i = 0; i < 6; ++i) {
    deaf.push_back(std::make_unique<HttpClient>(port));
    deaf.back()->Send(StrCat(kPartOfARequest, "\r\n"));
  }
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpLimitsTest, TheClientThatIsWaitedForTheLongestMakesRoom) {
  const uint16_t port = Start({.connections = 8,
                               .read_timeout = absl::Minutes(10),
                               .write_timeout = absl::Minutes(10)});
  HttpClient first(port);
  first.Send(kPartOfARequest);
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<HttpClient>(port));
    slow.back()->Send(kPartOfARequest);
  }
  EXPECT_EQ(first.Receive().status, 0);
  EXPECT_EQ(Request(port, "GET", "/metrics").status, 200);
  EXPECT_GE(evicted(), 1u);
}

TEST_F(HttpLimitsTest, AnswersThatNobodyTakesAreBoundedTogether) {
  const uint16_t port =
      Start({.write_timeout = absl::Minutes(10), .answer_bytes = 40 << 20},
            std::string(16 << 20, 'x'));
  std::vector<std::unique_ptr<HttpClient>> deaf;
  for (int i = 0; i < 6; ++i) {
    deaf.push_back(std::make_unique<HttpClient>(port));
    deaf.back()->Send(StrCat(kPartOfARequest, "\r\n"));
  }
  while (evicted() < 4) {
    std::this_thread::yield();  // Four of them, whatever the order.
  }
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpLimitsTest, AnswersThatAreWaitedForTakeNoThread) {
  const uint16_t port = Start({.threads = 1});
  std::vector<std::unique_ptr<HttpClient>> waiting;
  for (int i = 0; i < 50; ++i) {
    waiting.push_back(std::make_unique<HttpClient>(port));
    waiting.back()->Send(StrCat(kReload, "\r\n"));
  }
  server_->WaitForReloads(50);
  EXPECT_EQ(Request(port, "GET", "/metrics").status, 200);
  server_->LetReloadsEnd();
  for (const auto& client : waiting) {
    EXPECT_EQ(client->Receive().status, 200);
  }
}

TEST(HttpPoolTest, ARequestThatMayNotWaitForAThreadIsToldSo) {
  Mutex mutex;
  std::condition_variable changed;
  bool is_working = false;
  bool may_end = false;
  HttpServer server({.limits = {.threads = 1, .pending = 1}});
  server.Route("GET", "/work", HttpAccess::kOpen, [&](const HttpRequest&) {
    MutexLock lock(&mutex);
    is_working = true;
    changed.notify_all();
    while (!may_end) {
      lock.Wait(&changed);
    }
    return HttpResponse{.body = "done"};
  });
  ASSERT_TRUE(server.Start().ok());
  const std::string work = "GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n";
  HttpClient working(server.port());
  working.Send(work);
  {
    MutexLock lock(&mutex);
    while (!is_working) {
      lock.Wait(&changed);
    }
  }
  // Of two more, one waits and one is turned away.
  HttpClient one(server.port()), other(server.port());
  one.Send(work);
  other.Send(work);
  while (server.counts().requests < 3) {
    std::this_thread::yield();
  }
  {
    MutexLock lock(&mutex);
    may_end = true;
    changed.notify_all();
  }
  EXPECT_EQ(working.Receive().status, 200);
  const HttpAnswer first = one.Receive();
  const HttpAnswer second = other.Receive();
  EXPECT_EQ(first.status + second.status, 200 + 503);
  EXPECT_EQ(server.counts().requests_refused, 1u);
  EXPECT_THAT(first.status == 503 ? first.head : second.head,
              ::testing::HasSubstr("Retry-After: 1\r\n"));
}

TEST_F(HttpLimitsTest, AHeaderHasALimitWhateverItsForm) {
  const uint16_t port = Start({});
  const std::string many_bytes(64 << 10, 'a');
  std::string many_lines = "GET /metrics HTTP/1.1\r\n";
  for (int i = 0; i < 20'000; ++i) {
    many_lines += "a: b\r\n";
  }
  for (const std::string& request :
       {many_bytes, many_lines, StrCat("GET /", many_bytes),
        StrCat("GET / HTTP/1.1\r\nX: ", many_bytes)}) {
    HttpClient client(port);
    client.Send(request);
    EXPECT_NE(client.Receive().status, 200) << request.substr(0, 30);
  }
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpLimitsTest, APayloadHasALimit) {
  const uint16_t port = Start({});
  server_->LetReloadsEnd();
  const std::string large((1 << 20) + 1, 'a');
  EXPECT_EQ(Request(port, "POST", "/-/reload", "", large).status, 413);
  EXPECT_EQ(server_->reloads(), 0);
  EXPECT_EQ(
      Request(port, "POST", "/-/reload", "", large.substr(0, 1 << 20)).status,
      200);
}

TEST_F(HttpLimitsTest, ABodyInChunksHasTheSameLimit) {
  const uint16_t port = Start({});
  server_->LetReloadsEnd();
  const auto status_of = [&](const std::string& chunks) {
    HttpClient client(port);
    client.Send(StrCat(kReload, "Transfer-Encoding: chunked\r\n\r\n", chunks));
    return client.Receive().status;
  };
  EXPECT_EQ(status_of("5\r\nhello\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(status_of("100001\r\n"), 413);
  EXPECT_EQ(
      status_of(StrCat("100000\r\n", std::string(1 << 20, 'a'), "\r\n1\r\n")),
      413);
  for (const char* wrong :
       {"x\r\n", "-1\r\n", "\r\n", "0x5\r\n", "5\n", "2\r\nabc\r\n",
        "ffffffffffffffffff\r\n", "0\n\n", "0\r\n\n"}) {
    EXPECT_EQ(status_of(wrong), 400) << wrong;
  }
  std::string many_lines;
  for (int i = 0; i < 20'000; ++i) {
    many_lines += "1\r\na\r\n";
  }
  EXPECT_EQ(status_of(many_lines), 400);
  EXPECT_EQ(server_->reloads(), 1);
}

TEST_F(HttpLimitsTest, AnAnswerReachesAClientThatSentMoreThanItsRequest) {
  const uint16_t port = Start({});
  for (int i = 0; i < 20; ++i) {
    HttpClient client(port);
    client.Send(StrCat(kReload, "Content-Length: 2000000\r\n\r\n",
                       std::string(2'000'000, 'a')));
    EXPECT_EQ(client.Receive().status, 413);
  }
}

TEST_F(HttpLimitsTest, RangesDoNotMakeAnAnswerLarger) {
  const uint16_t port = Start({}, std::string(1000, 'x'));
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 500; ++i) {
    ranges += ",0-";
  }
  const HttpAnswer answer =
      Request(port, "GET", "/metrics", StrCat(ranges, "\r\n"));
  EXPECT_LE(answer.body.size(), 1000u);
}

TEST_F(HttpLimitsTest, WhatIsNoHttpIsRefused) {
  const uint16_t port = Start({});
  for (const std::string& request :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
        std::string("\r\n\r\n"), std::string("GET\r\n\r\n"),
        std::string("GET /metrics HTTP/9.9\r\n\r\n")}) {
    HttpClient client(port);
    client.Send(request);
    EXPECT_NE(client.Receive().status, 200);
  }
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpLimitsTest, ABodyThatIsNotNeededIsNotWaitedFor) {
  // No deadline would ever end these.
  const uint16_t port = Start({.read_timeout = absl::Minutes(10)});
  server_->LetReloadsEnd();
  for (const char* path : {"/-/reload", "/metrics"}) {
    HttpClient client(port);
    client.Send(StrCat("POST ", path,
                       " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                       "100\r\n\r\nshort"));
    EXPECT_NE(client.Receive().status, 0) << path;
  }
  EXPECT_EQ(server_->reloads(), 1);
  for (const char* length : {"100", "-1", "x", "1\r\nContent-Length: 2"}) {
    HttpClient client(port);
    client.Send(
        StrCat(kPartOfARequest, "Content-Length: ", length, "\r\n\r\n"));
    EXPECT_EQ(client.Receive().status, 400) << length;
  }
}

// The kernel's own word, of the socket that listens.
TEST_F(HttpLimitsTest, ManyClientsMayWaitToBeAccepted) {
  const uint16_t port = Start({});
  int backlog = -1;
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in address = {};
    socklen_t size = sizeof(address);
    int listens = 0;
    socklen_t listens_size = sizeof(listens);
    tcp_info info = {};
    socklen_t info_size = sizeof(info);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
        address.sin_port == htons(port) &&
        ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) ==
            0 &&
        listens == 1 &&
        ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &info_size) == 0) {
      backlog = static_cast<int>(info.tcpi_sacked);  // Of one that listens.
    }
  }
  EXPECT_GE(backlog, 128);
}

TEST_F(HttpLimitsTest, AStopDoesNotWaitForClients) {
  const uint16_t port = Start({.read_timeout = absl::Minutes(10)});
  HttpClient silent(port), partial(port);
  partial.Send(kPartOfARequest);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
  server_->server().Stop();
  EXPECT_NE(partial.Receive().status, 200);
}

TEST_F(HttpLimitsTest, AStopWaitsForAnswers) {
  const uint16_t port = Start({});
  HttpClient reloading(port);
  reloading.Send(StrCat(kReload, "\r\n"));
  server_->WaitForReloads(1);
  std::thread stop([this] { server_->server().Stop(); });
  server_->LetReloadsEnd();
  stop.join();
  EXPECT_EQ(reloading.Receive().status, 200);
}

}  // namespace
}  // namespace presshawk
