// SPDX-License-Identifier: Apache-2.0
// What Slack and Teams publish about what they take, as checks.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/utf8.h"
#include "core/messages/clean_text.h"

namespace presshawk {

// Every `<` begins a link that presshawk made, and nobody is called.
inline void ExpectHarmless(const std::string& text) {
  for (size_t at = text.find('<'); at != std::string::npos;
       at = text.find('<', at + 1)) {
    EXPECT_EQ(text.compare(at, 5, "<http"), 0) << text.substr(at, 40);
    const size_t end = text.find('>', at);
    EXPECT_NE(end, std::string::npos);
    EXPECT_LT(text.find('|', at), end) << text.substr(at, 80);
  }
  EXPECT_EQ(text.find('`'), std::string::npos);
  EXPECT_EQ(text.find("@everyone"), std::string::npos);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
}

inline void ExpectText(const nlohmann::json& object, size_t units) {
  const std::string text = object.at("text").get<std::string>();
  EXPECT_FALSE(text.empty());
  EXPECT_LE(Utf16Length(text), units) << text.substr(0, 80);
  ExpectHarmless(text);
}

inline void ExpectSlackTakesIt(std::string_view body) {
  EXPECT_TRUE(IsValidUtf8(body));
  const auto json = nlohmann::json::parse(body, nullptr, false);
  ASSERT_TRUE(json.is_object()) << body.substr(0, 200);
  ExpectText(json, 2'000);
  if (!json.contains("blocks")) {
    return;
  }
  EXPECT_LE(json["blocks"].size(), 50U);
  EXPECT_LE(Utf16Length(json["blocks"].dump()), 13'200U);
  for (const auto& block : json["blocks"]) {
    const std::string type = block.at("type").get<std::string>();
    if (type == "header") {
      EXPECT_EQ(block["text"]["type"], "plain_text");
      ExpectText(block["text"], 150);
    } else if (type == "section") {
      ExpectText(block["text"], 3'000);
    } else {
      EXPECT_EQ(type, "context");
      EXPECT_LE(block["elements"].size(), 10U);
      ExpectText(block["elements"][0], 3'000);
    }
  }
}

inline void ExpectTeamsTakesIt(std::string_view body) {
  EXPECT_TRUE(IsValidUtf8(body));
  EXPECT_LE(body.size(), 28'000U);
  const auto json = nlohmann::json::parse(body, nullptr, false);
  ASSERT_TRUE(json.is_object()) << body.substr(0, 200);
  const auto& card = json.at("attachments").at(0).at("content");
  EXPECT_EQ(card.at("type"), "AdaptiveCard");
  ASSERT_FALSE(card.at("body").empty());
  for (const auto& line : card.at("body")) {
    // A TextBlock would read markup of others.
    ASSERT_EQ(line.at("type"), "RichTextBlock");
    ASSERT_FALSE(line.at("inlines").empty());
    for (const auto& run : line.at("inlines")) {
      EXPECT_EQ(run.at("type"), "TextRun");
      EXPECT_FALSE(run.at("text").get<std::string>().empty());
      if (run.contains("selectAction")) {
        EXPECT_EQ(
            run["selectAction"]["url"].get<std::string>().compare(0, 4, "http"),
            0);
      }
    }
  }
  EXPECT_LE(card.value("actions", nlohmann::json::array()).size(), 6U);
}

}  // namespace presshawk
