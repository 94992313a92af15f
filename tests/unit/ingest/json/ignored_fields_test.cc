// SPDX-License-Identifier: Apache-2.0
// A feed whose form changes is seen: what is not read is counted.
#include "ingest/json/ignored_fields.h"

#include <string>
#include <vector>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What is counted for one article: "source object", …
std::vector<std::string> Counted(const std::string& json,
                                 const std::string& preset = "generic") {
  IgnoredFields ignored;
  JsonArticleDecoder decoder(*LoadMapping(preset), kArticleBytesMax, &ignored);
  const std::string_view payload = json;
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  decoder.Decode({&payload, 1}, &articles, &rejects);
  std::vector<std::string> counted;
  ignored.ForEach([&](ArticleKey key, IgnoredKind kind, uint64_t count) {
    counted.push_back(StrCat(ArticleKeyName(key), " ", IgnoredKindName(kind),
                             count == 1 ? "" : "!"));
  });
  return counted;
}

TEST(IgnoredFieldsTest, AGoodArticleCountsNothing) {
  EXPECT_THAT(
      Counted(R"({"id":1,"title":"T","body":null,"tags":["a","b"],"author":)"
              R"([" ",null],"lang":"","x":{"y":true}})"),
      IsEmpty());
  EXPECT_THAT(Counted(R"({"headline":"T","author":[{"name":"A"}],"publisher":)"
                      R"({"name":"P"},"mainEntityOfPage":{"@id":"http://x/1"},)"
                      R"("keywords":"a, b"})",
                      "schemaorg"),
              IsEmpty());
}

TEST(IgnoredFieldsTest, ACommaInATagOfAListIsNone) {
  EXPECT_THAT(Counted(R"({"title":"T","tags":["Paris, France"]})"), IsEmpty());
  EXPECT_THAT(
      Counted(R"({"uri":"u","headline":"T","subject":[{"name":"a, b"}]})",
              "ninjs1"),
      IsEmpty());
}

TEST(IgnoredFieldsTest, EachWrongFormIsCountedOnceAnArticle) {
  EXPECT_THAT(Counted(R"({"title":"T","source":{"name":"S"}})"),
              ElementsAre("source object"));
  EXPECT_THAT(Counted(R"({"title":"T","body":{"html":"B"},"content":"C"})"),
              ElementsAre("body object"));
  EXPECT_THAT(Counted(R"({"title":"T","author":[{"n":1},{"n":2},"A",[1]],)"
                      R"("lang":true})"),
              ElementsAre("author object", "author array", "lang boolean"));
  EXPECT_THAT(Counted(R"({"title":"T","tags":"a, b"})"),
              ElementsAre("tags text"));
  EXPECT_THAT(Counted(R"({"title":"T","id":"None","url":"#top"})"),
              ElementsAre("id text", "url text"));
  EXPECT_THAT(Counted(R"({"headline":"T","author":{"@id":"#a"},)"
                      R"("mainEntityOfPage":true})",
                      "schemaorg"),
              ElementsAre("author object", "url boolean"));
}

TEST(IgnoredFieldsTest, OfARejectedArticleToo) {
  EXPECT_THAT(Counted(R"({"body":{"text":"B"}})"), ElementsAre("body object"));
}

TEST(IgnoredFieldsTest, TheFirstOfEachKindIsTold) {
  std::vector<std::string> told;
  IgnoredFields ignored([&](ArticleKey key, IgnoredKind kind) {
    told.push_back(IgnoredFieldText(key, kind));
  });
  for (int i = 0; i < 3; ++i) {
    ignored.Count(ArticleKey::kSource, IgnoredKind::kObject);
    ignored.Count(ArticleKey::kTags, IgnoredKind::kText);
  }
  EXPECT_THAT(told,
              ElementsAre("`source` is or holds an object, which is not read",
                          "`tags` is one text with commas, which is one tag"));
  EXPECT_EQ(ignored.articles(ArticleKey::kSource, IgnoredKind::kObject), 3U);
}

}  // namespace
}  // namespace presshawk
