// SPDX-License-Identifier: Apache-2.0
#include "cmd/bench/measurement.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

#include "absl/time/clock.h"
#include "cmd/article_feed.h"
#include "core/base/cycle_clock.h"
#include "core/matching/article_consumers.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

// What a round takes at least.
constexpr double kRoundSecondsMin = 0.2;
constexpr int kRecordedPasses = 3;

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// One engine at work.
class Contestant {
 public:
  Contestant(const Sample& sample, const Mapping& mapping,
             EngineMeasurement* engine)
      : sample_(sample),
        payloads_(NumberedPayloads(sample.views)),
        engine_(*engine),
        processor_(std::make_unique<JsonArticleDecoder>(mapping),
                   kArticleBytesMax) {
    processor_.UseGeneration(engine->query_set);
  }

  // Counts, and chooses how many passes make a round.
  void WarmUp() {
    PairCounter pairs;
    const double begin = Now();
    Pass(&pairs);
    const double seconds = std::max(Now() - begin, 1e-6);
    passes_ = static_cast<int>(std::ceil(kRoundSecondsMin / seconds));
    AlertWriter alerts(engine_.query_set.get());
    Pass(&alerts);
    engine_.rejected = pairs.rejected;
    engine_.abandoned = pairs.abandoned;
    engine_.alert_count = alerts.alert_count;
    engine_.alert_bytes = alerts.alert_bytes;
    engine_.hit_count = alerts.hit_count;
  }

  void Round() {
    const double passes = passes_;
    ticks_ = {};
    PairCounter pairs;
    double begin = Now();
    for (int i = 0; i < passes_; ++i) {
      Pass(&pairs);
    }
    const double seconds = (Now() - begin) / passes;
    engine_.pairs.push_back(seconds);
    double outside = seconds;
    for (size_t stage = 0; stage < kStageCount; ++stage) {
      if (stage != static_cast<size_t>(Stage::kEmit)) {
        const double of_stage = static_cast<double>(ticks_.ticks[stage]) *
                                CycleClockSecondsPerTick() / passes;
        engine_.stages[stage].push_back(of_stage);
        outside -= of_stage;
      }
    }
    engine_.stages[static_cast<size_t>(Stage::kEmit)].push_back(
        std::max(outside, 0.0));

    AlertWriter alerts(engine_.query_set.get());
    begin = Now();
    for (int i = 0; i < passes_; ++i) {
      Pass(&alerts);
    }
    engine_.alerts.push_back((Now() - begin) / passes);
  }

  // A few more passes, for what each list takes: the least of them, as one may
  // be interrupted.
  void RecordLists(const Mapping& mapping) {
    EvaluationRecord record;
    const std::unique_ptr<Matcher> matcher =
        engine_.query_set->NewRecordingMatcher(&record);
    JsonArticleDecoder decoder(mapping);
    for (int pass = 0; pass < kRecordedPasses; ++pass) {
      record.lists.assign(engine_.query_set->size(), {});
      EvaluateAll(&decoder, matcher.get());
      if (pass == 0) {
        engine_.record = record;
      }
      for (size_t slot = 0; slot < record.lists.size(); ++slot) {
        uint64_t& least = engine_.record.lists[slot].ticks;
        least = std::min(least, record.lists[slot].ticks);
      }
    }
  }

 private:
  void EvaluateAll(JsonArticleDecoder* decoder, Matcher* matcher) {
    std::vector<Article> articles;
    std::vector<Reject> rejects;
    std::vector<ListSlot> slots;
    ArticleText text;
    for (const std::string_view line : sample_.views) {
      decoder->Decode({&line, 1}, &articles, &rejects);
      if (!articles.empty() &&
          text.Assign(articles[0], kArticleBytesMax * kCanonicalGrowthMax) &&
          matcher->Scan(text)) {
        matcher->Evaluate(articles[0], text, &slots);
      }
    }
  }

  template <typename Consumer>
  void Pass(Consumer* consumer) {
    ConsumeAll(payloads_, &processor_, &ticks_, consumer);
  }

  const Sample& sample_;
  const std::vector<Payload> payloads_;
  EngineMeasurement& engine_;
  ArticleProcessor processor_;
  StageTicks ticks_;
  int passes_ = 1;
};

}  // namespace

absl::StatusOr<Sample> ReadSample(const std::vector<std::string>& files,
                                  uint64_t bytes_max) {
  Sample sample;
  ProgressBar progress(files);  // Never shown.
  FileFeed feed(files, &progress);
  LineBatch batch;
  ArticleFeed::Ticket ticket;
  while (sample.whole && feed.Next(&batch, &ticket)) {
    for (const Line& line : batch.lines) {
      if (!sample.lines.empty() &&
          sample.bytes + line.text.size() > bytes_max) {
        sample.whole = false;
        break;
      }
      sample.bytes += line.text.size();
      sample.lines.emplace_back(line.text);
    }
  }
  if (!feed.status().ok()) {
    return feed.status();
  }
  sample.views.assign(sample.lines.begin(), sample.lines.end());
  return sample;
}

void Measure(const Sample& sample, const Mapping& mapping, int rounds,
             std::vector<EngineMeasurement>* engines) {
  std::vector<std::unique_ptr<Contestant>> contestants;
  for (EngineMeasurement& engine : *engines) {
    contestants.push_back(
        std::make_unique<Contestant>(sample, mapping, &engine));
    contestants.back()->WarmUp();
  }
  for (int round = 0; round < rounds; ++round) {
    for (const auto& contestant : contestants) {
      contestant->Round();
    }
  }
  contestants.front()->RecordLists(mapping);
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0;
  int64_t resident = 0;
  statm >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace presshawk
