// SPDX-License-Identifier: Apache-2.0
#include "core/matching/article_processor.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/matching/fakes.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

class ArticleProcessorTest : public ::testing::Test {
 protected:
  ArticleProcessorTest() {
    auto decoder = std::make_unique<ColonDecoder>();
    decoder_ = decoder.get();
    processor_ =
        std::make_unique<ArticleProcessor>(std::move(decoder), 1UL << 20);
    processor_->UseGeneration(std::make_shared<WordGeneration>(
        std::vector<std::string>{"election", "kremlin"}));
  }

  // "message: id lists" or "message: reason", as Next() gives them.
  std::vector<std::string> Run(const std::vector<Payload>& payloads) {
    std::vector<std::string> results;
    processor_->Begin(payloads, &ticks_);
    while (const ProcessedArticle* one = processor_->Next()) {
      std::string result = std::to_string(one->message) + ":";
      if (one->reject != nullptr) {
        result += " " + std::string(RejectReasonName(one->reject->reason));
      } else {
        result += " " + std::string(one->article->id);
        for (const ListSlot slot : one->slots) {
          result += " " + std::string(processor_->generation().list(slot).id);
        }
      }
      results.push_back(std::move(result));
    }
    return results;
  }

  ColonDecoder* decoder_ = nullptr;
  std::unique_ptr<ArticleProcessor> processor_;
  StageTicks ticks_;
};

TEST_F(ArticleProcessorTest, GivesEachArticleWithTheListsThatHold) {
  EXPECT_THAT(
      Run({{"a:the kremlin said", 0}, {"b:an election at the kremlin", 1}}),
      ElementsAre("0: a kremlin", "1: b election kremlin"));
}

TEST_F(ArticleProcessorTest, AnArticleThatNoListHoldsForIsGivenToo) {
  EXPECT_THAT(Run({{"a:weather", 0}}), ElementsAre("0: a"));
}

TEST_F(ArticleProcessorTest, ResultsBearTheNameOfTheirPayload) {
  EXPECT_THAT(Run({{"a:kremlin", 70}, {"garbage", 9}, {"b:election", 12}}),
              ElementsAre("9: not_json", "70: a kremlin", "12: b election"));
}

TEST_F(ArticleProcessorTest, ATextOnWhichTheEngineFailsIsRejectedAlone) {
  EXPECT_THAT(Run({{"a:crash", 0}, {"b:kremlin", 1}}),
              ElementsAre("0: engine_failure", "1: b kremlin"));
}

TEST_F(ArticleProcessorTest, LargePayloadsAreDecodedInGroups) {
  const std::string large = "a:" + std::string(100'000, 'x');
  EXPECT_THAT(Run({{large, 0}, {large, 1}, {"garbage", 2}, {"b:kremlin", 3}}),
              ElementsAre("0: a", "2: not_json", "1: a", "3: b kremlin"));
  EXPECT_EQ(decoder_->calls, 2);
}

TEST_F(ArticleProcessorTest, NothingComesOfNoPayloads) {
  EXPECT_THAT(Run({}), ElementsAre());
  EXPECT_EQ(decoder_->calls, 0);
}

TEST_F(ArticleProcessorTest, ANewStartForgetsWhatWasLeft) {
  const std::vector<Payload> before = {{"a:kremlin", 0}, {"b:kremlin", 1}};
  processor_->Begin(before, &ticks_);
  processor_->Next();
  EXPECT_THAT(Run({{"c:election", 5}}), ElementsAre("5: c election"));
}

TEST_F(ArticleProcessorTest, EachStageHasItsTime) {
  Run({{"a:kremlin", 0}});
  for (const Stage stage : {Stage::kDecode, Stage::kCanonicalize, Stage::kScan,
                            Stage::kEvaluate, Stage::kEmit}) {
    EXPECT_GT(ticks_[stage], 0U) << StageName(stage);
  }
}

}  // namespace
}  // namespace presshawk
