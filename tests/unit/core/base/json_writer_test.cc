// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_writer.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(JsonWriterTest, CommasStandBetweenValuesAndNowhereElse) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject().Key("empty").BeginArray().EndArray();
  writer.Key("nothing").BeginObject().EndObject();
  writer.Key("rows").BeginArray();
  for (int i = 0; i < 2; ++i) {
    writer.BeginObject().Member("i", i).Member("odd", i % 2 == 1).EndObject();
  }
  writer.Null().Raw("[1, 2]").EndArray().Member("last", "x").EndObject();
  EXPECT_EQ(json, R"({"empty":[],"nothing":{},"rows":[{"i":0,"odd":false},)"
                  R"({"i":1,"odd":true},null,[1, 2]],"last":"x"})");
}

TEST(JsonWriterTest, TextsAndKeysAreEscapedAndValid) {
  std::string json = "before ";
  JsonWriter writer(&json);
  writer.BeginObject().Member("a\"\n", std::string("\xFF\\")).EndObject();
  EXPECT_EQ(json, "before {\"a\\\"\\n\":\"\xEF\xBF\xBD\\\\\"}");
}

TEST(JsonWriterTest, NumbersKeepAllTheirDigits) {
  std::string json;
  JsonWriter(&json)
      .BeginArray()
      .Value(INT64_MIN)
      .Value(UINT64_MAX)
      .Value(uint8_t{7})
      .EndArray();
  EXPECT_EQ(json, "[-9223372036854775808,18446744073709551615,7]");
}

}  // namespace
}  // namespace presshawk
