// SPDX-License-Identifier: Apache-2.0
#include "core/stories/signature.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "core/stories/token_stream.h"
#include "tests/unit/core/stories/story_texts.h"

namespace presshawk {
namespace {

std::string Encoded(const Signature& signature) {
  std::string bytes;
  EncodeSignature(signature, &bytes);
  return bytes;
}

TEST(SignatureTest, IsReadAsItWasWritten) {
  for (const int words : {0, 1, 3, 4, 5, 24, 60, 700}) {
    const Signature signature =
        SignatureOf({.title = "Ferry 12 leaves the harbour",
                     .body = Words("x", 0, words) + " 7 of 81 seats",
                     .url = "https://x.example/a/ferry-12-leaves-the-harbour"});
    const std::string bytes = Encoded(signature);
    EXPECT_LE(bytes.size(), kSignatureBytesMax);
    const std::optional<Signature> read = DecodeSignature(bytes);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, signature);
  }
}

// The stored format: a receiver of another release reads the same bytes. Where
// this fails, the format changed, and needs a new version.
TEST(SignatureTest, HasTheBytesOfItsVersion) {
  const Signature signature = SignatureOf(
      {.title = "Kremlin “cheers” U.S. election 2026",
       .body = "Москва 10,5 % ferry leaves. " + Words("y", 0, 200),
       .url =
           "https://x.example/politics/2026/kremlin-cheers-us-election#top"});
  const std::string bytes = Encoded(signature);
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(bytes.size(), 32U + 64 * 4 + 16 * 4 + 4 * 2 + 2 * 2);
  EXPECT_EQ(HexPrefix(Sha256().Add(bytes).Finish(), 16),
            "6d37804793742b18f18420113cadc8d6");
}

TEST(SignatureTest, WhatIsNoSignatureIsRefused) {
  const std::string good =
      Encoded(SignatureOf({.title = "t", .body = Words("x", 0, 90)}));
  EXPECT_FALSE(DecodeSignature("").has_value());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(DecodeSignature(good.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(DecodeSignature(good + "x").has_value());
  std::string other_version = good;
  other_version[0] = 2;
  EXPECT_FALSE(DecodeSignature(other_version).has_value());
  std::string unsorted = good;
  std::swap(unsorted[32], unsorted[36]);
  std::swap(unsorted[35], unsorted[39]);
  EXPECT_FALSE(DecodeSignature(unsorted).has_value());
}

TEST(SignatureTest, SketchHoldsTheSmallestHashesOfAllRuns) {
  // Of a text that is the begin of another, what is below the bound of both is
  // in both.
  const Signature whole =
      SignatureOf({.title = "t", .body = Words("x", 0, 600)});
  const Signature part =
      SignatureOf({.title = "t", .body = Words("x", 0, 300)});
  EXPECT_EQ(whole.shingles, 597U);
  EXPECT_EQ(part.shingles, 297U);
  ASSERT_TRUE(whole.body.full());
  ASSERT_TRUE(part.body.full());
  const std::set<uint32_t> parts(part.body.view().begin(),
                                 part.body.view().end());
  const std::set<uint32_t> wholes(whole.body.view().begin(),
                                  whole.body.view().end());
  for (const uint32_t hash : part.body.view()) {
    if (hash <= whole.body.view().back()) {
      EXPECT_TRUE(wholes.contains(hash));
    }
  }
}

// The sketches of `text`, a canonical field, as README.md describes them: all
// runs are hashed, sorted, and the smallest kept.
template <size_t kMax>
std::vector<uint32_t> NaiveSketch(std::string_view text, size_t run,
                                  size_t tokens_max) {
  constexpr uint32_t kFactors[] = {0x9E3779B1U, 0x85EBCA77U, 0xC2B2AE3DU,
                                   0x27D4EB2FU};
  std::vector<uint32_t> tokens;
  for (size_t begin = 1; begin < text.size();) {
    const size_t end = text.find(' ', begin);
    const std::string token =
        std::string(text.substr(begin, end - begin)) + "12345678";
    tokens.push_back(stories::HashToken(token.data(), end - begin));
    begin = end + 1;
  }
  tokens.resize(std::min(tokens.size(), tokens_max));
  // A text that is shorter than a run is told from the start of a longer one.
  const auto seed =
      static_cast<uint32_t>(tokens.size() < run ? tokens.size() : 0);
  run = std::min(run, tokens.size());
  std::set<uint32_t> hashes;
  for (size_t i = 0; run > 0 && i + run <= tokens.size(); ++i) {
    uint32_t hash = seed;
    for (size_t k = 0; k < run; ++k) {
      hash += tokens[i + k] * kFactors[k];
    }
    hashes.insert(stories::Mix(hash));
  }
  std::vector<uint32_t> kept(hashes.begin(), hashes.end());
  kept.resize(std::min(kept.size(), kMax));
  return kept;
}

TEST(SignatureTest, SketchesAreThoseOfTheNaiveWay) {
  std::mt19937 random(9);
  Article article;
  ArticleText text;
  SignatureBuilder builder;  // Keeps its memory: no article sees another's.
  Signature signature;
  for (int i = 0; i < 400; ++i) {
    // Few different words repeat their runs; many hardly ever do.
    const size_t words = size_t{1} << random() % 14;
    std::string body;
    for (size_t count = random() % (i % 20 == 0 ? 5000 : 400); count > 0;
         --count) {
      StrAppend(&body, random() % 9 == 0 ? "" : "w", random() % words, " ");
    }
    article.text[static_cast<size_t>(Field::kBody)] = body;
    ASSERT_TRUE(text.Assign(article, size_t{1} << 24));
    builder.Build(article, text, &signature);
    const ByteSpan span = text.FieldSpan(Field::kBody);
    const std::string_view canonical =
        text.canonical().substr(span.begin, span.end - span.begin);
    const auto body_view = signature.body.view();
    ASSERT_EQ(std::vector<uint32_t>(body_view.begin(), body_view.end()),
              NaiveSketch<64>(canonical, 4, canonical.size()));
    const auto lead_view = signature.lead.view();
    ASSERT_EQ(std::vector<uint32_t>(lead_view.begin(), lead_view.end()),
              NaiveSketch<16>(canonical, 3, 48));
  }
}

TEST(SignatureTest, CaseQuotesAndAcronymsDoNotMatter) {
  const Signature plain =
      SignatureOf({.title = "The U.S. vote",
                   .body = "It's the \"end\" " + Words("x", 0, 90)});
  const Signature fancy = SignatureOf(
      {.title = "the US VOTE", .body = "IT’S the “end” " + Words("X", 0, 90)});
  EXPECT_EQ(plain, fancy);
}

TEST(SignatureTest, TailOfACutTextIsNoText) {
  const Signature whole =
      SignatureOf({.title = "t", .body = Words("x", 0, 40)});
  const Signature cut = SignatureOf(
      {.title = "t", .body = Words("x", 0, 40) + "halfwo… [+1234 chars]"});
  EXPECT_TRUE(cut.has(Signature::kCut));
  EXPECT_FALSE(whole.has(Signature::kCut));
  EXPECT_TRUE(std::ranges::equal(cut.body.view(), whole.body.view()));
  EXPECT_EQ(cut.number_count, 0);
}

TEST(SignatureTest, NameOfTheSourceInATitleIsNoEvidence) {
  const Signature plain =
      SignatureOf({.title = "Ferry leaves", .body = Words("x", 0, 40)});
  const Signature named = SignatureOf(
      {.title = "Ferry leaves - The Paper", .body = Words("x", 0, 40)});
  EXPECT_TRUE(std::ranges::equal(plain.title.view(), named.title.view()));
}

TEST(SignatureTest, UrlsThatNameAnArticle) {
  const auto names = [](std::string_view url) {
    return SignatureOf({.title = "t", .body = "b", .url = std::string(url)})
        .has(Signature::kUrlNamesArticle);
  };
  EXPECT_TRUE(names("https://x.example/news/ferry-leaves-the-harbour"));
  EXPECT_TRUE(names("https://x.example/news/12345678"));
  EXPECT_TRUE(names("https://x.example/ferry-leaves-the-harbour/"));
  EXPECT_FALSE(names("https://x.example/"));
  EXPECT_FALSE(names("https://a-very-long-host-name.example"));
  EXPECT_FALSE(names("https://x.example/world/"));
  EXPECT_FALSE(names("https://x.example/index.html"));
  EXPECT_FALSE(names("https://x.example/?p=1234567"));
}

TEST(SignatureTest, CorrectionsSaySoInAnyLanguage) {
  const auto marked = [](std::string title, std::string body) {
    return SignatureOf({.title = std::move(title), .body = std::move(body)})
        .has(Signature::kMarkedCorrection);
  };
  const std::string text = Words("x", 0, 40);
  EXPECT_TRUE(marked("CORRECTION: Ferry leaves", text));
  EXPECT_TRUE(marked("Ferry", text + "\n\nClarification: it was late."));
  EXPECT_TRUE(marked("Ferry", "Berichtigung: " + text));
  EXPECT_TRUE(marked("Поправка: паром", text));
  EXPECT_TRUE(marked("更正：渡轮", text));
  EXPECT_FALSE(marked("Market correction ahead", text));
  EXPECT_FALSE(marked("Ferry", text + "\n\nA correction is due, he said."));
}

}  // namespace
}  // namespace presshawk
