// SPDX-License-Identifier: Apache-2.0
#include "core/http/bearer_token.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

// The token that a file of this content gives.
absl::StatusOr<std::string> TokenOf(const std::string& content) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() /
      ("presshawk_token." + std::to_string(getpid()));
  std::ofstream(path) << content;
  auto token = ReadTokenFile(path);
  std::filesystem::remove(path);
  return token;
}

TEST(BearerTokenTest, TheFirstLineOfTheFileIsTheToken) {
  EXPECT_EQ(*TokenOf("s3cret\n"), "s3cret");
  EXPECT_EQ(*TokenOf("  s3cret \r\nsecond line\n"), "s3cret");
  EXPECT_EQ(*TokenOf("\xEF\xBB\xBFs3cret\r\n"), "s3cret");
}

TEST(BearerTokenTest, AFileWithoutATokenIsAnError) {
  for (const char* content : {"", "\n", "two words\n", "g\xC3\xA9heim\n"}) {
    EXPECT_FALSE(TokenOf(content).ok()) << content;
  }
  EXPECT_FALSE(TokenOf(std::string(5000, 'a')).ok());
  EXPECT_EQ(ReadTokenFile("/nowhere/token").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(BearerTokenTest, OnlyTheTokenItselfIsBorne) {
  EXPECT_TRUE(BearsToken("Bearer s3cret", "s3cret"));
  EXPECT_TRUE(BearsToken("bearer   s3cret ", "s3cret"));
  for (const char* header :
       {"", "s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets",
        "Bearer S3cret", "Basic s3cret", "Bearers3cret"}) {
    EXPECT_FALSE(BearsToken(header, "s3cret")) << header;
  }
}

}  // namespace
}  // namespace presshawk
