// SPDX-License-Identifier: Apache-2.0
#include "core/matching/article_batch.h"

#include <gtest/gtest.h>

#include "tests/unit/core/matching/fakes.h"

namespace presshawk {
namespace {

// Dead letters of a disk that is full: they wait until they may not.
class FullDeadLetters : public DeadLetterSink {
 public:
  explicit FullDeadLetters(WorkerControl* control) : control_(*control) {}

  bool Deliver(const std::shared_ptr<InFlightBatch>&, uint32_t, RejectReason,
               std::string_view, WhileBlocked while_blocked) override {
    constexpr int kStopAfter = 3;
    constexpr int kAsksMax = 10;
    while (while_blocked() && ++asks_ < kAsksMax) {
      if (asks_ == kStopAfter) {
        control_.deadline_unix_millis = 0;
        control_.stop = true;
      }
    }
    return false;
  }
  absl::Status Health() const override { return absl::OkStatus(); }
  void Flush(absl::Time) override {}
  int asks() const { return asks_; }

 private:
  WorkerControl& control_;
  int asks_ = 0;
};

// The thread of the sink that refuses would wait for ever, and a stop for it.
TEST(ArticleBatchTest, AStopEndsARefusalThatWaitsForTheDeadLetters) {
  WorkerControl control;
  FullDeadLetters dead_letters(&control);
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  const auto batch = std::make_shared<ArticleBatch>(
      std::make_unique<TextBatch>(stream, std::vector<std::string>{"a:x"}),
      &tracker, &dead_letters, /*listener=*/nullptr, &control);
  batch->Refuse(0, "too large");
  EXPECT_EQ(dead_letters.asks(), 3);  // As long as there was no stop.
  // Its position stays: it is read again.
  EXPECT_EQ(tracker.in_flight(), 1U);
  EXPECT_EQ(tracker.Committable(stream), std::nullopt);
}

}  // namespace
}  // namespace presshawk
