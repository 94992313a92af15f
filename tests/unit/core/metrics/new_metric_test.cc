// SPDX-License-Identifier: Apache-2.0
// The example of core/metrics/README.md, which must stand here word for word.
#include <atomic>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/read_file.h"
#include "core/metrics/metrics_registry.h"
#include "tests/support/metric_samples.h"

namespace presshawk {
namespace {

constexpr MetricName kRepeats = {"presshawk_story_repeats_total",
                                 "Articles that repeat an earlier story."};

class StoryMetrics {
 public:
  explicit StoryMetrics(MetricsRegistry* registry) {
    registration_ = registry->Register([this](MetricWriter* writer) {
      writer->Counter(kRepeats, repeats_.load(std::memory_order_relaxed));
    });
  }

  void CountRepeat() { repeats_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> repeats_ = 0;
  MetricsRegistry::Registration registration_;  // Last, so that it goes first.
};

TEST(NewMetricTest, IsShownWhileItsOwnerLives) {
  MetricsRegistry metrics;
  {
    StoryMetrics stories(&metrics);
    stories.CountRepeat();
    EXPECT_EQ(MetricSamples(metrics.Expose())["presshawk_story_repeats_total"],
              1);
  }
  EXPECT_EQ(metrics.Expose(), "");
}

TEST(NewMetricTest, IsTheExampleOfTheReadme) {
  const std::filesystem::path root = PRESSHAWK_SOURCE_DIR;
  const auto readme = ReadFile(root / "core/metrics/README.md", 1 << 20);
  const auto self =
      ReadFile(root / "tests/unit/core/metrics/new_metric_test.cc", 1 << 20);
  ASSERT_TRUE(readme.ok() && self.ok());
  constexpr std::string_view kFence = "```cpp\n";
  const size_t start = readme->find(kFence);
  ASSERT_NE(start, std::string::npos);
  const size_t code = start + kFence.size();
  EXPECT_THAT(*self, ::testing::HasSubstr(readme->substr(
                         code, readme->find("```", code) - code)));
}

}  // namespace
}  // namespace presshawk
