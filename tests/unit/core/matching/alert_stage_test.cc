// SPDX-License-Identifier: Apache-2.0
#include "core/matching/alert_stage.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/matching/fakes.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Keeps what it was given; acknowledges when it is told to.
class KeepingSink : public AlertSink {
 public:
  struct Kept {
    std::shared_ptr<InFlightBatch> origin;
    uint32_t message;
    std::string list;
    std::string json;
    std::string signature;
    const void* signature_at;
  };
  std::string_view name() const override { return "test"; }
  bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) override {
    if (full && !while_blocked()) {
      return false;
    }
    ++deliveries;
    for (const OutboundRetraction& one : batch.retractions) {
      retracted.push_back(std::string(one.json));
      kept.push_back({batch.origin, one.message, "", "", "", nullptr});
    }
    for (const OutboundAlert& alert : batch.alerts) {
      kept.push_back({batch.origin, alert.message,
                      std::string(alert.watchlist_id), std::string(alert.json),
                      std::string(alert.signature), alert.signature.data()});
    }
    return true;
  }
  absl::Status Health() const override { return absl::OkStatus(); }
  void Flush(absl::Time /*deadline*/) override {}
  void AcknowledgeAll() {
    for (const Kept& one : std::exchange(kept, {})) {
      one.origin->Resolve(one.message);
    }
  }

  bool carries_signatures() const override { return carries; }
  bool carries_retractions() const override { return retracts; }

  std::vector<Kept> kept;
  int deliveries = 0;
  std::vector<std::string> retracted;
  bool carries = false;  // Set before a stage is made.
  bool retracts = false;
  bool full = false;
};

class NotingListener : public DeliveryListener {
 public:
  void OnAlertsAcknowledged(uint32_t alerts, absl::Time /*consumed*/,
                            std::optional<absl::Time> /*published*/) override {
    acknowledged.push_back(alerts);
  }
  std::vector<uint32_t> acknowledged;
};

class AlertStageTest : public ::testing::Test {
 protected:
  AlertStageTest()
      : stream_(tracker_.NewStream()),
        generation_(std::make_shared<WordGeneration>(
            std::vector<std::string>{"election", "kremlin"})),
        processor_(std::make_unique<ColonDecoder>(), 1UL << 20) {
    processor_.UseGeneration(generation_);
    MakeStage();
  }
  void MakeStage() {
    stage_.emplace(std::vector<AlertSink*>{&first_, &second_}, AlertLimits(),
                   [this] { return wait_; });
  }
  // The encoded signature of an article that has this body, and no more.
  static std::string SignatureOf(std::string_view body) {
    Article article;
    article.id = "a";
    article.text[static_cast<size_t>(Field::kBody)] = body;
    ArticleText text;
    EXPECT_TRUE(text.Assign(article, 1UL << 20));
    SignatureBuilder builder;
    Signature signature;
    builder.Build(article, text, &signature);
    std::string bytes;
    EncodeSignature(signature, &bytes);
    return bytes;
  }

  // A batch of `texts` through both stages; the worker's own acknowledgements
  // are given.
  bool Run(const std::vector<std::string>& texts) {
    const auto batch = std::make_shared<ArticleBatch>(
        std::make_unique<TextBatch>(stream_, texts), &tracker_,
        /*dead_letters=*/nullptr, &listener_);
    std::vector<Payload> payloads;
    std::vector<uint32_t> all;
    for (const Message& message : batch->batch().messages()) {
      all.push_back(static_cast<uint32_t>(all.size()));
      payloads.push_back({.text = message.payload, .message = all.back()});
    }
    report_.Clear();
    stage_->Begin(batch, generation_.get(), &report_);
    processor_.Begin(payloads, &report_.ticks);
    while (const ProcessedArticle* article = processor_.Next()) {
      stage_->Add(*article);
    }
    const bool delivered = stage_->HandOver();
    stage_->End();
    if (delivered) {
      batch->ResolveAll(all);
    }
    return delivered;
  }
  static std::vector<std::string> ListsOf(const KeepingSink& sink) {
    std::vector<std::string> lists;
    for (const KeepingSink::Kept& one : sink.kept) {
      lists.push_back(std::to_string(one.message) + " " + one.list);
    }
    return lists;
  }

  OffsetTracker tracker_;
  const StreamId stream_;
  std::shared_ptr<const WordGeneration> generation_;
  ArticleProcessor processor_;
  KeepingSink first_, second_;
  NotingListener listener_;
  bool wait_ = true;
  std::optional<AlertStage> stage_;
  BatchReport report_;
};

TEST_F(AlertStageTest, EverySinkGetsAnAlertPerListThatHolds) {
  ASSERT_TRUE(Run({"a:weather", "b:an election at the kremlin"}));
  EXPECT_THAT(ListsOf(first_), ElementsAre("1 election", "1 kremlin"));
  EXPECT_EQ(ListsOf(second_), ListsOf(first_));
  EXPECT_THAT(first_.kept[0].json, HasSubstr("\"offset\":1"));
  EXPECT_EQ(report_.alerts, 2U);
  EXPECT_THAT(report_.list_costs, SizeIs(2));
}

