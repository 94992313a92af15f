// SPDX-License-Identifier: Apache-2.0
#include "core/http/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/http/request_head.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

struct Reading {
  int status = 0;  // 200: whole; 0: more is to come.
  HttpRequest request;
};

// Reads `text` in pieces of `size` bytes.
Reading Read(std::string_view text, size_t size = 1 << 20) {
  RequestReader reader(HttpLimits{.header_bytes = 1000, .payload_bytes = 100});
  Reading reading;
  while (!text.empty()) {
    std::string_view piece = text.substr(0, size);
    text.remove_prefix(piece.size());
    auto progress = RequestReader::Progress::kHead;
    while (progress == RequestReader::Progress::kHead) {
      progress = reader.Take(&piece);
    }
    if (progress == RequestReader::Progress::kRefused) {
      reading.status = reader.problem().status;
      return reading;
    }
    if (progress == RequestReader::Progress::kWhole) {
      reading.status = 200;
      break;
    }
  }
  reading.request = std::move(reader.request());
  return reading;
}

int StatusOf(std::string_view text) { return Read(text).status; }

TEST(RequestReaderTest, PiecesOfAnySizeMakeTheSameRequest) {
  const std::string text =
      "POST /a%2Fb/c?x=1+2&y=%C3%A9&z HTTP/1.1\r\nHost: localhost:1\r\n"
      "X-One:  two \t\r\ntransfer-encoding: Chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\nA\r\n, world...\r\n0\r\nTrailer: x\r\n\r\n";
  for (size_t size = 1; size <= text.size(); ++size) {
    const Reading reading = Read(text, size);
    ASSERT_EQ(reading.status, 200) << size;
    EXPECT_THAT(reading.request.segments, ElementsAre("a/b", "c"));
    ASSERT_EQ(reading.request.query.size(), 3u);
    EXPECT_EQ(reading.request.query[0].value, "1 2");
    EXPECT_EQ(reading.request.query[1].value, "é");
    EXPECT_EQ(reading.request.query[2].name, "z");
    EXPECT_EQ(reading.request.Header("x-one"), "two");
    EXPECT_EQ(reading.request.host, "localhost:1");
    EXPECT_EQ(reading.request.body, "hello, world...");
  }
  EXPECT_EQ(
      Read("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcdef").request.body,
      "abc");
}

TEST(RequestReaderTest, WhatTwoReadersCouldReadInTwoWaysIsRefused) {
  for (const std::string& head :
       {std::string("GET / HTTP/1.1\nHost: a\n\n\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 29),
        std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\n: x\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
        std::string("\r\nGET / HTTP/1.1\r\n\r\n"),
        std::string("GET  / HTTP/1.1\r\n\r\n"),
        std::string("GET / b HTTP/1.1\r\n\r\n"),
        std::string("GET /\tb HTTP/1.1\r\n\r\n"),
        std::string("GET / HTTP/1.1 \r\n\r\n"),
        std::string("GET / http/1.1\r\n\r\n"),
        std::string("GET /\r\n\r\n"),
        std::string("G(T / HTTP/1.1\r\n\r\n"),
        std::string("GET /\xC3\xA9 HTTP/1.1\r\n\r\n"),
        std::string("GET /a#b HTTP/1.1\r\n\r\n"),
        std::string("GET a HTTP/1.1\r\n\r\n"),
        std::string("GET * HTTP/1.1\r\n\r\n"),
        std::string("CONNECT a:1 HTTP/1.1\r\n\r\n"),
        std::string("GET http:///a HTTP/1.1\r\n\r\n"),
        std::string("GET http://u@a/ HTTP/1.1\r\n\r\n"),
        std::string("GET /%zz HTTP/1.1\r\n\r\n"),
        std::string("GET /%2 HTTP/1.1\r\n\r\n"),
        std::string("GET /%00 HTTP/1.1\r\n\r\n"),
        std::string("GET /%0d%0aX HTTP/1.1\r\n\r\n"),
        std::string("GET /?a=%0A HTTP/1.1\r\n\r\n"),
        std::string(
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n"),
        std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\na")}) {
    EXPECT_EQ(StatusOf(head), 400) << head;
  }
}

TEST(RequestReaderTest, OtherVersionsAndExpectationsAreNamed) {
  EXPECT_EQ(StatusOf("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(StatusOf("GET / HTTP/1.2\r\n\r\n"), 505);
  EXPECT_EQ(StatusOf("GET / HTTP/1.10\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nExpect: more\r\n\r\n"), 417);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\n\r\n"), 200);
}

TEST(RequestReaderTest, TheHeadHasALimitInBytesAndInLines) {
  const std::string begin = "GET / HTTP/1.1\r\n";
  const std::string rest = StrCat("X: ", std::string(977, 'a'), "\r\n\r\n");
  ASSERT_EQ(begin.size() + rest.size(), 1000u);
  EXPECT_EQ(StatusOf(begin + rest), 200);
  EXPECT_EQ(StatusOf(StrCat(begin, "Y", rest)), 431);
  EXPECT_EQ(StatusOf(std::string(1000, 'a')), 431);
  std::string lines = begin;
  for (int i = 0; i < 201; ++i) {
    lines += "a:\r\n";
  }
  EXPECT_EQ(StatusOf(lines + "\r\n"), 431);
}

TEST(RequestReaderTest, ATargetThatIsAWholeUrlSaysWhomItAsks) {
  const Reading reading = Read(
      "GET http://evil.example:80/x?y=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(reading.status, 200);
  EXPECT_EQ(reading.request.host, "evil.example:80");
  EXPECT_THAT(reading.request.segments, ElementsAre("x"));
  EXPECT_THAT(Read("GET http://a HTTP/1.1\r\n\r\n").request.segments,
              ElementsAre(""));
}

TEST(RequestReaderTest, HeadIsAGetWithoutItsBody) {
  const Reading reading = Read("HEAD / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reading.request.method, "GET");
  EXPECT_TRUE(reading.request.is_head);
}

TEST(RequestHeadTest, PercentSignsStandForBytes) {
  EXPECT_EQ(PercentDecoded("a%20b+c%2f", false), "a b+c/");
  EXPECT_EQ(PercentDecoded("a%20b+c", true), "a b c");
  for (const char* wrong : {"%", "%2", "%2x", "%0a", "%7F", "a%"}) {
    EXPECT_EQ(PercentDecoded(wrong, true), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace presshawk
