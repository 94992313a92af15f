// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/retraction_reader.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::HasSubstr;

TEST(RetractionReaderTest, ReadsWhatIsWritten) {
  Article article;
  article.id = "urn:wire:7";
  article.version = "2";
  article.source = "W\"ire";
  article.site = "wire.example";
  article.published_at = "2026-01-02";
  const std::string url = "https://wire.example/" + std::string(3'000, 'x');
  article.url = url;
  std::string json;
  AppendRetraction(article, absl::FromUnixMillis(1'767'355'200'123), &json);
  EXPECT_EQ(json, R"({"schema":1,"article":{"id":"urn:wire:7","version":"2",)"
                  R"("source":"W\"ire","site":"wire.example",)"
                  R"("published_at":"2026-01-02"},)"
                  R"("detected_at":"2026-01-02T12:00:00.123Z"})");
  const auto read = ReadRetraction(json);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->article, "urn:wire:7");
  EXPECT_EQ(read->version, "2");
  EXPECT_EQ(read->source, "W\"ire");
  EXPECT_EQ(read->site, "wire.example");
  EXPECT_EQ(read->url, "");  // Too long for a record that every topic takes.
  EXPECT_EQ(read->published_at, "2026-01-02");
  EXPECT_EQ(read->detected_at, "2026-01-02T12:00:00.123Z");
}

TEST(RetractionReaderTest, SaysWhatIsWrong) {
  const auto problem = [](std::string_view json) {
    return std::string(ReadRetraction(json).status().message());
  };
  EXPECT_THAT(problem("{"), HasSubstr("no retraction: "));
  EXPECT_THAT(problem("[]"), HasSubstr("it is no object"));
  EXPECT_THAT(problem("{}"), HasSubstr("/schema is not 1"));
  EXPECT_THAT(problem(R"({"schema":2})"), HasSubstr("/schema is not 1"));
  EXPECT_THAT(problem(R"({"schema":1})"), HasSubstr("/article is no object"));
  EXPECT_THAT(problem(R"({"schema":1,"article":{}})"),
              HasSubstr("/article/id is missing"));
  EXPECT_THAT(problem(R"({"schema":1,"article":{"id":"a","version":2}})"),
              HasSubstr("/article/version is no text"));
  EXPECT_TRUE(
      ReadRetraction(R"({"schema":1,"more":[],"article":{"id":"a"}})").ok());
}

}  // namespace
}  // namespace presshawk
