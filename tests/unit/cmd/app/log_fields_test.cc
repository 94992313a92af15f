// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/log_fields.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

std::string FieldsOf(std::string_view message) {
  std::string json;
  AppendLogFields(FindLogFields(message), &json);
  return json;
}

TEST(LogFieldsTest, WhatALineIsAboutIsInItsFields) {
  EXPECT_EQ(FieldsOf("kafka: worker 0: 1 partitions assigned, 1 in all"),
            ",\"worker\":0");
  EXPECT_EQ(FieldsOf("not ready: workers 0, 12: no broker of kafka1:9092 "
                     "answers since 2026-01-02T03:04:05Z: Connection refused"),
            ",\"workers\":[0,12]");
  EXPECT_EQ(FieldsOf("not ready: worker 3: group desk has confirmed no commit "
                     "of wire.articles[7] since 2026-01-02T03:04:05Z"),
            ",\"worker\":3,\"topic\":\"wire.articles\",\"partition\":7");
  EXPECT_EQ(FieldsOf("kafka: topic \"articles\" does not exist"),
            ",\"topic\":\"articles\"");
  EXPECT_EQ(FieldsOf("not ready: alerts to file: a.ndjson: cannot write"),
            ",\"sink\":\"file\"");
  EXPECT_EQ(FieldsOf("not ready: dead letters: refused"),
            ",\"sink\":\"deadletter\"");
  EXPECT_EQ(FieldsOf("kafka error: code=_TRANSPORT b:9092/1: Disconnected"),
            ",\"code\":\"_TRANSPORT\"");
  EXPECT_EQ(FieldsOf("watch-list: a.yaml:1:2: error: a condition is missing "
                     "[kremlin]\n    fix: write one"),
            ",\"list\":\"kremlin\"");
}

TEST(LogFieldsTest, OtherLinesHaveNone) {
  EXPECT_EQ(FieldsOf("http: metrics and health at http://[::1]:9464/"), "");
  EXPECT_EQ(FieldsOf("generation 12ab: 2 lists active"), "");
  EXPECT_EQ(FieldsOf("a worker had to give up: no answer"), "");
  EXPECT_EQ(FieldsOf(""), "");
  EXPECT_EQ(FieldsOf("articles[x] [3] ["), "");
}

}  // namespace
}  // namespace presshawk
