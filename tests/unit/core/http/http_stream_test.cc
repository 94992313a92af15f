// SPDX-License-Identifier: Apache-2.0
// Streams of events: what viewers get, and what slow and many ones cost.
#include <memory>
#include <thread>
#include <vector>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/http/http_client.h"
#include "tests/unit/core/http/test_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A client that follows the events.
class Viewer {
 public:
  explicit Viewer(uint16_t port, std::string_view last_event_id = "")
      : client_(port) {
    client_.Send(
        StrCat("GET /events HTTP/1.1\r\nHost: localhost\r\n",
               last_event_id.empty() ? "" : "Last-Event-ID: ", last_event_id,
               last_event_id.empty() ? "" : "\r\n", "\r\n"));
  }
  std::string UpTo(std::string_view text) { return client_.ReceiveUpTo(text); }
  HttpAnswer End() { return client_.Receive(); }

 private:
  HttpClient client_;
};

std::string IdOf(const std::string& text) {
  const size_t begin = text.rfind("id: ") + 4;
  return text.substr(begin, text.find('\n', begin) - begin);
}

void WaitForViewers(TestServer* server, size_t count) {
  while (server->feed().viewers() != count) {
    std::this_thread::yield();
  }
}

TEST(HttpStreamTest, AViewerGetsASnapshotAndThenWhatHappens) {
  TestServer server({});
  Viewer viewer(server.port());
  const std::string head = viewer.UpTo("data: snapshot\n\n");
  EXPECT_THAT(head, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  server.feed().Publish("delta", "{\"a\":1}");
  EXPECT_THAT(viewer.UpTo("{\"a\":1}\n\n"), HasSubstr("event: delta\n"));
  server.feed().Publish("delta", "{\"a\":2}");
  EXPECT_THAT(viewer.UpTo("{\"a\":2}\n\n"), HasSubstr("id: "));
}

TEST(HttpStreamTest, AViewerGoesOnWhereItWas) {
  TestServer server({});
  std::string id;
  {
    Viewer viewer(server.port());
    viewer.UpTo("snapshot");
    server.feed().Publish("e", "first");
    id = IdOf(viewer.UpTo("first\n\n"));
  }
  server.feed().Publish("e", "second");
  Viewer again(server.port(), id);
  const std::string text = again.UpTo("second\n\n");
  EXPECT_THAT(text, Not(HasSubstr("snapshot")));
  EXPECT_THAT(text, Not(HasSubstr("first")));
  // What is no longer there, and what never was: a snapshot.
  server.feed().Publish("e", std::string(2000, 'x'));
  for (const std::string& gone : {id, std::string("0-1"), id + "9", id + "x",
                                  std::string("nonsense"), std::string("-")}) {
    Viewer late(server.port(), gone);
    EXPECT_THAT(late.UpTo("snapshot\n\n"), HasSubstr("data: snapshot")) << gone;
  }
}

TEST(HttpStreamTest, AViewerThatDoesNotReadIsDroppedAndOthersAreNot) {
  TestServer server({});
  Viewer deaf(server.port());
  deaf.UpTo("snapshot");
  Viewer viewer(server.port());
  viewer.UpTo("snapshot");
  WaitForViewers(&server, 2);
  const std::string data(900, 'x');
  for (int i = 0; server.feed().viewers() == 2; ++i) {
    server.feed().Publish("e", StrCat(data, i, "."));
    EXPECT_THAT(viewer.UpTo(StrCat(i, ".\n\n")), HasSubstr(data));
  }
  while (server.server().counts().slow < 1) {
    std::this_thread::yield();
  }
  server.feed().Publish("e", "the end");
  EXPECT_THAT(viewer.UpTo("the end\n\n"), HasSubstr("the end"));
}

TEST(HttpStreamTest, AStreamBeatsAndEndsAndSaysWhenToComeBack) {
  TestServer server({.limits = {.heartbeat = absl::Milliseconds(5),
                                .stream_time = absl::Milliseconds(100)}});
  Viewer viewer(server.port());
  EXPECT_THAT(viewer.UpTo("snapshot"), HasSubstr("retry: "));
  EXPECT_EQ(viewer.UpTo(":\n\n"), "\n\n:\n\n");
  viewer.End();
  WaitForViewers(&server, 0);
}

TEST(HttpStreamTest, AViewerThatLeavesIsForgottenAtOnce) {
  TestServer server({});
  {
    Viewer viewer(server.port());
    viewer.UpTo("snapshot");
    WaitForViewers(&server, 1);
  }
  WaitForViewers(&server, 0);
}

TEST(HttpStreamTest, HalfOfTheConnectionsMayBeStreams) {
  TestServer server({.limits = {.connections = 6, .streams_per_address = 3}});
  std::vector<std::unique_ptr<Viewer>> viewers;
  for (int i = 0; i < 3; ++i) {
    viewers.push_back(std::make_unique<Viewer>(server.port()));
    viewers.back()->UpTo("snapshot");
  }
  const HttpAnswer refused = Request(server.port(), "GET", "/events");
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.head, HasSubstr("Retry-After"));
  EXPECT_EQ(server.server().counts().streams_refused, 1u);
  EXPECT_EQ(Request(server.port(), "GET", "/healthz").status, 200);
}

TEST(HttpStreamTest, OneAddressMayTakeHalfOfThem) {
  TestServer server({.limits = {.connections = 8}});
  auto first = std::make_unique<Viewer>(server.port());
  first->UpTo("snapshot");
  Viewer second(server.port());
  second.UpTo("snapshot");
  const HttpAnswer refused = Request(server.port(), "GET", "/events");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.head, HasSubstr("Retry-After"));
  EXPECT_THAT(refused.body, HasSubstr("this address"));
  EXPECT_EQ(server.server().counts().streams_refused, 1u);
  first.reset();
  WaitForViewers(&server, 1);
  Viewer third(server.port());
  EXPECT_THAT(third.UpTo("snapshot"), HasSubstr("200 OK"));
}

// It could not read the events, but take all places.
TEST(HttpStreamTest, APageOfAnotherOriginGetsNoStream) {
  TestServer server({});
  for (const char* header :
       {"Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://localhost:1\r\n", "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"}) {
    EXPECT_EQ(Request(server.port(), "GET", "/events", header).status, 403)
        << header;
    EXPECT_EQ(Request(server.port(), "GET", "/open", header).status, 200);
  }
  for (const char* header :
       {"Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n"}) {
    HttpClient viewer(server.port());
    viewer.Send(
        StrCat("GET /events HTTP/1.1\r\nHost: localhost\r\n", header, "\r\n"));
    EXPECT_THAT(viewer.ReceiveUpTo("snapshot"), HasSubstr("200 OK")) << header;
  }
}

TEST(HttpStreamTest, HeadOfAStreamIsItsHead) {
  TestServer server({});
  EXPECT_EQ(Request(server.port(), "HEAD", "/events").status, 200);
  EXPECT_EQ(server.feed().viewers(), 0u);
}

TEST(HttpStreamTest, AStopEndsStreams) {
  TestServer server({});
  Viewer viewer(server.port());
  viewer.UpTo("snapshot");
  server.server().Stop();
  viewer.End();
  EXPECT_EQ(server.feed().viewers(), 0u);
  server.feed().Publish("e", "into the void");
}

}  // namespace
}  // namespace presshawk
