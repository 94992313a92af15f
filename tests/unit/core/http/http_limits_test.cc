// What slow, many and hostile clients get.
#include <condition_variable>
#include <memory>
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

namespace presshawk {
namespace {

constexpr const char* kPartOfARequest =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";

class HttpLimitsTest : public ::testing::Test {
 protected:
  uint16_t Start(const HttpLimits& limits, std::string metrics = "up 1\n") {
    auto server = HttpServer::Start(
        {.limits = limits},
        {.metrics = [metrics] { return metrics; },
         .not_ready_reasons = [] { return std::vector<std::string>(); },
         .reload =
             [this] {
               MutexLock lock(&mutex_);
               ++reloading_;
               changed_.notify_all();
               while (!reload_may_end_) {
                 lock.Wait(&changed_);
               }
               return absl::OkStatus();
             },
         .status_json = [] { return "{}"; }});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    return server_->port();
  }

  void WaitForReloads(int count) {
    MutexLock lock(&mutex_);
    while (reloading_ < count) {
      lock.Wait(&changed_);
    }
  }
  void LetReloadsEnd() {
    MutexLock lock(&mutex_);
    reload_may_end_ = true;
    changed_.notify_all();
  }

  Mutex mutex_;
  std::condition_variable changed_;
  int reloading_ = 0;
  bool reload_may_end_ = false;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpLimitsTest, AnUnfinishedRequestIsClosedAtItsDeadline) {
  const uint16_t port = Start({.read_timeout = absl::Milliseconds(50)});
  HttpClient silent(port);
  HttpClient partial(port);
  partial.Send(kPartOfARequest);
  EXPECT_NE(silent.Receive().status, 200);
  EXPECT_NE(partial.Receive().status, 200);
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
  const uint16_t port = Start({.threads = 2,
                               .patience = absl::Milliseconds(10),
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
  const uint16_t port = Start({.threads = 2,
                               .patience = absl::Milliseconds(10),
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

TEST_F(HttpLimitsTest, ConnectionsBeyondThoseThatMayWaitAreClosed) {
  // Far less patience than the reload takes: its answer is written all the
  // same.
  const uint16_t port =
      Start({.threads = 1, .pending = 1, .patience = absl::Milliseconds(1)});
  HttpClient reloading(port);
  reloading.Send("POST /-/reload HTTP/1.1\r\nHost: localhost\r\n\r\n");
  WaitForReloads(1);  // The only thread is taken, and not by a client.
  HttpClient waiting(port);
  waiting.Send(StrCat(kPartOfARequest, "\r\n"));
  HttpClient refused(port);
  EXPECT_EQ(refused.Receive().status, 0);
  LetReloadsEnd();
  EXPECT_EQ(reloading.Receive().status, 200);
  EXPECT_EQ(waiting.Receive().status, 200);
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
  LetReloadsEnd();
  const std::string large((1 << 20) + 1, 'a');
  EXPECT_EQ(Request(port, "POST", "/-/reload", "", large).status, 413);
  EXPECT_EQ(reloading_, 0);
  EXPECT_EQ(
      Request(port, "POST", "/-/reload", "", large.substr(0, 1 << 20)).status,
      200);
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
  LetReloadsEnd();
  for (const char* path : {"/-/reload", "/metrics"}) {
    HttpClient client(port);
    client.Send(StrCat("POST ", path,
                       " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                       "100\r\n\r\nshort"));
    EXPECT_NE(client.Receive().status, 0) << path;
  }
  EXPECT_EQ(reloading_, 1);
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
  server_->Stop();
  EXPECT_NE(partial.Receive().status, 200);
}

TEST_F(HttpLimitsTest, AStopWaitsForHandlers) {
  const uint16_t port = Start({});
  HttpClient reloading(port);
  reloading.Send("POST /-/reload HTTP/1.1\r\nHost: localhost\r\n\r\n");
  WaitForReloads(1);
  std::thread stop([this] { server_->Stop(); });
  LetReloadsEnd();
  stop.join();
  EXPECT_EQ(reloading.Receive().status, 200);
}

}  // namespace
}  // namespace presshawk
