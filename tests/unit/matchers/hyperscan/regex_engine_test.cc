// SPDX-License-Identifier: Apache-2.0
// The engine tells in which fields a regex may match.
#include "matchers/hyperscan/regex_engine.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RegexEngineTest : public ::testing::Test {
 protected:
  // An empty text stands for a pattern that is no regex.
  void Compile(const std::vector<std::string>& regexes) {
    for (const std::string& regex : regexes) {
      if (regex.empty()) {
        patterns_.push_back({.text = " kremlin "});
        continue;
      }
      Regex::Compiled compiled = Regex::Compile(regex, false);
      ASSERT_NE(compiled.regex, nullptr) << compiled.message;
      patterns_.push_back({.text = "", .regex = compiled.regex.get()});
      regexes_.push_back(std::move(compiled.regex));
    }
    auto engine = CompileRegexEngine(patterns_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  void Scan(std::string_view title, std::string_view body) {
    Article article;
    article.text[static_cast<size_t>(Field::kTitle)] = title;
    article.text[static_cast<size_t>(Field::kBody)] = body;
    ASSERT_TRUE(text_.Assign(article, ~size_t{0}));
    auto scanner = engine_->NewScanner();
    ASSERT_TRUE(scanner.ok()) << scanner.status();
    hits_ = std::make_unique<HitStore>(patterns_.size());
    ASSERT_TRUE((*scanner)->Scan(text_, hits_.get()));
  }
  std::vector<Field> FieldsOf(PatternId pattern) const {
    std::vector<Field> fields;
    for (uint32_t i = hits_->First(pattern); i != HitStore::kNone;
         i = hits_->hit(i).next) {
      fields.push_back(static_cast<Field>(hits_->hit(i).span.begin));
    }
    return fields;
  }

  std::vector<std::shared_ptr<const Regex>> regexes_;
  std::vector<Pattern> patterns_;
  std::unique_ptr<const RegexEngine> engine_;
  std::unique_ptr<HitStore> hits_;
  ArticleText text_;
};

TEST_F(RegexEngineTest, NamesTheFieldsEachOnce) {
  Compile({"CVE-[0-9]+", "xyz"});
  Scan("CVE-1 and CVE-2", "CVE-3");
  EXPECT_THAT(FieldsOf(0), ElementsAre(Field::kTitle, Field::kBody));
  EXPECT_THAT(FieldsOf(1), IsEmpty());
}

TEST_F(RegexEngineTest, LooksAtTheOriginalText) {
  Compile({"AT&T", "at t"});
  Scan("AT&T", "");
  EXPECT_THAT(FieldsOf(0), ElementsAre(Field::kTitle));
  EXPECT_THAT(FieldsOf(1), IsEmpty());
}

// Letters beyond ASCII and word edges are looser in Hyperscan: no field in
// which there is a match may be missing.
TEST_F(RegexEngineTest, MissesNoFieldThatHasAMatch) {
  Compile({"\\bcafé\\b", "стран\\w+", "^the end$", "[^a-z]é"});
  Scan("un café noir", "о странах");
  EXPECT_THAT(FieldsOf(0), Contains(Field::kTitle));
  EXPECT_THAT(FieldsOf(1), Contains(Field::kBody));
  Scan("the end", "x é");
  EXPECT_THAT(FieldsOf(2), Contains(Field::kTitle));
  EXPECT_THAT(FieldsOf(3), Contains(Field::kBody));
}

TEST_F(RegexEngineTest, WordsAreLeftToOtherEngines) {
  Compile({"", "x+"});
  Scan("kremlin", "xx");
  EXPECT_THAT(FieldsOf(0), IsEmpty());
  EXPECT_THAT(FieldsOf(1), ElementsAre(Field::kBody));
}

TEST_F(RegexEngineTest, WithoutARegexThereIsNoEngine) {
  Compile({"", ""});
  EXPECT_EQ(engine_, nullptr);
}

}  // namespace
}  // namespace presshawk
