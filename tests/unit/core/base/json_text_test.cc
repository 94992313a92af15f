// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_text.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

TEST(JsonTextTest, EveryAsciiCharacterReadsBack) {
  std::string text;
  for (char c = 0; c < 127; ++c) {
    text += c;
  }
  text += "é’界🌍";
  std::string json;
  AppendJsonString(text, &json);
  EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
}

TEST(JsonTextTest, OnlyWhatMustBeEscapedIs) {
  std::string json;
  AppendJsonString("a/b\x7f é\"\\\n\x01", &json);
  EXPECT_EQ(json, "\"a/b\x7f é\\\"\\\\\\n\\u0001\"");
}

}  // namespace
}  // namespace presshawk
