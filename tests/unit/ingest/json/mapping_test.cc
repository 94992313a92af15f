// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/mapping.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(MappingTest, AFileNamesPointersAndHtml) {
  const auto mapping = ParseMapping("m.yaml",
                                    "title: /headline\n"
                                    "body: {from: [/text, /body], html: yes}\n"
                                    "source: /provider/name\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->of(ArticleKey::kTitle).from,
            (std::vector<Mapping::Together>{{"/headline"}}));
  EXPECT_EQ(mapping->of(ArticleKey::kTitle).html, HtmlMode::kAuto);
  EXPECT_EQ(mapping->of(ArticleKey::kBody).from,
            (std::vector<Mapping::Together>{{"/text"}, {"/body"}}));
  EXPECT_EQ(mapping->of(ArticleKey::kBody).html, HtmlMode::kYes);
}

TEST(MappingTest, HtmlOfAllTextFieldsAndOfOne) {
  const auto mapping = ParseMapping("m.yaml",
                                    "title: {from: /t, html: auto}\n"
                                    "body: /text\n"
                                    "author: /by\n"
                                    "html: yes\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->of(ArticleKey::kTitle).html, HtmlMode::kAuto);
  EXPECT_EQ(mapping->of(ArticleKey::kBody).html, HtmlMode::kYes);
  // Not `yes`: it would take `<jane@example.org>` for a tag.
  EXPECT_EQ(mapping->of(ArticleKey::kAuthor).html, HtmlMode::kAuto);
  EXPECT_FALSE(ParseMapping("m.yaml", "body: /b\nhtml: maybe\n").ok());
}

TEST(MappingTest, AuthorsAreHtmlWhereTheyLookLikeIt) {
  for (const auto& [yaml, mode] :
       std::initializer_list<std::pair<const char*, HtmlMode>>{
           {"author: /by\n", HtmlMode::kAuto},
           {"author: /by\nhtml: no\n", HtmlMode::kNo},
           {"author: {from: /by, html: yes}\n", HtmlMode::kYes}}) {
    const auto mapping = ParseMapping("m.yaml", yaml);
    ASSERT_TRUE(mapping.ok()) << mapping.status();
    EXPECT_EQ(mapping->of(ArticleKey::kAuthor).html, mode) << yaml;
  }
  EXPECT_EQ(LoadMapping("generic")->of(ArticleKey::kAuthor).html,
            HtmlMode::kAuto);
}

TEST(MappingTest, MistakesOneByOne) {
  std::vector<MappingMistake> mistakes;
  EXPECT_FALSE(
      ParseMapping("m.yaml", "titel: /t\nbody: text\n", &mistakes).ok());
  ASSERT_EQ(mistakes.size(), 2U);
  EXPECT_EQ(mistakes[0].line, 1U);
  EXPECT_EQ(mistakes[1].line, 2U);
  EXPECT_EQ(mistakes[1].column, 7U);
  EXPECT_EQ(mistakes[1].message, "`text` is not a JSON Pointer: write `/text`");
}

TEST(MappingTest, EveryMistakeIsToldAtItsPlace) {
  const auto mapping = ParseMapping("m.yaml",
                                    "titel: /t\n"
                                    "body: text\n"
                                    "lang: {from: /l, html: auto}\n"
                                    "summary: {from: /s, html: maybe}\n");
  ASSERT_FALSE(mapping.ok());
  const std::string message(mapping.status().message());
  EXPECT_NE(message.find("m.yaml:1:1: error: unknown field `titel`"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("m.yaml:2:7: error: `text` is not a JSON Pointer"),
            std::string::npos);
  EXPECT_NE(message.find("m.yaml:3:18: error: `html` is for"),
            std::string::npos);
  EXPECT_NE(message.find("m.yaml:4:27: error: `html` is auto, yes or no"),
            std::string::npos);
}

TEST(MappingTest, AnUnknownNameTellsThePresets) {
  const auto mapping = LoadMapping("no-such-mapping");
  ASSERT_FALSE(mapping.ok());
  EXPECT_NE(std::string(mapping.status().message()).find("generic, newsapi"),
            std::string::npos);
}

}  // namespace
}  // namespace presshawk
