// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/snippets.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/alerts/canonical_hit.h"

namespace presshawk {
namespace {

class SnippetsTest : public testing::Test {
 protected:
  // Chooses snippets for every occurrence of `terms` in a body.
  void Choose(std::string body, const std::vector<std::string>& terms,
              size_t max = 3) {
    body_ = std::move(body);
    article_.id = "a1";
    article_.text[2] = body_;
    ASSERT_TRUE(text_.Assign(article_, 1 << 20));
    std::vector<Hit> hits;
    for (const std::string& term : terms) {
      const std::string canonical = Canonicalize(term);
      size_t count = 0;
      for (size_t at = text_.canonical().find(canonical);
           at != std::string_view::npos;
           at = text_.canonical().find(canonical, at + 1)) {
        hits.push_back(CanonicalHit(text_, Field::kBody, term, count++));
      }
    }
    PlaceHits(text_, &hits, 20, &placed_);
    ChooseSnippets(text_, placed_, max, &snippets_);
  }
  std::string TextOf(const Snippet& snippet) const {
    return body_.substr(snippet.bytes.begin,
                        snippet.bytes.end - snippet.bytes.begin);
  }

  std::string body_;
  Article article_;
  ArticleText text_;
  std::vector<PlacedHit> placed_;
  std::vector<Snippet> snippets_;
};

std::string Filler(size_t words) {
  std::string text;
  for (size_t i = 0; i < words; ++i) {
    text += "lengthy ";
  }
  return text;
}

TEST_F(SnippetsTest, AShortTextIsShownWhole) {
  Choose("  The Kremlin denied it.\n", {"Kremlin"});
  ASSERT_EQ(snippets_.size(), 1u);
  EXPECT_EQ(TextOf(snippets_[0]), "The Kremlin denied it.");
  EXPECT_THAT(snippets_[0].highlights,
              testing::ElementsAre(CodePointSpan{4, 11}));
}

TEST_F(SnippetsTest, CutsFallBetweenWords) {
  Choose(Filler(40) + "Kremlin " + Filler(40), {"Kremlin"});
  ASSERT_EQ(snippets_.size(), 1u);
  const std::string text = TextOf(snippets_[0]);
  EXPECT_TRUE(text.starts_with("lengthy "));
  EXPECT_TRUE(text.ends_with(" lengthy"));
  EXPECT_LT(text.size(), 260u);
}

TEST_F(SnippetsTest, CutsNeverPartACodePoint) {
  std::string body;
  for (int i = 0; i < 300; ++i) {
    body += "特朗普🌍";
  }
  Choose(body + "Kremlin" + body, {"Kremlin"});
  ASSERT_EQ(snippets_.size(), 1u);
  const std::string text = TextOf(snippets_[0]);
  EXPECT_NE(static_cast<uint8_t>(text.front()) & 0xC0, 0x80);
  EXPECT_EQ(text.find("Kremlin") == std::string::npos, false);
}

TEST_F(SnippetsTest, ALongTokenIsCutRatherThanShownWhole) {
  Choose("Kremlin " + std::string(5000, 'x'), {"Kremlin"});
  ASSERT_EQ(snippets_.size(), 1u);
  EXPECT_LT(TextOf(snippets_[0]).size(), 300u);
}

TEST_F(SnippetsTest, NeighbouringHitsShareASnippet) {
  Choose("The Kremlin cheers in US election", {"Kremlin", "US election"});
  ASSERT_EQ(snippets_.size(), 1u);
  EXPECT_THAT(
      snippets_[0].highlights,
      testing::ElementsAre(CodePointSpan{4, 11}, CodePointSpan{22, 33}));
}

TEST_F(SnippetsTest, OverlappingHitsAreOneHighlight) {
  Choose("Donald Trump", {"Donald Trump", "Trump"});
  ASSERT_EQ(snippets_.size(), 1u);
  EXPECT_THAT(snippets_[0].highlights,
              testing::ElementsAre(CodePointSpan{0, 12}));
}

TEST_F(SnippetsTest, EachTermIsShownBeforeMoreOfTheSame) {
  std::string body;
  for (int i = 0; i < 5; ++i) {
    body += "Kremlin " + Filler(60);
  }
  Choose(body + "election", {"Kremlin", "election"}, 2);
  ASSERT_EQ(snippets_.size(), 2u);
  EXPECT_THAT(TextOf(snippets_[0]), testing::HasSubstr("Kremlin"));
  EXPECT_THAT(TextOf(snippets_[1]), testing::HasSubstr("election"));
}

TEST_F(SnippetsTest, NoHitsGiveNoSnippets) {
  Choose("Nothing here", {});
  EXPECT_TRUE(snippets_.empty());
}

}  // namespace
}  // namespace presshawk
