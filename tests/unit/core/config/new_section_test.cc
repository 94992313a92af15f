// SPDX-License-Identifier: Apache-2.0
// The example of core/config/sections/README.md, which must stand here word for
// word.
#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/read_file.h"
#include "core/base/str_cat.h"
#include "core/config/dump_text.h"
#include "core/config/read_config.h"
#include "core/config/topic_uses.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct DigestOptions {
  // every: the time between two digests. 1m to 24h.
  absl::Duration every = absl::Hours(24);
  std::string topic;  // topic: where digests are written; empty = nowhere.
};

void ReadDigest(ConfigSection* file, TopicUses* topics,
                DigestOptions* options) {
  ConfigSection digest = file->Map("digest");
  options->every = digest.Duration("every", absl::Minutes(1), absl::Hours(24))
                       .value_or(options->every);
  options->topic = topics->Read(&digest, "topic");
  digest.RejectUnknownKeys();
}

void DumpDigest(const DigestOptions& options, std::string* dump) {
  StrAppend(dump, "digest: {every: ", absl::FormatDuration(options.every),
            ", topic: ", QuotedYaml(options.topic), "}\n");
}

struct Digest {
  DigestOptions options;
  TopicUses topics;
  std::vector<std::string> errors;  // "line:column message"
};

Digest Read(std::string_view text) {
  Digest digest;
  const ConfigProblems problems = ReadConfigText(
      text, "p.yaml", [](const std::string&) { return std::nullopt; },
      [&](ConfigSection* file) {
        ReadDigest(file, &digest.topics, &digest.options);
      });
  for (const ConfigError& error : problems.errors) {
    digest.errors.push_back(
        StrCat(error.place.line, ":", error.place.column, " ", error.message));
  }
  return digest;
}

TEST(NewSectionTest, IsReadAndShownAgain) {
  const Digest digest = Read("digest: {every: 2m, topic: digests}\n");
  EXPECT_THAT(digest.errors, ElementsAre());
  EXPECT_EQ(digest.options.every, absl::Minutes(2));
  EXPECT_EQ(digest.options.topic, "digests");
  ASSERT_EQ(digest.topics.uses().size(), 1u);
  EXPECT_EQ(digest.topics.uses()[0].by, "digest.topic");
  std::string dump;
  DumpDigest(digest.options, &dump);
  EXPECT_EQ(dump, "digest: {every: 2m, topic: \"digests\"}\n");
}

TEST(NewSectionTest, WithoutItTheDefaultsHold) {
  const Digest digest = Read("");
  EXPECT_THAT(digest.errors, ElementsAre());
  EXPECT_EQ(digest.options.every, absl::Hours(24));
}

TEST(NewSectionTest, ErrorsHaveTheirPlaces) {
  EXPECT_THAT(
      Read("digest: {every: 2, topic: a b, evry: x}\ndigst: x\n").errors,
      ElementsAre("1:17 digest.every must be a duration, not `2`",
                  HasSubstr("1:27 digest.topic: `a b`: "),
                  "1:32 unknown key `evry` in digest",
                  "2:1 unknown key `digst`"));
}

TEST(NewSectionTest, IsTheExampleOfTheReadme) {
  const std::filesystem::path root = PRESSHAWK_SOURCE_DIR;
  const auto readme =
      ReadFile(root / "core/config/sections/README.md", 1 << 20);
  const auto self =
      ReadFile(root / "tests/unit/core/config/new_section_test.cc", 1 << 20);
  ASSERT_TRUE(readme.ok() && self.ok());
  constexpr std::string_view kFence = "```cpp\n";
  const size_t start = readme->find(kFence);
  ASSERT_NE(start, std::string::npos);
  const size_t code = start + kFence.size();
  EXPECT_THAT(
      *self, HasSubstr(readme->substr(code, readme->find("```", code) - code)));
}

}  // namespace
}  // namespace presshawk
