// SPDX-License-Identifier: Apache-2.0
// Where the texts of an article stand in its JSON.
#include "core/model/text_place.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "POINTER=TEXT" for each value of a field; "own" before them where the article
// says that it is at its own key.
class TextPlaceTest : public ::testing::Test {
 protected:
  std::vector<std::string> Places(const std::string& json, Field field,
                                  const std::string& mapping = "generic") {
    return PlacesBy(*LoadMapping(mapping), json, field);
  }
  std::vector<std::string> PlacesBy(const Mapping& mapping,
                                    const std::string& json, Field field) {
    JsonArticleDecoder decoder(mapping);
    const std::string_view payload = json;
    std::vector<Article> articles;
    std::vector<Reject> rejects;
    decoder.Decode({&payload, 1}, &articles, &rejects);
    if (articles.empty()) {
      return {"rejected"};
    }
    std::vector<std::string> found;
    if (articles[0].at_own_key[static_cast<size_t>(field)]) {
      found.emplace_back("own");
    }
    const std::string_view text = articles[0].text_of(field);
    TextPlace place;
    for (uint32_t begin = 0; begin < text.size();) {
      // The longest span from here that stands in one value.
      auto end = static_cast<uint32_t>(text.size());
      while (end > begin &&
             !decoder.Locate(payload, field, {begin, end}, &place)) {
        --end;
      }
      if (end == begin) {
        return {"nowhere"};
      }
      EXPECT_EQ(place.value_begin, begin);
      found.push_back(place.pointer + "=" +
                      std::string(text.substr(begin, end - begin)));
      begin = end + 2;  // Behind "; ".
    }
    return found;
  }
};

TEST_F(TextPlaceTest, AFieldAtItsOwnKeyNeedsNoPointer) {
  const std::string json = R"({"title":"Oil","body":"a\n\"b\"","x":[1,2]})";
  EXPECT_THAT(Places(json, Field::kTitle), ElementsAre("own", "/title=Oil"));
  EXPECT_THAT(Places(json, Field::kBody), ElementsAre("own", "/body=a\n\"b\""));
  EXPECT_THAT(Places(json, Field::kSummary), IsEmpty());
  EXPECT_THAT(Places(R"({"title":7})", Field::kTitle),
              ElementsAre("own", "/title=7"));
}

TEST_F(TextPlaceTest, AnAliasIsNamed) {
  EXPECT_THAT(Places(R"({"headline":"Oil","title":" "})", Field::kTitle),
              ElementsAre("/headline=Oil"));
  EXPECT_THAT(Places(R"({"body":null,"text":"Oil"})", Field::kBody),
              ElementsAre("/text=Oil"));
}

TEST_F(TextPlaceTest, EachElementOfAnArrayIsNamed) {
  EXPECT_THAT(Places(R"({"body":["a\u00e9",null,"",{"x":["y"]},[1],7,"b"]})",
                     Field::kBody),
              ElementsAre("/body/0=a\u00e9", "/body/5=7", "/body/6=b"));
  EXPECT_THAT(Places(R"({"title":["Oil"]})", Field::kTitle),
              ElementsAre("/title/0=Oil"));
}

TEST_F(TextPlaceTest, OfRepeatedKeysTheLastIsMeant) {
  EXPECT_THAT(Places(R"({"title":["a","b"],"title":"c"})", Field::kTitle),
              ElementsAre("/title=c"));
}

TEST_F(TextPlaceTest, MappedValuesAreFoundWhereverTheyAre) {
  const absl::StatusOr<Mapping> mapping = ParseMapping("m.yaml", R"(
title: [[/meta/title, /meta/sub~1title]]
author: /authors/*/name
body: /parts/*/text_*
)");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const std::string json =
      R"({"authors":[{"name":"Ann"},{"n":{}},{"name":"Ben"}],)"
      R"("parts":[{"text_a~b":"one"},{"k":[[],{}],"text_\u0062":"two"}],)"
      R"("meta":{"sub/title":"Gas","title":"Oil"}})";
  EXPECT_THAT(PlacesBy(*mapping, json, Field::kTitle),
              ElementsAre("/meta/sub~1title=Gas", "/meta/title=Oil"));
  EXPECT_THAT(PlacesBy(*mapping, json, Field::kAuthor),
              ElementsAre("/authors/0/name=Ann", "/authors/2/name=Ben"));
  EXPECT_THAT(PlacesBy(*mapping, json, Field::kBody),
              ElementsAre("/parts/0/text_a~0b=one", "/parts/1/text_b=two"));
}

TEST_F(TextPlaceTest, AFormThatIsLeftOutHasNoPlace) {
  const std::string json =
      R"({"uri":"f","headline":"Oil","body_text":"Prices fell.",)"
      R"("body_html":"<p>Prices fell.</p><p>Oil\u0020was down.</p>"})";
  EXPECT_THAT(
      Places(json, Field::kBody, "ninjs1"),
      ElementsAre("/body_html=<p>Prices fell.</p><p>Oil was down.</p>"));
}

TEST_F(TextPlaceTest, ArticlesInUseStayAsTheyAre) {
  JsonArticleDecoder decoder(*LoadMapping("generic"));
  const std::string first = R"({"headline":"A\u00e9","tags":["x","y"]})";
  const std::string second = R"({"text":["b\n","c\n"],"tags":["z"]})";
  const std::vector<std::string_view> payloads = {first, second};
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  decoder.Decode(payloads, &articles, &rejects);
  TextPlace place;
  EXPECT_TRUE(decoder.Locate(payloads[1], Field::kBody, {4, 6}, &place));
  EXPECT_EQ(place.pointer, "/text/1");
  EXPECT_TRUE(decoder.Locate(payloads[0], Field::kTitle, {0, 3}, &place));
  EXPECT_EQ(place.pointer, "/headline");
  EXPECT_TRUE(decoder.Locate(payloads[1], Field::kBody, {0, 1}, &place));
  EXPECT_EQ(place.pointer, "/text/0");
  EXPECT_FALSE(decoder.Locate(payloads[1], Field::kBody, {0, 5}, &place));
  EXPECT_EQ(articles[0].text_of(Field::kTitle), "A\u00e9");
  EXPECT_EQ(articles[1].text_of(Field::kBody), "b\n; c\n");
  EXPECT_THAT(articles[0].meta_of(MetaField::kTag), ElementsAre("x", "y"));
  EXPECT_THAT(articles[1].meta_of(MetaField::kTag), ElementsAre("z"));
}

TEST_F(TextPlaceTest, AnotherPayloadInTheSameMemoryIsDecodedAnew) {
  JsonArticleDecoder decoder(*LoadMapping("generic"));
  std::string json = R"({"headline":"A"})";
  const std::string_view payload = json;
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  TextPlace place;
  decoder.Decode({&payload, 1}, &articles, &rejects);
  EXPECT_TRUE(decoder.Locate(payload, Field::kTitle, {0, 1}, &place));
  json.replace(0, json.size(), R"({"text":["b",1]})");
  decoder.Decode({&payload, 1}, &articles, &rejects);
  EXPECT_FALSE(decoder.Locate(payload, Field::kTitle, {0, 1}, &place));
  EXPECT_TRUE(decoder.Locate(payload, Field::kBody, {3, 4}, &place));
  EXPECT_EQ(place.pointer, "/text/1");
}

}  // namespace
}  // namespace presshawk