TEST_F(AlertStageTest, AnArticleIsResolvedOnceAllSinksAcknowledged) {
  ASSERT_TRUE(Run({"a:kremlin"}));
  first_.AcknowledgeAll();
  EXPECT_EQ(tracker_.Committable(stream_), std::nullopt);
  EXPECT_THAT(listener_.acknowledged, IsEmpty());
  second_.AcknowledgeAll();
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  EXPECT_THAT(listener_.acknowledged, ElementsAre(1));
}

TEST_F(AlertStageTest, AnArticleWithoutAlertsIsResolvedAtOnce) {
  ASSERT_TRUE(Run({"a:weather"}));
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  EXPECT_THAT(listener_.acknowledged, IsEmpty());
}

TEST_F(AlertStageTest, AnAlertBelowItsListsMinRelevanceIsHeldBack) {
  generation_ = std::make_shared<WordGeneration>(
      std::vector<std::string>{"kremlin"}, /*min_relevance=*/20);
  processor_.UseGeneration(generation_);
  std::string passing = "a:";
  for (int i = 0; i < 100; ++i) {
    passing += "The weather is fine in the garden today. ";
  }
  ASSERT_TRUE(Run({passing + "He saw the kremlin once.", "b:kremlin"}));
  EXPECT_THAT(ListsOf(first_), ElementsAre("1 kremlin"));
  EXPECT_EQ(report_.held_back, 1U);
  EXPECT_EQ(report_.alerts, 1U);
  EXPECT_EQ(tracker_.Committable(stream_), 1);
}

TEST_F(AlertStageTest, ASinkThatGivesUpLeavesTheArticleUnresolved) {
  second_.full = true;
  wait_ = false;
  EXPECT_FALSE(Run({"a:kremlin"}));
  first_.AcknowledgeAll();
  EXPECT_EQ(tracker_.Committable(stream_), std::nullopt);
}

TEST_F(AlertStageTest, AnArticleThatWasTakenBackWaitsForItsRetraction) {
  first_.retracts = true;
  MakeStage();
  ASSERT_TRUE(Run({"a:weather", "b:canceled weather", "c:canceled kremlin"}));
  ASSERT_THAT(first_.retracted, SizeIs(2));
  EXPECT_THAT(
      first_.retracted[0],
      testing::StartsWith(R"({"schema":1,"article":{"id":"b","version":"2"},)"
                          R"("detected_at":"2)"));
  EXPECT_THAT(second_.retracted, IsEmpty());
  EXPECT_EQ(report_.retractions, 2U);
  EXPECT_EQ(report_.alerts, 1U);
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  first_.AcknowledgeAll();
  EXPECT_EQ(tracker_.Committable(stream_), 2);  // One owes its alert.
  second_.AcknowledgeAll();
  EXPECT_EQ(tracker_.Committable(stream_), 3);
}

TEST_F(AlertStageTest, WithoutASinkForThemThereAreNoRetractions) {
  ASSERT_TRUE(Run({"b:canceled weather"}));
  EXPECT_EQ(report_.retractions, 0U);
  EXPECT_EQ(tracker_.Committable(stream_), 1);
}

TEST_F(AlertStageTest, EachArticleThatAlertsHasOneSignature) {
  first_.carries = true;
  MakeStage();
  ASSERT_TRUE(Run({"a:weather", "b:an election at the kremlin", "c:kremlin"}));
  ASSERT_THAT(first_.kept, SizeIs(3));
  EXPECT_EQ(first_.kept[0].signature,
            SignatureOf("an election at the kremlin"));
  EXPECT_EQ(first_.kept[1].signature_at, first_.kept[0].signature_at);
  EXPECT_EQ(first_.kept[2].signature, SignatureOf("kremlin"));
}

TEST_F(AlertStageTest, AlertsHandedOverInPartsHaveTheArticlesSignature) {
  first_.carries = true;
  MakeStage();
  // Each alert repeats the id, and is too large to wait for the next one.
  const std::string id(17UL << 20, 'i');
  ASSERT_TRUE(Run({"a:kremlin", id + ":an election at the kremlin"}));
  ASSERT_THAT(first_.kept, SizeIs(3));
  EXPECT_EQ(first_.deliveries, 2);
  EXPECT_EQ(first_.kept[0].signature, SignatureOf("kremlin"));
  for (const size_t i : {1U, 2U}) {
    EXPECT_EQ(first_.kept[i].signature,
              SignatureOf("an election at the kremlin"));
  }
}

TEST_F(AlertStageTest, WithoutASinkThatCarriesThemNoSignatureIsMade) {
  ASSERT_TRUE(Run({"a:kremlin"}));
  ASSERT_THAT(first_.kept, SizeIs(1));
  EXPECT_THAT(first_.kept[0].signature, IsEmpty());
}

TEST_F(AlertStageTest, AListThatWasGivenUpIsReportedWithItsArticle) {
  ASSERT_TRUE(Run({"a:heavy kremlin"}));
  ASSERT_THAT(report_.abandoned, SizeIs(1));
  EXPECT_EQ(report_.abandoned[0].watchlist_id, "election");
  EXPECT_EQ(report_.abandoned[0].article_id, "a");
  EXPECT_THAT(ListsOf(first_), ElementsAre("0 kremlin"));
}

}  // namespace
}  // namespace presshawk
